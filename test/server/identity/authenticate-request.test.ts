import { describe, expect, it } from 'vitest'
import { CozeChatError } from '../../../src/errors.ts'
import { systemClock } from '../../../src/platform/clock.ts'
import { createMemoryTokenStore } from '../../../src/server/store/memory-token-store.ts'
import type { TokenStore } from '../../../src/server/store/token-store.ts'
import { createFakeClock } from '../../support/fake-clock.ts'
import { createTestService } from '../support/test-service.ts'

const identify = (request: Request) => request.headers.get('x-test-user')
const as = (user: string) => ({ headers: { 'x-test-user': user } })

describe('a signed-in user', () => {
  it('gets a name of their own that no ticket changes, and no ticket', async () => {
    const { ask, coze } = createTestService({ identify })
    const visitor = await ask()
    const alice = await ask({ ...as('alice'), body: { session_id: visitor.token.session_id } })
    const again = await ask({ ...as('alice'), body: { session_id: 'anything' } })
    const bob = await ask(as('bob'))
    expect(alice.token).toMatchObject({ kind: 'user', access_token: 'czs_2' })
    expect(alice.token).not.toHaveProperty('session_id')
    expect(again.token.subject).toBe(alice.token.subject)
    expect(bob.token.subject).not.toBe(alice.token.subject)
    expect(coze.seen.map(({ claims }) => String(claims['session_name']).slice(0, 3))).toEqual(['a1_', 'u1_', 'u1_'])
  })

  it('T6: who signs in with a planted ticket reaches only their own history, and nothing is merged', async () => {
    const { ask, coze } = createTestService({ identify })
    const attacker = await ask()
    const planted = { session_id: attacker.token.session_id }
    const victim = await ask({ ...as('victim'), body: planted })
    const alone = await ask(as('victim'))
    expect(victim.token.subject).toBe(alone.token.subject)
    expect(victim.token.access_token).toBe(alone.token.access_token)
    expect((await ask({ body: planted })).token.subject).toBe(attacker.token.subject)
    expect(new Set(coze.seen.map(({ claims }) => claims['session_name'])).size).toBe(2)
  })

  it('F33: expect "user" with nobody signed in is 401 signed_out, never an anonymous session', async () => {
    for (const options of [{ identify }, {}]) {
      const { ask, coze } = createTestService(options)
      expect(await ask({ body: { expect: 'user' } })).toMatchObject({ status: 401, json: { error: 'signed_out' } })
      expect(coze.seen).toHaveLength(0)
    }
  })

  it('F90: whose identity token nobody reads is anonymous, and the owner hears of it once in ten minutes', async () => {
    const headers = { authorization: 'Bearer eyJhbGciOiJIUzI1NiJ9.e30.c2lnbmF0dXJl' }
    for (const [options, words] of [
      [{}, 'CHAT_IDENTITY_ISSUER'],
      [{ identify }, 'identify returned null'],
    ] as const) {
      const { ask, events, clock } = createTestService(options)
      const told = () => events.filter(({ type }) => type === 'identity_token_unread')
      for (let i = 0; i < 3; i++) expect((await ask({ headers })).token.kind).toBe('anonymous')
      expect(told()).toEqual([{ type: 'identity_token_unread', advice: expect.stringContaining(words) }])
      await clock.advance(600_000)
      await ask({ headers })
      expect(told()).toHaveLength(2)
    }
    for (const authorization of ['Basic c2l0ZTpzZWNyZXQ=', 'Bearer v1.k1.AAAAAAAAAAAAAAAAAAAAAA.t0.x', 'Bearer g1.x']) {
      const { ask, events } = createTestService({})
      await ask({ headers: { authorization } })
      expect(events.filter(({ type }) => type === 'identity_token_unread')).toEqual([])
    }
  })

  it('F90: where nobody can be signed in, the refusal of a page that expects it names the settings', async () => {
    const { ask, events } = createTestService({})
    await ask({ body: { expect: 'user' } })
    const advice = expect.stringContaining('CHAT_IDENTITY_ISSUER')
    expect(events).toContainEqual({ type: 'refused', route: 'token', code: 'signed_out', advice })
    const known = createTestService({ identify })
    await known.ask({ body: { expect: 'user' } })
    expect(known.events).toContainEqual({ type: 'refused', route: 'token', code: 'signed_out' })
  })

  it('F34: expect "anonymous" is a visitor even where somebody is signed in', async () => {
    const { ask } = createTestService({ identify })
    expect((await ask({ ...as('alice'), body: { expect: 'anonymous' } })).token.kind).toBe('anonymous')
  })

  it('T23 F74 F77: a resolver that throws, hangs or answers nonsense is 503, never another identity', async () => {
    const nonsense: unknown[] = [
      0,
      '',
      {},
      42,
      undefined,
      [],
      true,
      ['alice'],
      { id: 'alice' },
      Symbol('x'),
      'x'.repeat(513),
    ]
    const lone = ['\ud800', 'a\udc00b', '\udfff\ud800']
    for (const value of [...nonsense, ...lone]) {
      const { ask, coze, events } = createTestService({ identify: (() => value) as never })
      expect(await ask()).toMatchObject({ status: 503, json: { error: 'identity_unavailable', retryAfter: 2 } })
      expect(coze.seen).toHaveLength(0)
      expect(events[0]).toEqual({
        type: 'identify_failed',
        reason: 'not_a_string_id_or_null',
        advice: expect.stringMatching(/^identify returned .*null for nobody/),
      })
    }
    const thrown = createTestService({ identify: () => Promise.reject(new Error('database of alice is down')) })
    expect(await thrown.ask()).toMatchObject({ status: 503, json: { error: 'identity_unavailable' } })
    const hung = createTestService({ identify: () => new Promise(() => {}) })
    const asked = hung.ask()
    while (hung.clock.pending === 0) await new Promise((resolve) => setImmediate(resolve))
    await hung.clock.advance(3_000)
    expect(await asked).toMatchObject({ status: 503, json: { error: 'identity_unavailable' } })
  })

  it('tells the owner what identify did and on which line, and nothing that it said', async () => {
    const broken = createTestService({
      identify: () => {
        throw new TypeError('no user behind redis://:hunter2@db')
      },
    })
    await broken.ask()
    const at = expect.stringMatching(/^authenticate-request\.test\.ts:\d+:\d+$/)
    const advice = expect.stringMatching(/^identify threw TypeError at authenticate-request\.test\.ts:\d+:\d+\./)
    expect(broken.events[0]).toEqual({
      type: 'identify_failed',
      reason: 'threw_or_timed_out',
      cause: 'TypeError',
      at,
      advice,
    })
    expect(JSON.stringify(broken.events)).not.toContain('hunter2')
    const forgetful = createTestService({ identify: (() => undefined) as never })
    await forgetful.ask()
    expect(forgetful.events[0]).toMatchObject({ advice: expect.stringContaining('identify returned undefined') })
    await forgetful.ask()
    // The same advice comes once in ten minutes.
    expect(forgetful.events.findLast(({ type }) => type === 'identify_failed')).not.toHaveProperty('advice')
  })

  it('is signed out when the resolver says so', async () => {
    const { ask } = createTestService({
      identify: () => Promise.reject(new CozeChatError('signed_out', 'The token is too old.')),
    })
    expect(await ask()).toMatchObject({ status: 401, json: { error: 'signed_out' } })
  })

  it('T3: answers for a known and an unknown user differ in random fields alone', async () => {
    const { ask } = createTestService({ identify })
    await ask(as('known'))
    const known = await ask(as('known'))
    const unknown = await ask(as('unknown'))
    const shape = ({ json, headers }: typeof known) => [Object.keys(json as object), [...headers.keys()]]
    expect(shape(unknown)).toEqual(shape(known))
  })

  it('T21: of two tenants has two sessions', async () => {
    const { ask } = createTestService({ identify, tenant: (request) => request.headers.get('x-test-site') ?? 'none' })
    const at = (site: string) => ask({ headers: { 'x-test-user': 'alice', 'x-test-site': site } })
    expect((await at('one')).token.subject).not.toBe((await at('two')).token.subject)
  })

  it('is told to the site once when they had a chat as a visitor, and a hook that fails harms nobody', async () => {
    const calls: unknown[] = []
    const { ask, events } = createTestService({
      identify,
      adoptAnonymous: (previous, next) => {
        calls.push([previous, next])
        if (calls.length === 1) throw new Error('not now')
      },
    })
    const visitor = await ask()
    const body = { session_id: visitor.token.session_id }
    for (let i = 0; i < 3; i++) expect((await ask({ ...as('alice'), body })).status).toBe(200)
    await ask({ ...as('alice'), body: { session_id: 'not-a-ticket' } })
    expect(calls).toHaveLength(2)
    expect(calls[1]).toEqual([
      { sessionName: expect.stringMatching(/^a1_/), subject: visitor.token.subject },
      { sessionName: expect.stringMatching(/^u1_/), subject: expect.stringMatching(/^s_/) },
    ])
    expect(events).toContainEqual({
      type: 'hook_failed',
      hook: 'adoptAnonymous',
      cause: 'Error',
      at: expect.any(String),
    })
  })
})

describe('T38: a visitor is adopted', () => {
  it('T38: by one user, however many show the ticket, in every process', async () => {
    const calls: unknown[] = []
    const clock = createFakeClock()
    const store = createMemoryTokenStore({ clock })
    const options = {
      identify,
      store,
      clock,
      adoptAnonymous: (previous: object, next: object) => void calls.push([previous, next]),
    }
    const [one, two] = [createTestService(options), createTestService(options)]
    const body = { session_id: (await one.ask()).token.session_id }
    for (let i = 0; i < 52; i++) {
      const { ask } = i % 2 === 0 ? one : two
      expect((await ask({ ...as(`user-${i}`), body })).status).toBe(200)
    }
    expect(calls).toHaveLength(1)
  })

  it('T38: within 3 s, and a hook that hangs is told and asked again for the same user only', async () => {
    const calls: string[] = []
    const { ask, clock, events } = createTestService({
      identify,
      adoptAnonymous: (_, next) => {
        calls.push(next.subject)
        return new Promise(() => {})
      },
    })
    const body = { session_id: (await ask()).token.session_id }
    const askAs = async (user: string) => {
      const before = calls.length
      let isDone = false
      const asked = ask({ ...as(user), body }).finally(() => {
        isDone = true
      })
      while (!isDone && calls.length === before) await new Promise((resolve) => setImmediate(resolve))
      if (!isDone) await clock.advance(3_000)
      return (await asked).status
    }
    expect([await askAs('alice'), await askAs('bob'), await askAs('alice')]).toEqual([200, 200, 200])
    expect(calls).toHaveLength(2)
    expect(new Set(calls).size).toBe(1)
    expect(events).toContainEqual({ type: 'hook_failed', hook: 'adoptAnonymous', cause: 'TimeLimitError' })
  })
})

describe('a ticket', () => {
  it('T4 T21: a ticket that is known at one site is a new visitor at another', async () => {
    const { ask } = createTestService({ tenant: (request) => request.headers.get('x-test-site') ?? 'none' })
    const { session_id, subject } = (await ask({ headers: { 'x-test-site': 'one' } })).token
    const at = async (site: string) => (await ask({ body: { session_id }, headers: { 'x-test-site': site } })).token
    expect((await at('one')).subject).toBe(subject)
    expect(await at('two')).toMatchObject({ kind: 'anonymous', fresh: true })
    expect((await at('one')).subject).toBe(subject)
  })
})

describe('a ticket bound to a cookie', () => {
  it('T39: two tabs that are opened together get one cookie, so that both keep their chat', async () => {
    const clock = createFakeClock()
    const memory = createMemoryTokenStore({ clock })
    const held = new Set<string>()
    const shared: TokenStore = {
      ...memory,
      async acquire(key) {
        if (held.has(key)) return undefined
        held.add(key)
        return async () => void held.delete(key)
      },
    }
    for (const store of [undefined, shared]) {
      const options = { bindTicket: 'cookie' as const, ...(store && { store }), clock: systemClock }
      const one = createTestService(options)
      const two = store === undefined ? one : createTestService(options)
      const headers = { 'user-agent': 'a browser' }
      const tabs = await Promise.all([one.ask({ headers }), two.ask({ headers }), one.ask({ headers })])
      const cookies = tabs.map((tab) => tab.headers.get('set-cookie')?.split(';')[0] ?? '')
      expect(new Set(cookies).size).toBe(1)
      expect(new Set(tabs.map(({ token }) => token.subject)).size).toBe(3)
      for (const tab of tabs) {
        const again = await one.ask({
          headers: { ...headers, cookie: cookies.at(-1) ?? '' },
          body: { session_id: tab.token.session_id },
        })
        expect(again.token.subject).toBe(tab.token.subject)
      }
      const stranger = await one.ask({ headers, remoteAddress: '198.51.100.9' })
      const otherBrowser = await one.ask({ headers: { 'user-agent': 'another' } })
      for (const other of [stranger, otherBrowser]) {
        expect(other.headers.get('set-cookie')).not.toContain(cookies[0])
      }
    }
  })

  it('T39: who comes 10 s later gets a cookie of their own', async () => {
    const { ask, clock } = createTestService({ bindTicket: 'cookie' })
    const first = await ask()
    await clock.advance(10_000)
    expect((await ask()).headers.get('set-cookie')).not.toBe(first.headers.get('set-cookie'))
  })

  it('T5: sets one strict cookie, and without it the ticket is a new visitor', async () => {
    const { ask } = createTestService({ bindTicket: 'cookie' })
    const first = await ask()
    const cookie = first.headers.get('set-cookie') ?? ''
    expect(cookie).toMatch(/^__Host-chat=[A-Za-z0-9_-]{22}; Path=\/; Secure; HttpOnly; SameSite=Strict$/)
    const body = { session_id: first.token.session_id }
    const pair = cookie.split(';')[0] ?? ''
    const owner = await ask({ body, headers: { cookie: `a=1; ${pair}` } })
    expect(owner.token.subject).toBe(first.token.subject)
    expect(owner.headers.get('set-cookie')).toBeNull()
    const thief = await ask({ body })
    expect(thief.token.subject).not.toBe(first.token.subject)
    const other = await ask({ body, headers: { cookie: `__Host-chat=${'A'.repeat(22)}` } })
    expect(other.token.subject).not.toBe(first.token.subject)
    expect(other.token.session_id).toMatch(/^v1\./)
  })

  it('T5: a ticket from before there were cookies is a new visitor', async () => {
    const { session_id, subject } = (await createTestService().ask()).token
    const bound = await createTestService({ bindTicket: 'cookie' }).ask({ body: { session_id } })
    expect(bound.token.subject).not.toBe(subject)
    expect(bound.headers.get('set-cookie')).toMatch(/^__Host-chat=/)
  })
})
