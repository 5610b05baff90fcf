/** Checks for each site whether its pages may read tokens from the running service, and replies from Coze. */
import type { Finding } from '../report/findings.ts'
import { examine, type Instruments } from './examination.ts'

const REPLY_TIMEOUT_MS = 8_000

export interface OriginExamination extends Instruments {
  origins: readonly string[]
  apiBase: string
  /** Token endpoint of the running service, as browsers reach it. */
  tokenUrl: string | undefined
}

export async function examineOrigins({ origins, apiBase, tokenUrl, fetch }: OriginExamination): Promise<Finding[]> {
  if (origins.length === 0) {
    const none = examine('origins', 'Pages may ask', 'CHAT_ORIGINS')
    return [none.ok("only pages of the service's own origin may ask (CHAT_ORIGINS names no others)")]
  }
  return Promise.all(origins.map((origin) => examineOrigin(origin, { apiBase, tokenUrl, fetch })))
}

async function examineOrigin(
  origin: string,
  { apiBase, tokenUrl, fetch }: Pick<OriginExamination, 'apiBase' | 'tokenUrl' | 'fetch'>,
): Promise<Finding> {
  const page = examine(
    `origin ${origin}`,
    'Its pages may ask',
    `preflights to ${tokenUrl ?? 'no running service'} and ${apiBase}`,
  )
  const { protocol, hostname } = new URL(origin)
  if (protocol === 'http:' && !['localhost', '127.0.0.1', '[::1]'].includes(hostname)) {
    return page.problem(
      'it is not https, so that tokens and tickets can be read on the way',
      'Serve the site over https and list that origin.',
    )
  }
  const admits = async (url: string, headers: string) => {
    const answer = await fetch(url, {
      method: 'OPTIONS',
      headers: { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': headers },
      redirect: 'manual',
      signal: AbortSignal.timeout(REPLY_TIMEOUT_MS),
    }).catch(() => undefined)
    return ['*', origin].includes(answer?.headers.get('access-control-allow-origin') ?? '')
  }
  if (tokenUrl !== undefined && !(await admits(tokenUrl, 'content-type,x-chat-token'))) {
    return page.problem(
      'the running service does not admit it',
      'Restart the service with this CHAT_ORIGINS, and let the proxy in front pass OPTIONS and the Access-Control headers unchanged.',
    )
  }
  if (!(await admits(`${apiBase}/v3/chat`, 'authorization,content-type'))) {
    return page.problem(
      'the Open API does not admit it, so that browsers on its pages cannot chat',
      'Let COZE_API_BASE answer with Access-Control-Allow-Origin, or use the gateway of this service.',
    )
  }
  return page.ok(
    tokenUrl === undefined
      ? 'Coze admits it (give --token-url to try the running service too)'
      : 'the service and Coze admit it',
  )
}
