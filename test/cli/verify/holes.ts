/** Services with one hole each, and what `verify` must find. */
import { createMemoryTokenStore } from '../../../src/server/store/memory-token-store.ts'
import type { TokenStore } from '../../../src/server/store/token-store.ts'
import { botId, type Fetch, identityOf, type Setup, SITE } from './attacked-service.ts'

/** Rewrites the JSON body of a request on its way. */
function withBody(change: (body: Record<string, unknown>, url: URL) => Record<string, unknown>) {
  return (service: Fetch): Fetch =>
    async (request) => {
      const text = await request.text()
      let body: unknown
      try {
        body = JSON.parse(text)
      } catch {
        body = undefined
      }
      const changed =
        typeof body === 'object' && body !== null ? JSON.stringify(change({ ...body }, new URL(request.url))) : text
      const { method, headers, url } = request
      return service(new Request(url, { method, headers, ...(method === 'POST' && { body: changed }) }))
    }
}

function withHeaders(change: (headers: Headers) => void) {
  return (service: Fetch): Fetch =>
    async (request) => {
      const headers = new Headers(request.headers)
      change(headers)
      return service(new Request(request, { headers }))
    }
}

function withAnswerHeaders(change: (headers: Headers, request: Request) => void) {
  return (service: Fetch): Fetch =>
    async (request) => {
      const answer = await service(request.clone())
      change(answer.headers, request)
      return answer
    }
}

/** An `identify` that believes a JWT without checking it. */
export const credulous = (request: Request): string | null => {
  const [, payload] = /^Bearer [\w-]+\.([\w-]+)\./.exec(request.headers.get('authorization') ?? '') ?? []
  return payload === undefined ? null : JSON.parse(Buffer.from(payload, 'base64url').toString()).sub
}

export const HOLES: readonly [id: string, what: string, setup: Setup | (() => Promise<Setup>), found: RegExp][] = [
  [
    'T1',
    'the user is read from a header that anybody can set',
    { service: { identify: (request) => request.headers.get('x-user-id') } },
    /X-User-Id header/,
  ],
  [
    'T1',
    'the user is read from a cookie that anybody can write',
    { service: { identify: (request) => /user_id=([\w-]+)/.exec(request.headers.get('cookie') ?? '')?.[1] ?? null } },
    /user_id cookie/,
  ],
  [
    'T2',
    'a page that expects a user gets an anonymous session',
    { inFront: withBody(({ expect: _, ...body }) => body) },
    /kind "anonymous"/,
  ],
  [
    'T3',
    'short ids made by the browser are taken',
    {
      service: { anonymous: 'client-id' },
      inFront: withBody((body) => ({ ...body, session_id: String(body['session_id']).padEnd(21, '_') })),
    },
    /takes "1", "42"/,
  ],
  [
    'T4',
    'a ticket is tidied up before it is checked',
    { inFront: withBody((body) => ({ ...body, session_id: String(body['session_id']).replace(/[\s=]/g, '') })) },
    /at its end|after a space|"="/,
  ],
  ['T5', 'a token lives a day', { service: { tokenTtlSeconds: 86_399 } }, /1440 minutes/],
  [
    'T6',
    'the visitor id may come in a link',
    {
      inFront: (service) => async (request) => {
        const url = new URL(request.url)
        const planted = url.searchParams.get('session_id')
        url.search = ''
        const body = planted === null ? await request.text() : JSON.stringify({ session_id: planted })
        return service(new Request(url, { method: request.method, headers: request.headers, ...(body && { body }) }))
      },
    },
    /from the URL/,
  ],
  [
    'T7',
    'requests of any type and origin are answered',
    {
      inFront: withHeaders((headers) => {
        headers.set('origin', SITE)
        headers.set('content-type', 'application/json')
        headers.set('x-chat-token', '1')
      }),
    },
    /a text\/plain post, a post without type/,
  ],
  [
    'T8',
    'every origin is echoed',
    {
      inFront: withAnswerHeaders((headers, request) =>
        headers.set('access-control-allow-origin', request.headers.get('origin') ?? '*'),
      ),
    },
    /lets 11 of 11/,
  ],
  [
    'T8',
    'origins are compared by their end',
    { service: { origins: ['https://verify-probe.shop.example'] } },
    /lets 1 of 11 .*verify-probe/,
  ],
  [
    'T9',
    'caches may keep answers',
    { inFront: withAnswerHeaders((headers) => headers.delete('cache-control')) },
    /no Cache-Control/,
  ],
  ['T11', 'nothing is limited', { service: { limits: { address: false, issue: false } } }, /300 new visitors in a row/],
  ['T12', 'a client may name its own address', { service: { trustProxy: 2 } }, /x-forwarded-for/],
  ['T15', 'identity tokens are read and not checked', { service: { identify: credulous } }, /without a signature/],
  [
    'T20',
    'logging out changes nothing',
    { inFront: withBody(({ end: _, ...body }) => body) },
    /reply to a logout holds a token/,
  ],
  [
    'T5',
    'the cookie of a bound ticket is not looked at',
    { inFront: withAnswerHeaders((headers) => headers.append('set-cookie', 'chat=decoration; HttpOnly')) },
    /without the cookie/,
  ],
  [
    'T6',
    'signing in keeps the session of the visitor',
    async () => ({ bearer: [await identityOf('alice')] }),
    /after signing in/,
  ],
  [
    'T10',
    'an identity token can be used for hours',
    async () => ({ service: { identify: credulous }, bearer: [await identityOf('alice', 7_200)] }),
    /with 120 minutes left/,
  ],
  [
    'T20',
    'a gateway takes passes from before logging out',
    {
      service: { gateway: true, bots: [botId] },
      apiBase: `${SITE}/api/coze`,
      inFront: (service) => async (request) => {
        const isLogout = request.method === 'POST' && (await request.clone().text()).includes('"end":true')
        return isLogout ? new Response(null, { status: 204 }) : service(request)
      },
    },
    /still takes the pass/,
  ],
  [
    'T20',
    'a ticket outlives its logout',
    async () => ({
      service: { gateway: true, bots: [botId], store: forgetfulStore() },
      apiBase: `${SITE}/api/coze`,
    }),
    /ticket from before logging out/,
  ],
  [
    'T21',
    'two sites are one tenant',
    {
      service: { tenant: 'same' },
      other: { tenant: 'same', origins: [SITE] },
      origin: SITE,
      otherTokenUrl: 'https://other.example/api/coze/token',
    },
    /opens the history that was written at this one/,
  ],
]

/** Forgets which tickets have ended. */
function forgetfulStore(): TokenStore {
  const store = createMemoryTokenStore()
  return {
    ...store,
    set: (key, value, options) => (key.startsWith('ticket-end:') ? undefined : store.set(key, value, options)),
  }
}
