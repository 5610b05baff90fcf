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
  const tried = `preflights to ${tokenUrl ?? 'no running service'} and ${apiBase}`
  const verdicts = await Promise.all(origins.map((origin) => judgeOrigin(origin, { apiBase, tokenUrl, fetch })))
  // Often all of them get the same, and are told of together.
  return [...new Set(verdicts.map(({ found }) => found))].flatMap((found) => {
    const alike = origins.filter((_, index) => verdicts[index]?.found === found)
    const cure = verdicts.find((verdict) => verdict.found === found)?.cure
    const [id, words] =
      alike.length === 1 ? [`origin ${alike[0]}`, found] : ['origins', `${found}: ${alike.join(', ')}`]
    const page = examine(id, 'Its pages may ask', tried)
    return cure === undefined ? page.ok(words) : page.problem(words, cure)
  })
}

interface Verdict {
  readonly found: string
  /** Absent where all is well. */
  readonly cure?: string
}

async function judgeOrigin(
  origin: string,
  { apiBase, tokenUrl, fetch }: Pick<OriginExamination, 'apiBase' | 'tokenUrl' | 'fetch'>,
): Promise<Verdict> {
  const { protocol, hostname } = new URL(origin)
  if (protocol === 'http:' && !['localhost', '127.0.0.1', '[::1]'].includes(hostname)) {
    return {
      found: 'not https, so that tokens and tickets can be read on the way',
      cure: 'Serve the site over https and list that origin.',
    }
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
    return {
      found: 'not admitted by the running service, though CHAT_ORIGINS names it',
      cure: 'If "serve" runs it, restart it with these settings; if your own code does, list what it needs in origins of createTokenService, which does not read CHAT_ORIGINS. Let the proxy in front pass OPTIONS and the Access-Control headers unchanged. What is no site of yours, take out of CHAT_ORIGINS.',
    }
  }
  if (!(await admits(`${apiBase}/v3/chat`, 'authorization,content-type'))) {
    return {
      found: 'not admitted by the Open API, so that browsers there cannot chat',
      cure: 'Let COZE_API_BASE answer with Access-Control-Allow-Origin, or use the gateway of this service.',
    }
  }
  return {
    found:
      tokenUrl === undefined
        ? 'admitted by Coze; whether the service admits it is found out with --token-url'
        : 'admitted by the service and by Coze',
  }
}
