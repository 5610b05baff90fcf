/** What other websites can make a visitor's browser send, what they can read, and where tokens leak. */
import { type Attack, hole, ok } from './attack.ts'
import type { Scene } from './scene.ts'
import type { ProbeRequest } from './token-endpoint-probe.ts'

const FOREIGN = 'https://evil.example'
/** Sent in bad requests: no reply may repeat it. */
const CANARY = 'canary-7f3a91c5'

/** What a page of another origin can make a browser send. Most of it needs no preflight. */
const FOREIGN_REQUESTS: readonly [string, ProbeRequest][] = [
  ['a form post', { headers: fromForeign('application/x-www-form-urlencoded'), body: 'session_id=1&user_id=1' }],
  ['a text/plain post', { headers: fromForeign('text/plain') }],
  ['a post without type', { headers: fromForeign(null) }],
  ['JSON from another origin', { headers: { origin: FOREIGN, 'sec-fetch-site': 'cross-site' } }],
  ['a sandboxed frame', { headers: { origin: 'null', 'sec-fetch-site': 'cross-site' } }],
  ['a page that hides its origin', { headers: { origin: null, 'sec-fetch-site': 'cross-site' } }],
  ['an image or link (GET)', { method: 'GET', headers: { ...fromForeign(null), origin: null } }],
]

function fromForeign(type: string | null): Record<string, string | null> {
  return { origin: FOREIGN, 'sec-fetch-site': 'cross-site', 'content-type': type, 'x-chat-token': null }
}

const FORGED_REQUEST: Attack = {
  id: 'T7',
  title: 'Another site makes the browser of a visitor ask',
  tried: FOREIGN_REQUESTS.map(([name]) => name).join(', '),
  cure: 'Demand POST, application/json and a header of your own (x-chat-token), and refuse origins that are not listed.',
  async run({ strangers, field }) {
    const [a] = strangers()
    const answered: string[] = []
    for (const [name, request] of FOREIGN_REQUESTS) {
      const query = request.method === 'GET' ? `?${field}=${encodeURIComponent(a.credential)}` : undefined
      const { token } = await a.ask({ ...request, ...(query !== undefined && { query }) })
      if (token !== undefined) answered.push(name)
    }
    return answered.length === 0
      ? ok('all of these requests are refused')
      : hole(`the service makes a token for ${answered.join(', ')}`)
  },
}

const FOREIGN_READER: Attack = {
  id: 'T8',
  title: 'Another site reads a token',
  tried: 'requests and preflights of look-alike origins: other host, prefix, suffix, subdomain, port, scheme, null',
  cure: 'List whole origins (CHAT_ORIGINS) and answer Access-Control-Allow-Origin for those alone; no "*", no echo, no pattern.',
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
    if (readers.length === 0) return ok(`none of ${origins.length} origins is let in`)
    return hole(
      `the service lets ${readers.length} of ${origins.length} foreign origins read: ${readers.slice(0, 4).join(', ')}`,
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
  title: 'A token or secret leaks beside its field',
  tried: 'the headers of good and bad answers, their texts, /healthz and /metrics are searched',
  cure: 'Send Cache-Control: no-store on every answer, bare error codes without text, tokens over https only, and never a personal token (pat_).',
  async run(scene) {
    const leaks = await leaksOf(scene)
    return leaks.length === 0 ? ok('neither a token nor a secret is found') : hole(leaks.join('; '))
  },
}

async function leaksOf({ strangers, endpoint, field }: Scene): Promise<string[]> {
  const leaks: string[] = []
  const [a] = strangers()
  const { url } = endpoint
  const good = await a.ask()
  const token = good.token ?? ''
  if (url.protocol === 'http:' && !/^(?:localhost|127\.|\[::1\])/.test(url.hostname)) leaks.push('it travels over http')
  if (/^[ps]at_/.test(token)) leaks.push('it is a personal or service token, which has no sessions and lives long')
  if (!isUncached(good.headers)) leaks.push('the answer may be kept by caches (no Cache-Control: no-store)')
  for (const [name, value] of good.headers) if (value.includes(token)) leaks.push(`the header ${name} repeats it`)

  const bad = [
    await a.ask({ body: `{"${field}": ${CANARY}` }),
    await a.ask({ body: { [CANARY]: CANARY } }),
    await endpoint.ask({ body: { [field]: [CANARY] } }),
    await endpoint.ask({ method: 'PUT', body: { [field]: CANARY } }),
  ].filter(({ status }) => status >= 400)
  if (bad.some(({ text }) => text.includes(CANARY))) leaks.push('errors repeat what was sent')
  if (bad.some(({ headers }) => !isUncached(headers))) leaks.push('errors may be kept by caches')

  const base = url.pathname.replace(/\/[^/]*$/, '')
  for (const path of ['/healthz', '/metrics']) {
    const { text } = await askBeside(endpoint, `${base}${path}`)
    if ([token, a.credential].some((secret) => text.includes(secret))) leaks.push(`${base}${path} shows it`)
  }
  const everything = [...endpoint.replies].join('\n')
  if (everything.includes('PRIVATE KEY')) leaks.push('an answer shows a private key')
  if (/"(?:assertion|session_name)"|eyJhbGciOiJSUzI1NiI/.test(everything))
    leaks.push('an answer shows the signed assertion')
  if (/\bat [^\n]{1,200}:\d+:\d+|Traceback/.test(everything)) leaks.push('an error shows a stack')
  return leaks
}

function isUncached(headers: Headers): boolean {
  return headers.get('cache-control')?.includes('no-store') === true
}

function askBeside(endpoint: Scene['endpoint'], path: string): Promise<{ text: string }> {
  return endpoint.ask({ method: 'GET', path })
}

export const BROWSER_ATTACKS = [FORGED_REQUEST, FOREIGN_READER, LEAK]
