import { describe, expect, it, vi } from 'vitest'
import type { TokenAnswer } from '../../../src/protocol/token-endpoint.ts'
import { createServiceParts } from '../../../src/server/composition/service-parts.ts'
import { composeTokenRoutes } from '../../../src/server/composition/token-routes.ts'
import { toServiceRequest } from '../../../src/server/http/service-request.ts'
import { createMemoryTokenStore } from '../../../src/server/store/memory-token-store.ts'
import type { TokenServiceOptions } from '../../../src/server/token-service.ts'
import { createFakeClock } from '../../support/fake-clock.ts'
import { createStandInCoze, goodReply } from '../support/stand-in-coze.ts'
import { createTestService, ORIGIN, REQUIRED_OPTIONS, TOKEN_URL, tokenRequest } from '../support/test-service.ts'

describe('the answer to a visitor', () => {
  it('is an OAuth token response with a signed ticket as session_id', async () => {
    const { ask, coze } = createTestService()
    const { status, json } = await ask()
    expect(status).toBe(200)
    expect(json).toEqual({
      access_token: 'czs_1',
      token_type: 'Bearer',
      api_base: 'https://api.coze.cn',
      expires_in: 900,
      kind: 'anonymous',
      subject: expect.stringMatching(/^s_[A-Za-z0-9_-]{22}$/),
      session_id: expect.stringMatching(/^v1\.k1\./),
      fresh: true,
    })
    expect(coze.seen[0]?.claims['session_name']).toMatch(/^a1_[A-Za-z0-9_-]{43}$/)
  })

  it('keeps session and token for who shows their ticket, without a new session_id', async () => {
    const { ask, coze, clock } = createTestService()
    const first = await ask()
    await clock.advance(60_000)
    const second = await ask({ body: { session_id: first.token.session_id } })
    expect(second.json).toEqual({
      access_token: 'czs_1',
      token_type: 'Bearer',
      api_base: 'https://api.coze.cn',
      expires_in: 840,
      kind: 'anonymous',
      subject: first.token.subject,
    })
    expect(coze.seen).toHaveLength(1)
  })

  it('replaces an id the server did not sign, an edited ticket and an expired one by a new visitor', async () => {
    const { ask, clock } = createTestService()
    const first = await ask()
    for (const session_id of ['V1StGXR8_Z5jdHi6B-myT', `${first.token.session_id}A`, 'x'.repeat(3_000), '']) {
      const answer = await ask({ body: { session_id } })
      expect(answer.token.session_id).toMatch(/^v1\./)
      expect(answer.token.subject).not.toBe(first.token.subject)
    }
    await clock.advance(12 * 3_600_000 + 1_000)
    const late = await ask({ body: { session_id: first.token.session_id } })
    expect(late.token.session_id).toMatch(/^v1\./)
    expect(late.token.subject).not.toBe(first.token.subject)
  })

  it.each<[Partial<TokenServiceOptions>, string]>([
    [{}, 'https://api.coze.cn'],
    [{ region: 'com' }, 'https://api.coze.com'],
    [{ apiBase: 'http://127.0.0.1:8788/' }, 'http://127.0.0.1:8788'],
    [{ gateway: true, bots: ['7300000000000000001'] }, '.'],
    [{ gateway: true, bots: ['7300000000000000001'], basePath: '/chat' }, '.'],
  ])('of a service with %o says that its tokens are good at %s', async (options, apiBase) => {
    const { service } = createTestService(options)
    const { origin, pathname } = new URL(TOKEN_URL)
    const request = tokenRequest()
    const url = origin + pathname.replace('/api/coze', options.basePath ?? '/api/coze')
    const response = await service.fetch(new Request(url, request), { remoteAddress: '203.0.113.7' })
    expect(await response.json()).toMatchObject({ api_base: apiBase })
  })

  it('F24: is fresh for a visitor who was made for it, and never for one who may have been here', async () => {
    let user: string | null = null
    const { ask, clock } = createTestService({ identify: () => user })
    const first = (await ask()).token
    const { session_id } = first
    expect(first.fresh).toBe(true)
    for (const body of [{ session_id }, { session_id, renew: true }]) {
      expect((await ask({ body })).json).not.toHaveProperty('fresh')
    }
    await clock.advance(12 * 3_600_000 + 1_000)
    const late = (await ask({ body: { session_id } })).token
    expect([late.fresh, late.subject === first.subject]).toEqual([true, false])
    user = 'Ann'
    expect((await ask()).json).not.toHaveProperty('fresh')
    const { ask: askWithId } = createTestService({ anonymous: 'client-id' })
    expect((await askWithId({ body: { session_id: 'V1StGXR8_Z5jdHi6B-myT' } })).json).not.toHaveProperty('fresh')
  })

  it.each([false, true])('holds the profile of an agent that the owner has named (gateway: %s)', async (gateway) => {
    const coze = createStandInCoze()
    const read: string[] = []
    let isSlow = false
    const { ask } = createTestService({
      bots: ['73'],
      ...(gateway && { gateway }),
      fetch: async (input, init) => {
        const { url, headers } = new Request(input, init)
        if (url.includes('/oauth2/')) return coze.fetch(input, init)
        read.push(headers.get('authorization') ?? '')
        if (isSlow) return new Promise(() => {})
        return Response.json({ code: 0, data: { bot_id: '73', name: 'Mocha', prompt_info: { prompt: 'CANARY' } } })
      },
    })
    const headers = { 'x-chat-token': '73' }
    expect((await ask({ headers })).json).not.toHaveProperty('agent')
    const agent = { id: '73', profile: { bot_id: '73', name: 'Mocha' } }
    await vi.waitFor(async () => expect((await ask({ headers })).json).toMatchObject({ agent }))
    expect(read).toEqual(['Bearer czs_1'])
    expect((await ask({ headers: { 'x-chat-token': '74' } })).json).not.toHaveProperty('agent')
    expect((await ask()).json).not.toHaveProperty('agent')
    // A Coze that hangs holds up nobody's token.
    isSlow = true
    const zh = await ask({ headers: { ...headers, 'accept-language': 'zh' } })
    expect([zh.status, 'agent' in zh.token]).toEqual([200, false])
  })

  it('T36: brings a user the seal of their kept messages: the same each time, nobody else’s, and none to an anonymous visitor', async () => {
    let user: string | null = 'ann'
    const { ask } = createTestService({ identify: () => user })
    const ann = (await ask()).token
    expect(ann.seal).toMatch(/^[A-Za-z0-9_-]{43}$/)
    expect((await ask({ body: { renew: true } })).token.seal).toBe(ann.seal)
    expect(ann.seal).not.toContain(ann.subject.slice(2))
    user = 'bo'
    expect((await ask()).token.seal).not.toBe(ann.seal)
    user = null
    expect((await ask()).token).not.toHaveProperty('seal')
    const elsewhere = createTestService({ identify: () => 'ann', secret: new Uint8Array(32).fill(9) })
    expect((await elsewhere.ask()).token.seal).not.toBe(ann.seal)
  })

  it('T4: a ticket that was known a moment ago expires all the same', async () => {
    const { ask, clock } = createTestService()
    const { session_id, subject } = (await ask()).token
    await clock.advance(12 * 3_600_000)
    expect((await ask({ body: { session_id } })).token.subject).toBe(subject)
    await clock.advance(1_000)
    expect((await ask({ body: { session_id } })).token.subject).not.toBe(subject)
  })

  it('in client-id mode keeps the widget\u2019s own id and refuses short ones', async () => {
    const { ask } = createTestService({ anonymous: 'client-id' })
    const session_id = 'V1StGXR8_Z5jdHi6B-myT'
    const answer = await ask({ body: { session_id } })
    expect(answer.token).not.toHaveProperty('session_id')
    expect((await ask({ body: { session_id } })).token.subject).toBe(answer.token.subject)
    for (const bad of [undefined, 'short', `${session_id}!`, 'x'.repeat(65)]) {
      expect(await ask({ body: { session_id: bad } })).toMatchObject({ status: 400, json: { error: 'bad_request' } })
    }
  })

  it('with anonymous: false is 401 anonymous_disabled', async () => {
    const { ask } = createTestService({ anonymous: false })
    expect(await ask()).toMatchObject({ status: 401, json: { error: 'anonymous_disabled' } })
  })

  it('F75: carries no-store, Vary, nosniff and no-referrer, errors and preflights included', async () => {
    const { service, ask } = createTestService({ origins: ['https://other.example'] })
    const preflight = new Request(TOKEN_URL, { method: 'OPTIONS', headers: { origin: 'https://other.example' } })
    const answers = [
      await ask(),
      await ask({ body: 'x' }),
      await ask({ method: 'GET' }),
      await ask({ headers: { origin: 'https://evil.example' } }),
      await service.fetch(preflight),
      await service.fetch(new Request(`${ORIGIN}/api/coze/nothing`)),
      await service.fetch(new Request(`${ORIGIN}/elsewhere`)),
      await service.fetch(new Request(`${ORIGIN}/api/coze/healthz`)),
      await service.fetch(new Request(`${ORIGIN}/api/coze/metrics`)),
    ]
    expect(answers.map(({ status }) => status)).toEqual([200, 400, 405, 403, 204, 404, 404, 200, 404])
    for (const { headers } of answers) {
      expect(headers.get('cache-control')).toBe('no-store, private')
      expect(headers.get('vary')).toBe('Origin, Cookie, Authorization')
      expect(headers.get('x-content-type-options')).toBe('nosniff')
      expect(headers.get('referrer-policy')).toBe('no-referrer')
      expect(headers.get('set-cookie')).toBeNull()
    }
  })
})

describe('renewal and the end of a session', () => {
  it('F35: renew skips the cache once in 30 s and session', async () => {
    const { ask, clock, coze } = createTestService()
    const { session_id } = (await ask()).token
    const renew = async () => (await ask({ body: { session_id, renew: true } })).token.access_token
    expect([await renew(), await renew(), await renew()]).toEqual(['czs_2', 'czs_2', 'czs_2'])
    await clock.advance(30_000)
    expect(await renew()).toBe('czs_3')
    expect(coze.seen).toHaveLength(3)
  })

  it('T20: end drops the cached token and answers 204; the next token is a new one', async () => {
    const { ask, clock } = createTestService({ identify: () => 'alice' })
    const { subject } = (await ask()).token
    expect(await ask({ body: { end: true } })).toMatchObject({ status: 204, json: undefined })
    await clock.advance(1)
    expect((await ask()).token).toMatchObject({ access_token: 'czs_2', subject, kind: 'user' })
    await clock.advance(1)
    expect((await ask()).token.access_token).toBe('czs_2')
  })

  it('T20: a ticket proves nobody after its logout, in no process and for as long as it would have lived', async () => {
    const clock = createFakeClock()
    const store = createMemoryTokenStore({ clock })
    const [here, there] = [createTestService({ clock, store }), createTestService({ clock, store })]
    const { session_id, subject } = (await here.ask()).token
    const other = (await here.ask()).token
    expect((await there.ask({ body: { session_id } })).token.subject).toBe(subject)
    await here.ask({ body: { session_id, end: true } })
    for (const hours of [0, 1, 10.9]) {
      await clock.advance(hours * 3_600_000)
      for (const { ask } of [here, there]) {
        const { token } = await ask({ body: { session_id, renew: true } })
        expect([token.subject === subject, token.session_id === session_id, token.fresh]).toEqual([false, false, true])
      }
      // Nor does a second logout with it end anything.
      expect((await there.ask({ body: { session_id, end: true } })).status).toBe(204)
    }
    expect((await there.ask({ body: { session_id: other.session_id } })).token.subject).toBe(other.subject)
  })

  it('T20: nor when more has been kept since than there is room for tokens', async () => {
    const options = { ...REQUIRED_OPTIONS, fetch: createStandInCoze().fetch }
    const parts = createServiceParts(options)
    const { paths } = await composeTokenRoutes(options, parts)
    const ask = async (body: object): Promise<TokenAnswer> => {
      const response = await paths.get('/token')?.(toServiceRequest(tokenRequest({ body }), {}))
      return JSON.parse(String(response?.body || '{}'))
    }
    const { session_id, subject } = await ask({})
    expect((await ask({ session_id })).subject).toBe(subject)
    await ask({ session_id, end: true })
    for (let i = 0; i < 10_000; i++) await parts.store.set(`token:a1_${i}`, {}, { ttlMs: 900_000 })
    expect((await ask({ session_id })).subject).not.toBe(subject)
  })

  it('T20: an id that the browser has made is its own to show again after a logout', async () => {
    const { ask } = createTestService({ anonymous: 'client-id' })
    const session_id = 'V1StGXR8_Z5jdHi6B-myT'
    const { subject } = (await ask({ body: { session_id } })).token
    await ask({ body: { session_id, end: true } })
    expect((await ask({ body: { session_id } })).token.subject).toBe(subject)
  })

  it('end from somebody unknown makes no visitor and asks nobody', async () => {
    const { ask, coze, events } = createTestService()
    for (const body of [{ end: true }, { end: true, session_id: 'unknown' }])
      expect((await ask({ body })).status).toBe(204)
    expect(coze.seen).toHaveLength(0)
    expect(events).toEqual([])
  })

  it('F57: end while a mint is open: the token does not come back', async () => {
    const { ask, coze, clock } = createTestService()
    const { session_id } = (await ask()).token
    await clock.advance(890_000)
    let release = () => {}
    coze.reply = (_seen, number) =>
      new Promise((resolve) => {
        release = () => resolve(Response.json({ access_token: `czs_${number}`, expires_in: 900 }))
      })
    const open = ask({ body: { session_id } })
    while (coze.seen.length < 2) await new Promise((resolve) => setImmediate(resolve))
    await ask({ body: { session_id, end: true } })
    release()
    expect((await open).token.access_token).toBe('czs_2')
    coze.reply = goodReply()
    await clock.advance(1)
    expect((await ask({ body: { session_id } })).token.access_token).toBe('czs_3')
  })
})

describe('T34: a logout gives nothing back', () => {
  const limits = { address: false, session: false, issue: { max: 20, windowSeconds: 60 } } as const

  it('T34: a loop of logouts costs no more exchanges than the limit of new visitors allows', async () => {
    const { ask, coze } = createTestService({ limits })
    const { session_id } = (await ask()).token
    const body = { session_id }
    for (let i = 0; i < 100; i++) {
      expect((await ask({ body: { session_id, end: true } })).status).toBe(204)
      await ask({ body })
    }
    expect(coze.seen.length).toBeLessThanOrEqual(20)
    expect(await ask({ body })).toMatchObject({ status: 429, json: { error: 'rate_limited' } })
  })

  it('T34: nor with many sessions, with users, with renewals or through two processes of one store', async () => {
    const clock = createFakeClock()
    const store = createMemoryTokenStore({ clock })
    const identify = (request: Request) => request.headers.get('x-test-user')
    const services = [1, 2].map(() => createTestService({ limits, store, clock, identify }))
    for (let i = 0; i < 100; i++) {
      const headers = { 'x-test-user': `user-${i % 10}` }
      await services[i % 2]?.ask({ headers, body: { renew: true } })
      await services[(i + 1) % 2]?.ask({ headers, body: { end: true } })
    }
    const exchanges = services.reduce((sum, { coze }) => sum + coze.seen.length, 0)
    // Ten users who sign in once each, and what the limit allows in each of the two processes.
    expect(exchanges).toBeLessThanOrEqual(10 + 2 * 20)
  })

  it('T34: who signs in again after a logout is served', async () => {
    const { ask, coze } = createTestService({ identify: () => 'alice', limits })
    for (let i = 0; i < 5; i++) {
      expect((await ask()).status).toBe(200)
      expect((await ask({ body: { end: true } })).status).toBe(204)
    }
    expect(coze.seen).toHaveLength(5)
  })
})
