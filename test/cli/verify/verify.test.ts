import { SignJWT } from 'jose'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { formatReport, type Report } from '../../../src/cli/report/findings.ts'
import { type VerifyOptions, verify } from '../../../src/cli/verify/verify.ts'
import { identityToken } from '../../../src/server/identity/identity-token/identity-token.ts'
import { createMemoryTokenStore } from '../../../src/server/store/memory-token-store.ts'
import type { TokenStore } from '../../../src/server/store/token-store.ts'
import { createTokenService, type TokenServiceOptions } from '../../../src/server/token-service.ts'
import { type CozeSimulator, createCozeSimulator, SIMULATOR_IDS } from '../../../src/simulator/index.ts'
import { type RunningSimulator, startSimulator } from '../../../src/simulator/node.ts'
import { startGuideService } from '../../bad-example/guide-service.ts'
import { freePort } from '../../server/support/redis-server.ts'
import { SECRET } from '../../server/support/test-service.ts'

const { botId, appId, workflowId } = SIMULATOR_IDS
const SITE = 'https://shop.example'
const COZE = 'https://api.coze.cn'
const JWT_SECRET = 'the secret that signs identity tokens'

// Some of these make hundreds of requests, which take their time on a busy machine.
vi.setConfig({ testTimeout: 60_000 })

let coze: CozeSimulator
beforeAll(async () => {
  coze = await createCozeSimulator()
})

type Fetch = (request: Request) => Promise<Response>

interface Setup extends Partial<VerifyOptions> {
  service?: Partial<TokenServiceOptions>
  /** Stands in front of the service and makes a hole. */
  inFront?: (service: Fetch) => Fetch
  target?: { botId: string } | { appId: string; workflowId: string }
  /** Options of the service at `other.example`. */
  other?: Partial<TokenServiceOptions>
}

/** Runs `verify` against a service of ours in front of the simulator, all in this process. */
function verifyOurs({
  service = {},
  inFront = (plain) => plain,
  other,
  target = { botId },
  ...options
}: Setup = {}): Promise<Report> {
  const start = (further: Partial<TokenServiceOptions>): Fetch => {
    const { appId: oauthAppId, keyId, privateKeyPem } = coze.credentials
    const running = createTokenService({
      appId: oauthAppId,
      keyId,
      privateKey: privateKeyPem,
      secret: SECRET,
      fetch: (input, init) => coze.fetch(new Request(input, init)),
      ...further,
    })
    return (request) => running.fetch(request, { remoteAddress: '203.0.113.7' })
  }
  const hosts: Record<string, Fetch> = {
    [SITE]: inFront(start(service)),
    'https://other.example': start(other ?? {}),
    [COZE]: (request) => coze.fetch(request),
  }
  return verify({
    tokenUrl: `${SITE}/api/coze/token`,
    ...target,
    fetch: async (input, init) => {
      const request = new Request(input, init)
      return (await hosts[new URL(request.url).origin]?.(request)) ?? new Response('', { status: 404 })
    },
    ...options,
  })
}

const outcomes = ({ findings }: Report) => Object.fromEntries(findings.map(({ id, outcome }) => [id, outcome]))

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

function identityOf(sub: string, lifeSeconds = 300): Promise<string> {
  return new SignJWT({})
    .setProtectedHeader({ alg: 'HS256' })
    .setIssuer(SITE)
    .setAudience('coze-chat')
    .setSubject(sub)
    .setIssuedAt()
    .setExpirationTime(`${lifeSeconds}s`)
    .sign(new TextEncoder().encode(JWT_SECRET))
}

const signedIn = identityToken({ issuer: SITE, audience: 'coze-chat', secret: JWT_SECRET })

/** An `identify` that believes a JWT without checking it. */
const credulous = (request: Request): string | null => {
  const [, payload] = /^Bearer [\w-]+\.([\w-]+)\./.exec(request.headers.get('authorization') ?? '') ?? []
  return payload === undefined ? null : JSON.parse(Buffer.from(payload, 'base64url').toString()).sub
}

describe('verify', () => {
  it('T1 T2 T3 T4 T5 T6 T7 T8 T9 T10 T11 T12 T15 T20 T21: finds no hole in our service', async () => {
    const report = await verifyOurs({
      service: { identify: signedIn, tenant: 'shop' },
      other: { identify: signedIn, tenant: 'other' },
      otherTokenUrl: 'https://other.example/api/coze/token',
      origin: SITE,
      bearer: [await identityOf('alice'), await identityOf('bob')],
    })
    expect(report.findings.filter(({ outcome }) => outcome !== 'ok')).toEqual([])
    expect(report.ok).toBe(true)
    expect(report.findings.find(({ id }) => id === 'T12')?.found).toContain('means these made-up headers')
    expect(report.findings.map(({ id }) => id)).toEqual([
      'guide',
      ...[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 15, 20, 21].map((number) => `T${number}`),
    ])
  })

  it('says after its flood that whoever ran it has to wait, and how long', async () => {
    const report = await verifyOurs({ only: ['T11'] })
    expect(report.findings[0]?.found).toMatch(/you among them, have to wait \(Retry-After: \d+\)$/)
  })

  it('finds none with ids made by the browser, with a bound ticket, and for a chatflow', async () => {
    const byBrowser = await verifyOurs({ service: { anonymous: 'client-id' }, flood: 0 })
    expect([byBrowser.ok, outcomes(byBrowser)['T3'], outcomes(byBrowser)['T4']]).toEqual([true, 'ok', 'not_applicable'])
    const bound = await verifyOurs({ service: { bindTicket: 'cookie' }, only: ['guide', 'T3', 'T4', 'T5'] })
    expect(new Set(Object.values(outcomes(bound)))).toEqual(new Set(['ok']))
    expect((await verifyOurs({ target: { appId, workflowId }, only: ['guide'] })).ok).toBe(true)
  })

  it('T1 T6 T20: finds none behind our gateway, where browsers hold passes', async () => {
    const service = { gateway: true, bots: [botId] } as const
    const report = await verifyOurs({ service })
    expect(report.findings.filter(({ outcome }) => outcome === 'hole' || outcome === 'failed')).toEqual([])
    expect(outcomes(report)).toMatchObject({ guide: 'ok', T1: 'ok', T6: 'ok', T20: 'ok' })
  })

  it('judges a site without anonymous visitors by two test users', async () => {
    const service = { identify: signedIn, anonymous: false } as const
    await expect(verifyOurs({ service })).rejects.toThrow(/answered 401 anonymous_disabled .*--bearer/)
    const report = await verifyOurs({ service, bearer: [await identityOf('alice'), await identityOf('bob')] })
    expect(report.findings.filter(({ outcome }) => outcome === 'hole' || outcome === 'failed')).toEqual([])
    expect(outcomes(report)).toMatchObject({ guide: 'ok', T1: 'ok', T11: 'ok', T15: 'ok', T20: 'ok' })
  })

  const holes: [id: string, what: string, setup: Setup, found: RegExp][] = [
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
    [
      'T11',
      'nothing is limited',
      { service: { limits: { address: false, issue: false } } },
      /300 new visitors in a row/,
    ],
    ['T12', 'a client may name its own address', { service: { trustProxy: 2 } }, /x-forwarded-for/],
    ['T15', 'identity tokens are read and not checked', { service: { identify: credulous } }, /without a signature/],
    [
      'T20',
      'logging out changes nothing',
      { inFront: withBody(({ end: _, ...body }) => body) },
      /reply to a logout holds a token/,
    ],
  ]
  for (const [id, what, setup, found] of holes) {
    it(`${id}: names the hole when ${what}`, async () => {
      const report = await verifyOurs({ ...setup, only: [id] })
      expect(report.findings).toMatchObject([{ id, outcome: 'hole', cure: expect.any(String) }])
      expect(report.findings[0]?.found).toMatch(found)
      expect(report.ok).toBe(false)
    })
  }

  it('T10: names the hole when an identity token can be used for hours', async () => {
    const [long, short] = [await identityOf('alice', 7_200), await identityOf('alice')]
    const ask = (bearer: string) => verifyOurs({ service: { identify: credulous }, bearer: [bearer], only: ['T10'] })
    expect((await ask(long)).findings[0]).toMatchObject({ outcome: 'hole', found: expect.stringContaining('minutes') })
    expect((await ask(short)).ok).toBe(true)
  })

  it('T5: names the hole when the cookie of a bound ticket is not looked at', async () => {
    const report = await verifyOurs({
      only: ['T5'],
      inFront: withAnswerHeaders((headers) => headers.append('set-cookie', 'chat=decoration; HttpOnly')),
    })
    expect(report.findings[0]).toMatchObject({ outcome: 'hole', found: expect.stringContaining('without the cookie') })
  })

  it('T6: names the hole when signing in keeps the session of the visitor', async () => {
    const report = await verifyOurs({
      only: ['T6'],
      bearer: [await identityOf('alice')],
    })
    expect(report.findings[0]).toMatchObject({ outcome: 'hole', found: expect.stringContaining('after signing in') })
  })

  it('T20: names the hole when a gateway takes passes from before logging out', async () => {
    const report = await verifyOurs({
      only: ['T20'],
      service: { gateway: true, bots: [botId] },
      apiBase: `${SITE}/api/coze`,
      inFront: (service) => async (request) => {
        const isLogout = request.method === 'POST' && (await request.clone().text()).includes('"end":true')
        return isLogout ? new Response(null, { status: 204 }) : service(request)
      },
    })
    expect(report.findings[0]).toMatchObject({
      outcome: 'hole',
      found: expect.stringContaining('still takes the pass'),
    })
  })

  it('T20: names the hole when a ticket outlives its logout', async () => {
    const store = createMemoryTokenStore()
    const forgetful: TokenStore = {
      ...store,
      set: (key, value, options) => (key.startsWith('ticket-end:') ? undefined : store.set(key, value, options)),
    }
    const report = await verifyOurs({
      only: ['T20'],
      service: { gateway: true, bots: [botId], store: forgetful },
      apiBase: `${SITE}/api/coze`,
    })
    expect(report.findings[0]).toMatchObject({
      outcome: 'hole',
      found: expect.stringContaining('ticket from before logging out'),
    })
  })

  it('T21: names the hole when two sites are one tenant', async () => {
    const report = await verifyOurs({
      only: ['T21'],
      service: { tenant: 'same' },
      other: { tenant: 'same', origins: [SITE] },
      origin: SITE,
      otherTokenUrl: 'https://other.example/api/coze/token',
    })
    expect(report.findings[0]?.outcome).toBe('hole')
  })

  it('names the hole of one session for all', async () => {
    const shared = coze.issueToken('everybody')
    const everybody: Fetch = async () => Response.json({ access_token: shared, expires_in: 900 })
    const report = await verifyOurs({ inFront: () => everybody, only: ['guide', 'T1'] })
    expect(outcomes(report)).toEqual({ guide: 'hole', T1: 'not_applicable' })
    expect(report.findings[0]?.found).toMatch(
      /can open it, read its messages, find it in the list of conversations, continue it/,
    )
  })

  it('counts a check that could not be carried to its end as wrong', async () => {
    const report = await verifyOurs({ target: { botId: '1' }, only: ['guide'] })
    expect(report.findings[0]).toMatchObject({ outcome: 'failed', found: expect.stringContaining('code 4006') })
    expect(report.ok).toBe(false)
  })

  it('says which option is wrong', async () => {
    await expect(verifyOurs({ tokenUrl: '/api/coze/token' })).rejects.toThrow(/--token-url must be a whole address/)
    const nobody = `http://127.0.0.1:${await freePort()}`
    await expect(verify({ tokenUrl: `${nobody}/api/coze/token` })).rejects.toThrow(
      `${nobody} did not answer (ECONNREFUSED).`,
    )
    await expect(verifyOurs({ only: ['T99'] })).rejects.toThrow(/--only knows no T99/)
    await expect(verifyOurs({ origin: 'https://elsewhere.example' })).rejects.toThrow(
      /403 origin_not_allowed .*--origin/,
    )
  })

  it('leaves no conversation behind', async () => {
    const before = coze.dump().sessions.flatMap(({ conversations }) => conversations).length
    await verifyOurs({ flood: 0 })
    expect(coze.dump().sessions.flatMap(({ conversations }) => conversations).length).toBe(before)
  })
})

describe('verify over sockets', () => {
  let running: RunningSimulator
  beforeAll(async () => {
    running = await startSimulator()
  })
  afterAll(() => running.close())

  it('T1 T3 T7 T8 T9 T11 T20: names the holes of a service built like the guide’s', async () => {
    const { appId: oauthAppId, keyId, privateKeyPem } = running.simulator.credentials
    const service = await startGuideService({ appId: oauthAppId, keyId, privateKeyPem, apiBase: running.url })
    const report = await verify({ tokenUrl: service.url, apiBase: running.url, botId })
    await service.close()

    expect(report.ok).toBe(false)
    const holes = report.findings.filter(({ outcome }) => outcome === 'hole').map(({ id }) => id)
    expect(holes).toEqual(['T1', 'T3', 'T7', 'T8', 'T9', 'T11', 'T20'])
    const text = formatReport(report)
    expect(text).toContain('believes user_id in body: whoever knows a name reads its history')
    expect(text).toContain('300 new visitors in a row')
    expect(text).toMatch(/\d ok, 7 wrong, \d not applicable\n$/)
    // It does keep histories apart: everybody gets a session name of their own.
    expect(outcomes(report)['guide']).toBe('ok')
  })
})
