/** Checks for each site whether its pages may read tokens from the running service, and replies from Coze. */
import type { Finding } from '../report/findings.ts'
import { say } from '../say.ts'
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
    const none = examine('origins', say('Pages may ask', '网页能否请求'), say('CHAT_ORIGINS', '读取 CHAT_ORIGINS'))
    const found = say(
      "only pages of the service's own origin may ask (CHAT_ORIGINS names no others)",
      '只有与服务同源的网页可以请求（CHAT_ORIGINS 没有写其他来源）',
    )
    return [none.ok(found)]
  }
  const tried = say(
    `preflights to ${tokenUrl ?? 'no running service'} and ${apiBase}`,
    tokenUrl === undefined
      ? `向 ${apiBase} 发送预检请求（未指定运行中的服务）`
      : `向 ${tokenUrl} 和 ${apiBase} 发送预检请求`,
  )
  const verdicts = await Promise.all(origins.map((origin) => judgeOrigin(origin, { apiBase, tokenUrl, fetch })))
  // Often all of them get the same, and are told of together.
  return [...new Set(verdicts.map(({ found }) => found))].flatMap((found) => {
    const alike = origins.filter((_, index) => verdicts[index]?.found === found)
    const cure = verdicts.find((verdict) => verdict.found === found)?.cure
    const [id, words] =
      alike.length === 1
        ? [`origin ${alike[0]}`, found]
        : ['origins', say(`${found}: ${alike.join(', ')}`, `${found}（${alike.join('、')}）`)]
    const page = examine(id, say('Its pages may ask', '网页能否请求'), tried)
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
      found: say(
        'not https, so that tokens and tickets can be read on the way',
        '不是 https，令牌和凭证在途中可能被他人读取',
      ),
      cure: say(
        'Serve the site over https and list that origin.',
        '请让网站使用 https，并在 CHAT_ORIGINS 中写 https 的来源。',
      ),
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
      found: say(
        'not admitted by the running service, though CHAT_ORIGINS names it',
        'CHAT_ORIGINS 写有该来源，运行中的服务却没有放行',
      ),
      cure: say(
        'If "serve" runs it, restart it with these settings; if your own code does, list what it needs in origins of createTokenService, which does not read CHAT_ORIGINS. Let the proxy in front pass OPTIONS and the Access-Control headers unchanged. What is no site of yours, take out of CHAT_ORIGINS.',
        '如果服务由 serve 运行，请用这些设置重新启动；如果由您自己的代码运行，请把需要的来源写进 createTokenService 的 origins，它不读取 CHAT_ORIGINS。前面的代理必须原样传递 OPTIONS 请求和 Access-Control 头。不是您网站的来源，请从 CHAT_ORIGINS 中去掉。',
      ),
    }
  }
  if (!(await admits(`${apiBase}/v3/chat`, 'authorization,content-type'))) {
    return {
      found: say(
        'not admitted by the Open API, so that browsers there cannot chat',
        'Open API 没有放行，那里的浏览器无法聊天',
      ),
      cure: say(
        'Let COZE_API_BASE answer with Access-Control-Allow-Origin, or use the gateway of this service.',
        '请让 COZE_API_BASE 的应答带上 Access-Control-Allow-Origin，或使用本服务的网关。',
      ),
    }
  }
  return {
    found:
      tokenUrl === undefined
        ? say(
            'admitted by Coze; whether the service admits it is found out with --token-url',
            '扣子已放行；服务是否放行，请加上 --token-url 检查',
          )
        : say('admitted by the service and by Coze', '服务和扣子都已放行'),
  }
}
