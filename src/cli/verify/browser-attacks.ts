/** What other websites can make a visitor's browser send, what they can read, and where tokens leak. */
import { listed, say } from '../say.ts'
import { type Attack, hole, ok } from './attack.ts'
import type { Scene } from './scene.ts'
import type { ProbeRequest } from './token-endpoint-probe.ts'

const FOREIGN = 'https://evil.example'
/** Sent in bad requests: no reply may repeat it. */
const CANARY = 'canary-7f3a91c5'

/** What a page of another origin can make a browser send. Most of it needs no preflight. */
const foreignRequests = (): readonly [string, ProbeRequest][] => [
  [
    say('a form post', '表单提交'),
    { headers: fromForeign('application/x-www-form-urlencoded'), body: 'session_id=1&user_id=1' },
  ],
  [say('a text/plain post', 'text/plain 请求'), { headers: fromForeign('text/plain') }],
  [say('a post without type', '不带类型的请求'), { headers: fromForeign(null) }],
  [
    say('JSON from another origin', '其他来源的 JSON 请求'),
    { headers: { origin: FOREIGN, 'sec-fetch-site': 'cross-site' } },
  ],
  [say('a sandboxed frame', '沙箱框架'), { headers: { origin: 'null', 'sec-fetch-site': 'cross-site' } }],
  [
    say('a page that hides its origin', '隐藏来源的页面'),
    { headers: { origin: null, 'sec-fetch-site': 'cross-site' } },
  ],
  [
    say('an image or link (GET)', '图片或链接（GET）'),
    { method: 'GET', headers: { ...fromForeign(null), origin: null } },
  ],
]

function fromForeign(type: string | null): Record<string, string | null> {
  return { origin: FOREIGN, 'sec-fetch-site': 'cross-site', 'content-type': type, 'x-chat-token': null }
}

const FORGED_REQUEST: Attack = {
  id: 'T7',
  title: () => say('Another site makes the browser of a visitor ask', '其他网站让访客的浏览器发出请求'),
  tried: () => listed(foreignRequests().map(([name]) => name)),
  cure: () =>
    say(
      'Demand POST, application/json and a header of your own (x-chat-token), and refuse origins that are not listed.',
      '只接受带有自定义请求头（x-chat-token）的 POST 和 application/json，并拒绝未列出的来源（origin）。',
    ),
  async run({ strangers, field }) {
    const [a] = strangers()
    const answered: string[] = []
    for (const [name, request] of foreignRequests()) {
      const query = request.method === 'GET' ? `?${field}=${encodeURIComponent(a.credential)}` : undefined
      const { token } = await a.ask({ ...request, ...(query !== undefined && { query }) })
      if (token !== undefined) answered.push(name)
    }
    return answered.length === 0
      ? ok(say('all of these requests are refused', '这些请求全部被拒绝'))
      : hole(say(`the service makes a token for ${listed(answered)}`, `这些请求得到了令牌：${listed(answered)}`))
  },
}

const FOREIGN_READER: Attack = {
  id: 'T8',
  title: () => say('Another site reads a token', '其他网站读取令牌'),
  tried: () =>
    say(
      'requests and preflights of look-alike origins: other host, prefix, suffix, subdomain, port, scheme, null',
      '来自相似来源的请求和预检：不同的主机、前缀、后缀、子域名、端口、协议，以及 null',
    ),
  cure: () =>
    say(
      'List whole origins (CHAT_ORIGINS) and answer Access-Control-Allow-Origin for those alone; no "*", no echo, no pattern.',
      '列出完整的来源（CHAT_ORIGINS），只对它们返回 Access-Control-Allow-Origin；不用 "*"，不照抄请求的来源，也不用模式匹配。',
    ),
  async run({ strangers, endpoint }) {
    const [a] = strangers()
    const readers: string[] = []
    const origins = lookAlikes(endpoint.origin)
    for (const origin of origins) {
      const headers = { origin, 'sec-fetch-site': 'cross-site' }
      const preflight = {
        method: 'OPTIONS',
        headers: {
          ...headers,
          'content-type': null,
          'x-chat-token': null,
          'access-control-request-method': 'POST',
          'access-control-request-headers': 'content-type,x-chat-token',
        },
      }
      for (const request of [{ headers }, preflight]) {
        const answer = await a.ask(request)
        const allowed = answer.headers.get('access-control-allow-origin')
        if (allowed === '*' || allowed === origin) {
          readers.push(origin)
          break
        }
      }
    }
    if (readers.length === 0)
      return ok(say(`none of ${origins.length} origins is let in`, `${origins.length} 个来源全部被拒绝`))
    const some = listed(readers.slice(0, 4))
    return hole(
      say(
        `the service lets ${readers.length} of ${origins.length} foreign origins read: ${some}`,
        `${origins.length} 个外部来源中，有 ${readers.length} 个能读取令牌：${some}`,
      ),
    )
  },
}

/** Origins that resemble `origin` and are not it. */
function lookAlikes(origin: string): string[] {
  const { protocol, hostname, port } = new URL(origin)
  const otherScheme = protocol === 'https:' ? 'http:' : 'https:'
  const at = port === '' ? '' : `:${port}`
  return [
    FOREIGN,
    'null',
    'file://',
    `${protocol}//${hostname}.evil.example${at}`,
    `${protocol}//evil-${hostname}${at}`,
    `${protocol}//verify-probe.${hostname}${at}`,
    `${protocol}//${hostname}:${port === '4443' ? '4444' : '4443'}`,
    `${otherScheme}//${hostname}${at}`,
    `${protocol}//${hostname}${at}@evil.example`,
    `${origin}/`,
    `${protocol}//evil.example?${hostname}`,
  ].filter((candidate) => candidate !== origin)
}

const LEAK: Attack = {
  id: 'T9',
  title: () => say('A token or secret leaks beside its field', '令牌或密钥从别处泄露'),
  tried: () =>
    say(
      'the headers of good and bad answers, their texts, /healthz and /metrics are searched',
      '搜索正常应答和错误应答的响应头与正文，以及 /healthz 和 /metrics',
    ),
  cure: () =>
    say(
      'Send Cache-Control: no-store on every answer, bare error codes without text, tokens over https only, and never a personal token (pat_).',
      '所有应答都带上 Cache-Control: no-store；错误只给代码，不带说明；令牌只通过 https 发送；绝不使用个人令牌（pat_）。',
    ),
  async run(scene) {
    const leaks = await leaksOf(scene)
    return leaks.length === 0
      ? ok(say('neither a token nor a secret is found', '没有发现令牌或密钥'))
      : hole(leaks.join(say('; ', '；')))
  },
}

async function leaksOf({ strangers, endpoint, field }: Scene): Promise<string[]> {
  const leaks: string[] = []
  const [a] = strangers()
  const { url } = endpoint
  const good = await a.ask()
  const token = good.token ?? ''
  if (url.protocol === 'http:' && !/^(?:localhost|127\.|\[::1\])/.test(url.hostname))
    leaks.push(say('it travels over http', '令牌通过 http 传输'))
  if (/^[ps]at_/.test(token)) {
    leaks.push(
      say(
        'it is a personal or service token, which has no sessions and lives long',
        '这是个人令牌或服务令牌，不区分会话，且长期有效',
      ),
    )
  }
  if (!isUncached(good.headers)) {
    leaks.push(
      say(
        'the answer may be kept by caches (no Cache-Control: no-store)',
        '应答可能被缓存（没有 Cache-Control: no-store）',
      ),
    )
  }
  for (const [name, value] of good.headers) {
    if (value.includes(token)) leaks.push(say(`the header ${name} repeats it`, `响应头 ${name} 中也有令牌`))
  }

  const bad = [
    await a.ask({ body: `{"${field}": ${CANARY}` }),
    await a.ask({ body: { [CANARY]: CANARY } }),
    await endpoint.ask({ body: { [field]: [CANARY] } }),
    await endpoint.ask({ method: 'PUT', body: { [field]: CANARY } }),
  ].filter(({ status }) => status >= 400)
  if (bad.some(({ text }) => text.includes(CANARY)))
    leaks.push(say('errors repeat what was sent', '错误应答照抄了收到的内容'))
  if (bad.some(({ headers }) => !isUncached(headers)))
    leaks.push(say('errors may be kept by caches', '错误应答可能被缓存'))

  const base = url.pathname.replace(/\/[^/]*$/, '')
  for (const path of ['/healthz', '/metrics']) {
    const { text } = await askBeside(endpoint, `${base}${path}`)
    if ([token, a.credential].some((secret) => text.includes(secret)))
      leaks.push(say(`${base}${path} shows it`, `${base}${path} 中有令牌或凭证`))
  }
  const everything = [...endpoint.replies].join('\n')
  if (everything.includes('PRIVATE KEY')) leaks.push(say('an answer shows a private key', '应答中出现了私钥'))
  if (/"(?:assertion|session_name)"|eyJhbGciOiJSUzI1NiI/.test(everything))
    leaks.push(say('an answer shows the signed assertion', '应答中出现了签名的断言'))
  if (/\bat [^\n]{1,200}:\d+:\d+|Traceback/.test(everything))
    leaks.push(say('an error shows a stack', '错误应答中出现了调用栈'))
  return leaks
}

function isUncached(headers: Headers): boolean {
  return headers.get('cache-control')?.includes('no-store') === true
}

function askBeside(endpoint: Scene['endpoint'], path: string): Promise<{ text: string }> {
  return endpoint.ask({ method: 'GET', path })
}

export const BROWSER_ATTACKS = [FORGED_REQUEST, FOREIGN_READER, LEAK]
