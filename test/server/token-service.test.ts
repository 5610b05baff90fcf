import { describe, expect, it } from 'vitest'
import { IDENTITY_FIELDS } from '../../src/contract.ts'
import { CozeChatError } from '../../src/errors.ts'
import { createTokenService, type TokenServiceOptions } from '../../src/server/token-service.ts'
import { goodReply, oauthError } from './support/stand-in-coze.ts'
import {
  type asker,
  createTestService,
  ORIGIN,
  REQUIRED_OPTIONS,
  TOKEN_URL,
  tokenRequest,
} from './support/test-service.ts'

describe('the answer to a visitor', () => {
  it('is an OAuth token response with a signed ticket as session_id', async () => {
    const { ask, coze } = createTestService()
    const { status, json } = await ask()
    expect(status).toBe(200)
    expect(json).toEqual({
      access_token: 'czs_1',
      token_type: 'Bearer',
      expires_in: 900,
      kind: 'anonymous',
      subject: expect.stringMatching(/^s_[A-Za-z0-9_-]{22}$/),
      session_id: expect.stringMatching(/^v1\.k1\./),
    })
    expect(coze.seen[0]?.claims['session_name']).toMatch(/^a1_[A-Za-z0-9_-]{43}$/)
  })

  it('keeps session and token for who shows his ticket, without a new session_id', async () => {
    const { ask, coze, clock } = createTestService()
    const first = await ask()
    await clock.advance(60_000)
    const second = await ask({ body: { session_id: first.token.session_id } })
    expect(second.json).toEqual({
      access_token: 'czs_1',
      token_type: 'Bearer',
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

describe('a signed-in user', () => {
  const identify = (request: Request) => request.headers.get('x-test-user')
  const as = (user: string) => ({ headers: { 'x-test-user': user } })

  it('gets a name of his own that no ticket changes, and no ticket', async () => {
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

  it('T6: who signs in with a planted ticket reaches only his own history, and nothing is merged', async () => {
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

  it('F34: expect "anonymous" is a visitor even where somebody is signed in', async () => {
    const { ask } = createTestService({ identify })
    expect((await ask({ ...as('alice'), body: { expect: 'anonymous' } })).token.kind).toBe('anonymous')
  })

  it('T23 F74: a resolver that throws, hangs or answers nonsense is 503, never another identity', async () => {
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
      expect(events[0]).toEqual({ type: 'identify_failed', reason: 'not_a_string_id_or_null' })
    }
    const thrown = createTestService({ identify: () => Promise.reject(new Error('database of alice is down')) })
    expect(await thrown.ask()).toMatchObject({ status: 503, json: { error: 'identity_unavailable' } })
    const hung = createTestService({ identify: () => new Promise(() => {}) })
    const asked = hung.ask()
    while (hung.clock.pending === 0) await new Promise((resolve) => setImmediate(resolve))
    await hung.clock.advance(3_000)
    expect(await asked).toMatchObject({ status: 503, json: { error: 'identity_unavailable' } })
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

  it('is told to the site once when he had a chat as a visitor, and a hook that fails harms nobody', async () => {
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
    expect(events).toContainEqual({ type: 'hook_failed', hook: 'adoptAnonymous' })
  })
})

describe('identity in the request', () => {
  const places: Record<string, (name: string) => Parameters<ReturnType<typeof asker>>[0]> = {
    body: (name) => ({ body: { [name]: 'alice' } }),
    'body beside a session_id': (name) => ({ body: { session_id: 'x', [name]: 'alice' } }),
    'body with null': (name) => ({ body: { [name]: null } }),
    'body, nested': (name) => ({ body: { user: { [name]: 'alice' } } }),
    'body, nested in a known field': (name) => ({ body: { session_id: { [name]: 'alice' } } }),
    'body, in an array': (name) => ({ body: [{ [name]: 'alice' }] }),
    query: (name) => ({ query: `?${name}=alice` }),
    'query beside others': (name) => ({ query: `?v=1&${name}=alice` }),
    'query, nested': (name) => ({ query: `?user[${name}]=alice` }),
    'query, encoded': (name) => ({ query: `?%${name.charCodeAt(0).toString(16)}${name.slice(1)}=alice` }),
    'query without value': (name) => ({ query: `?${name}` }),
    header: (name) => ({ headers: { [name]: 'alice' } }),
    'header with dashes': (name) => ({ headers: { [name.replace('_', '-')]: 'alice' } }),
  }
  for (const [place, request] of Object.entries(places)) {
    it(`T1: every alias in ${place} is 400 identity_in_body without an upstream call`, async () => {
      for (const name of IDENTITY_FIELDS) {
        const { ask, coze } = createTestService()
        expect(await ask(request(name))).toMatchObject({ status: 400, json: { error: 'identity_in_body' } })
        expect(coze.seen).toHaveLength(0)
      }
    })
  }

  it('T1: 60 cases and more are covered above', () => {
    expect(IDENTITY_FIELDS.length * Object.keys(places).length).toBeGreaterThan(60)
  })

  it('T17: the claims are exactly ours and prototypes stay as they are, whatever the body holds', async () => {
    const before = Object.getOwnPropertyNames(Object.prototype)
    const { ask, coze } = createTestService()
    const bodies = [
      '{"__proto__":{"expect":"user","polluted":1}}',
      '{"constructor":{"prototype":{"polluted":1}}}',
      '{"iss":"evil","aud":"evil","jti":"x"}',
      '{"scope":{},"duration_seconds":86399}',
      '[]',
      '[{"session_id":"x"}]',
    ]
    for (const body of bodies)
      expect(await ask({ body })).toMatchObject({ status: 400, json: { error: 'bad_request' } })
    await ask({ body: '{"session_id":"a","session_id":"b"}' })
    expect(Object.getOwnPropertyNames(Object.prototype)).toEqual(before)
    expect(Object.keys(coze.seen[0]?.claims ?? {}).sort()).toEqual(['aud', 'exp', 'iat', 'iss', 'jti', 'session_name'])
    expect(coze.seen[0]?.claims).toMatchObject({ iss: '1100', aud: 'api.coze.cn' })
  })
})

describe('requests that are refused cheaply', () => {
  it('F72: another method, type, charset or shape is a 4xx of the list', async () => {
    const { ask, coze } = createTestService()
    const type = (value: string) => ({ headers: { 'content-type': value } })
    const rows: [Parameters<typeof ask>[0], number, string][] = [
      [{ method: 'GET' }, 405, 'method_not_allowed'],
      [{ method: 'PUT' }, 405, 'method_not_allowed'],
      [{ method: 'DELETE' }, 405, 'method_not_allowed'],
      [type('text/plain'), 415, 'unsupported_media_type'],
      [type('application/x-www-form-urlencoded'), 415, 'unsupported_media_type'],
      [type('application/json; charset=gbk'), 415, 'unsupported_media_type'],
      [type('application/jsonp'), 415, 'unsupported_media_type'],
      [{ body: 'null' }, 400, 'bad_request'],
      [{ body: '"text"' }, 400, 'bad_request'],
      [{ body: '7' }, 400, 'bad_request'],
      [{ body: '' }, 400, 'bad_request'],
      [{ body: '{} trailing' }, 400, 'bad_request'],
      [{ body: { session_id: 7 } }, 400, 'bad_request'],
      [{ body: { session_id: null } }, 400, 'bad_request'],
      [{ body: { expect: 'admin' } }, 400, 'bad_request'],
      [{ body: { renew: 'yes' } }, 400, 'bad_request'],
      [{ body: { unknown: 1 } }, 400, 'bad_request'],
    ]
    for (const [request, status, error] of rows) expect(await ask(request)).toMatchObject({ status, json: { error } })
    for (const good of ['application/json; charset=utf-8', 'Application/JSON;charset="UTF-8"']) {
      expect((await ask(type(good))).status).toBe(200)
    }
    expect(coze.seen).toHaveLength(2)
  })

  it('F71: a body of 4 KiB is read, a longer or deeper one is refused, and one that never ends is given up', async () => {
    const { service, ask, clock } = createTestService()
    const fitting = JSON.stringify({ session_id: 'x'.repeat(4_096 - 17) })
    expect(fitting.length).toBe(4_096)
    expect((await ask({ body: fitting })).status).toBe(200)
    expect(await ask({ body: `${fitting} ` })).toMatchObject({ status: 413, json: { error: 'too_large' } })
    expect((await ask({ body: '['.repeat(4_000) })).status).toBe(400)

    let pulled = 0
    const endless = new ReadableStream<Uint8Array>({
      pull(controller) {
        pulled++
        controller.enqueue(new Uint8Array(1_024).fill(91))
      },
    })
    const headers = { origin: ORIGIN, 'content-type': 'application/json', 'x-chat-token': '1' }
    const streamed = (body: ReadableStream<Uint8Array<ArrayBuffer>>) =>
      service.fetch(new Request(TOKEN_URL, { method: 'POST', headers, body, duplex: 'half' } as RequestInit))
    expect((await streamed(endless as ReadableStream<Uint8Array<ArrayBuffer>>)).status).toBe(413)
    expect(pulled).toBeLessThan(10)

    const silent = streamed(new ReadableStream())
    while (clock.pending === 0) await new Promise((resolve) => setImmediate(resolve))
    await clock.advance(5_000)
    expect((await silent).status).toBe(400)
  })

  it('F10: a prefetched or prerendered page gets no token', async () => {
    const { ask, coze } = createTestService()
    for (const value of ['prefetch', 'prefetch;prerender', 'prefetch;anonymous-client-ip']) {
      expect(await ask({ headers: { 'sec-purpose': value } })).toMatchObject({
        status: 403,
        json: { error: 'prefetch_refused' },
      })
    }
    expect(coze.seen).toHaveLength(0)
  })

  it('T7: a form post, a no-cors fetch, a beacon and an image from another site mint nothing', async () => {
    const { service, coze } = createTestService()
    const site = { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }
    const attempts: RequestInit[] = [
      { method: 'POST', headers: { ...site, 'content-type': 'application/x-www-form-urlencoded' }, body: 'a=b' },
      { method: 'POST', headers: { ...site, 'content-type': 'text/plain' }, body: '{}' },
      { method: 'POST', headers: { ...site, 'content-type': 'application/json', 'x-chat-token': '1' }, body: '{}' },
      { method: 'POST', headers: { origin: 'null', 'content-type': 'text/plain' }, body: '{}' },
      { method: 'POST', headers: { 'content-type': 'application/json', 'x-chat-token': '1' }, body: '{}' },
      { method: 'GET', headers: { 'sec-fetch-site': 'cross-site' } },
    ]
    for (const attempt of attempts) {
      const { status } = await service.fetch(new Request(TOKEN_URL, attempt))
      expect([403, 405, 415]).toContain(status)
    }
    const ownForm = { method: 'POST', headers: { origin: ORIGIN, 'content-type': 'application/json' }, body: '{}' }
    expect((await service.fetch(new Request(TOKEN_URL, ownForm))).status).toBe(400)
    expect(coze.seen).toHaveLength(0)
  })

  it('answers 404 beside its routes and never claims them', async () => {
    const { service } = createTestService()
    expect(['/api/coze/token', '/api/coze/x', '/api/coze', '/api/cozetoken', '/'].map(service.owns)).toEqual([
      true,
      true,
      false,
      false,
      false,
    ])
    for (const path of [
      '/',
      '/api/coze',
      '/api/coze/',
      '/api/coze/token/',
      '/api/coze//token',
      '/token',
      '/api/coze/constructor',
    ]) {
      expect((await service.fetch(new Request(ORIGIN + path))).status).toBe(404)
    }
  })
})

describe('other origins', () => {
  const listed = 'https://www.example.com'
  const others = [
    'https://example.com',
    'http://www.example.com',
    'https://www.example.com:8443',
    'https://www.example.com.evil.net',
    'https://evil-www.example.com',
    'https://evilwww.example.com',
    'https://www.example.comm',
    'https://www.example.co',
    'https://WWW.EXAMPLE.COM',
    'https://www.example.com/',
    'https://www.example.com.',
    'https://user@www.example.com',
    'https://www.example.com@evil.net',
    'https://xn--www-example-com.net',
    'https://www.example.com#x',
    'https://www.example.com?x',
    'null',
    '*',
    '',
    'undefined',
    'file://',
    'https://',
    'http://localhost',
    'http://127.0.0.1',
    'https://[::1]',
    'capacitor://localhost',
    'chrome-extension://abcdef',
    'https://www.example.com, https://evil.net',
    'https://sub.www.example.com',
  ]

  it('T8: only the listed one is answered and named, out of 30', async () => {
    const { ask, service, coze } = createTestService({ origins: [listed], credentials: true })
    expect(others.length + 1).toBe(30)
    for (const origin of others) {
      const answer = await ask({ headers: { origin } })
      const preflight = await service.fetch(
        new Request(TOKEN_URL, { method: 'OPTIONS', headers: { origin, 'access-control-request-method': 'POST' } }),
      )
      expect([answer.status, preflight.status]).toEqual([403, 403])
      for (const { headers } of [answer, preflight]) expect(headers.get('access-control-allow-origin')).toBeNull()
    }
    expect(coze.seen).toHaveLength(0)
    const good = await ask({ headers: { origin: listed } })
    expect(good.status).toBe(200)
    expect(good.headers.get('access-control-allow-origin')).toBe(listed)
    expect(good.headers.get('access-control-allow-credentials')).toBe('true')
    expect((await ask({ headers: { origin: listed }, body: 'x' })).headers.get('access-control-allow-origin')).toBe(
      listed,
    )
  })

  it('are told method, headers and a short memory in the preflight, and credentials only when asked for', async () => {
    const { service } = createTestService({ origins: [listed] })
    const { headers } = await service.fetch(new Request(TOKEN_URL, { method: 'OPTIONS', headers: { origin: listed } }))
    expect(headers.get('access-control-allow-methods')).toBe('POST, OPTIONS')
    expect(headers.get('access-control-allow-headers')).toBe('content-type, x-chat-token, authorization')
    expect(headers.get('access-control-max-age')).toBe('600')
    expect(headers.get('access-control-allow-credentials')).toBeNull()
  })

  it('same origin needs no list and gets no CORS header, also behind a proxy that ends TLS', async () => {
    const { ask, service } = createTestService()
    expect((await ask()).headers.get('access-control-allow-origin')).toBeNull()
    const inside = (headers: Record<string, string>) =>
      service.fetch(
        new Request('http://shop.example/api/coze/token', {
          method: 'POST',
          headers: { host: 'shop.example', 'content-type': 'application/json', 'x-chat-token': '1', ...headers },
          body: '{}',
        }),
      )
    expect((await inside({ origin: 'https://shop.example' })).status).toBe(403)
    expect((await inside({ origin: 'https://shop.example', 'sec-fetch-site': 'same-origin' })).status).toBe(200)
    expect((await inside({ origin: 'https://evil.example', 'sec-fetch-site': 'same-origin' })).status).toBe(403)
    expect((await inside({ 'sec-fetch-site': 'same-origin' })).status).toBe(200)
    expect((await inside({ 'sec-fetch-site': 'same-site' })).status).toBe(403)
  })

  it('behind a proxy of ours the forwarded scheme and host are our own origin', async () => {
    const ask = (trustProxy: TokenServiceOptions['trustProxy']) => {
      const { service } = createTestService(trustProxy === undefined ? {} : { trustProxy })
      return service.fetch(
        new Request('http://10.0.0.5:8787/api/coze/token', {
          method: 'POST',
          headers: {
            origin: 'https://shop.example',
            'x-forwarded-proto': 'https',
            'x-forwarded-host': 'shop.example',
            'content-type': 'application/json',
            'x-chat-token': '1',
          },
          body: '{}',
        }),
      )
    }
    expect((await ask(['private'])).status).toBe(200)
    expect((await ask(undefined)).status).toBe(403)
  })

  it('a list with a pattern, a path or null does not start', () => {
    for (const bad of [
      '*',
      'null',
      'https://*.example.com',
      'https://example.com/',
      'example.com',
      'ftp://example.com',
      '/./',
    ]) {
      expect(() => createTokenService({ ...REQUIRED_OPTIONS, origins: [bad] })).toThrow(
        expect.objectContaining({ code: 'misconfigured' }),
      )
    }
  })
})

describe('a ticket bound to a cookie', () => {
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
    const { ask, clock } = createTestService()
    const { session_id, subject } = (await ask()).token
    expect(await ask({ body: { session_id, end: true } })).toMatchObject({ status: 204, json: undefined })
    await clock.advance(1)
    expect((await ask({ body: { session_id } })).token).toMatchObject({ access_token: 'czs_2', subject })
    await clock.advance(1)
    expect((await ask({ body: { session_id } })).token.access_token).toBe('czs_2')
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

describe('limits', () => {
  it('T11: requests without a ticket stop at the issue limit, and a known visitor is still served', async () => {
    const { ask, coze } = createTestService({ limits: { address: false, issue: { max: 20, windowSeconds: 60 } } })
    const { session_id } = (await ask()).token
    const statuses: number[] = []
    for (let i = 0; i < 200; i++) statuses.push((await ask()).status)
    expect(statuses.filter((status) => status === 200)).toHaveLength(19)
    expect(coze.seen).toHaveLength(20)
    expect((await ask({ body: { session_id } })).status).toBe(200)
  })

  it('F29: answers 429 with Retry-After, RateLimit headers and the same number in the body', async () => {
    const { ask } = createTestService({ limits: { session: { max: 2, windowSeconds: 60 } } })
    const { session_id } = (await ask()).token
    const second = await ask({ body: { session_id } })
    expect(second.headers.get('ratelimit-policy')).toBe('"session";q=2;w=60')
    expect(second.headers.get('ratelimit')).toBe('"session";r=0;t=60')
    const third = await ask({ body: { session_id } })
    expect(third).toMatchObject({ status: 429, json: { error: 'rate_limited', retryAfter: 60 } })
    expect(third.headers.get('retry-after')).toBe('60')
    expect(third.headers.get('ratelimit')).toBe('"session";r=0;t=60')
  })

  it('T12: a thousand forged X-Forwarded-For headers are one client, an unknown address is not unlimited', async () => {
    const limits = { address: { max: 50, windowSeconds: 60 }, issue: false, session: false } as const
    const forged = createTestService({ limits })
    let allowed = 0
    for (let i = 0; i < 1_000; i++) {
      const { status } = await forged.ask({ headers: { 'x-forwarded-for': `198.51.100.${i % 250}` } })
      if (status === 200) allowed++
    }
    expect(allowed).toBe(50)
    const { service } = createTestService({ limits: { ...limits, address: { max: 2, windowSeconds: 60 } } })
    const statuses = []
    for (let i = 0; i < 3; i++) statuses.push((await service.fetch(tokenRequest())).status)
    expect(statuses).toEqual([200, 200, 429])
  })

  it('T11: the site may refuse a mint, and a hook that fails is 503', async () => {
    const refusing = createTestService({ beforeMint: () => false })
    expect(await refusing.ask()).toMatchObject({ status: 429, json: { error: 'rate_limited' } })
    const failing = createTestService({ beforeMint: () => Promise.reject(new Error('captcha service is down')) })
    expect(await failing.ask()).toMatchObject({ status: 503, json: { error: 'upstream_unavailable' } })
    const allowing = createTestService({ beforeMint: ({ kind, tenant }) => kind === 'anonymous' && tenant === 'bot1' })
    expect((await allowing.ask()).status).toBe(200)
    expect([refusing, failing].flatMap(({ coze }) => coze.seen)).toEqual([])
  })
})

describe('many at once', () => {
  it('F55 F36: a thousand requests of one cold session are one exchange and one answer', async () => {
    const { ask, coze } = createTestService({ identify: () => 'alice' })
    const answers = await Promise.all(Array.from({ length: 1_000 }, () => ask()))
    expect(new Set(answers.map(({ json }) => JSON.stringify(json))).size).toBe(1)
    expect(coze.seen).toHaveLength(1)
  })

  it('T11: 300 sessions at once keep at most 32 calls open, and a queue that is full answers 503', async () => {
    const { ask, coze } = createTestService({
      identify: (request) => request.headers.get('x-test-user'),
      limits: { address: false, upstreamQueue: 200 },
    })
    const refused: unknown[] = []
    let release = () => {}
    const released = new Promise<void>((resolve) => {
      release = resolve
    })
    // Coze answers nobody before all places are taken and the rest has been told so.
    const releaseWhenFull = () => {
      if (coze.mostOpen === 32 && refused.length === 300 - 32 - 200) release()
    }
    coze.reply = async (_seen, number) => {
      releaseWhenFull()
      await released
      return Response.json({ access_token: `czs_${number}`, expires_in: 900 })
    }
    const statuses = await Promise.all(
      Array.from({ length: 300 }, async (_, i) => {
        const { status, json } = await ask({ headers: { 'x-test-user': `user-${i}` } })
        if (status === 503) refused.push(json)
        releaseWhenFull()
        return status
      }),
    )
    expect(coze.mostOpen).toBe(32)
    expect(statuses.filter((status) => status === 200)).toHaveLength(232)
    for (const json of refused) expect(json).toEqual({ error: 'upstream_unavailable', retryAfter: 2 })
  })

  it('F56: a caller who has gone ends his own wait and nobody else\u2019s', async () => {
    for (const leaves of ['first', 'second']) {
      const { ask, coze } = createTestService({ identify: () => 'alice' })
      let release = () => {}
      coze.reply = () =>
        new Promise((resolve) => {
          release = () => resolve(Response.json({ access_token: 'czs_1', expires_in: 900 }))
        })
      const gone = new AbortController()
      const first = ask(leaves === 'first' ? { signal: gone.signal } : {})
      while (coze.seen.length < 1) await new Promise((resolve) => setImmediate(resolve))
      const second = ask(leaves === 'second' ? { signal: gone.signal } : {})
      await new Promise((resolve) => setImmediate(resolve))
      gone.abort()
      await new Promise((resolve) => setImmediate(resolve))
      release()
      const [stays, left] = leaves === 'first' ? [await second, await first] : [await first, await second]
      expect(stays.token.access_token).toBe('czs_1')
      expect(left.status).toBe(503)
      expect(coze.seen).toHaveLength(1)
    }
  })
})

describe('secrets and texts', () => {
  const canary = 'czs_canary_of_upstream'

  it('F80 T9 T18: no event and no answer holds key, assertion, token, id or upstream text', async () => {
    const { ask, coze, events } = createTestService({ identify: (request) => request.headers.get('x-test-user') })
    const hostile = 'user-canary\\r\\n\\u2028forged: line \\u001b[31m'
    coze.reply = (_seen, number) => {
      if (number === 1) return Response.json({ access_token: canary, expires_in: 900 })
      if (number === 2) return oauthError(401, 'invalid_client', { 'x-tt-logid': 'log-1' })
      if (number === 3) throw new TypeError(`fetch failed: Bearer ${canary}`)
      return oauthError(500, `evil\r\ncode \u2028 ${'x'.repeat(400)}`)
    }
    const answers = []
    for (const user of ['alice', 'bob', 'carol', 'dave']) {
      answers.push(await ask({ headers: { 'x-test-user': `user-canary-${user}` }, body: { session_id: hostile } }))
    }
    expect(answers.map(({ status }) => status)).toEqual([200, 500, 503, 503])
    const assertions = coze.seen.map(({ authorization }) => authorization.slice(7))
    const logged = events.map((event) => JSON.stringify(event))
    for (const secret of [canary, 'user-canary', 'upstream words', ...assertions]) {
      expect(logged.join('\n')).not.toContain(secret)
      expect(
        answers
          .slice(1)
          .map(({ json }) => JSON.stringify(json))
          .join('\n'),
      ).not.toContain(secret)
    }
    for (const event of events) {
      for (const value of Object.values(event)) {
        if (typeof value !== 'string') continue
        expect(value.length).toBeLessThanOrEqual(200)
        // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what must not be there
        expect(value).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/)
      }
    }
    expect(events).toContainEqual(
      expect.objectContaining({
        type: 'exchange',
        outcome: 'misconfigured',
        upstreamCode: 'invalid_client',
        logId: 'log-1',
      }),
    )
  })

  it('a fault of our own or of a listener leaves as a bare code', async () => {
    const { ask, events } = createTestService({
      tenant: () => {
        throw new Error('tenant-canary')
      },
    })
    const { status, json } = await ask()
    expect({ status, json }).toEqual({ status: 500, json: { error: 'misconfigured' } })
    expect(JSON.stringify(events)).not.toContain('tenant-canary')
    const noisy = createTestService({
      onEvent: () => {
        throw new Error('listener')
      },
    })
    expect((await noisy.ask()).status).toBe(200)
  })
})

describe('start and end', () => {
  it('T19: options that can never work do not start, and the message names the cure without the value', () => {
    const rows: [Partial<TokenServiceOptions>, RegExp][] = [
      [{ appId: '' }, /appId/],
      [{ keyId: ' ' }, /keyId/],
      [{ privateKey: '' }, /privateKey/],
      [{ secret: 'c2hvcnQ=' }, /openssl rand/],
      [{ tokenTtlSeconds: 86_400 }, /86399/],
      [{ tokenTtlSeconds: 0 }, /86399/],
      [{ ticketMaxAgeHours: 2_161 }, /2160/],
      [{ apiBase: 'http://api.coze.cn' }, /https/],
      [{ apiBase: 'not a url' }, /https/],
      [{ basePath: 'api/' }, /basePath/],
      [{ tenant: '' }, /tenant/],
      [{ ticketSecrets: [] }, /ticketSecrets/],
      [{ limits: { session: { max: 0, windowSeconds: 60 } } }, /limits/],
      [{ trustProxy: ['10.0.0.0/99'] }, /trustProxy/],
    ]
    for (const [options, message] of rows) {
      expect(() => createTokenService({ ...REQUIRED_OPTIONS, ...options })).toThrow(
        expect.objectContaining({ code: 'misconfigured', message: expect.stringMatching(message) }),
      )
    }
  })

  it('T19: a bad key fails ready() and every request, without the key\u2019s text anywhere', async () => {
    const privateKey = '-----BEGIN PRIVATE KEY-----\nTUlJQ2FuYXJ5\n-----END PRIVATE KEY-----'
    const { service, ask, events } = createTestService({ privateKey })
    await expect(service.ready()).rejects.toMatchObject({ code: 'misconfigured' })
    expect(await ask()).toMatchObject({ status: 500, json: { error: 'misconfigured' } })
    expect(JSON.stringify(events)).not.toContain('TUlJQ2FuYXJ5')
  })

  it('says how it is at /healthz and refuses to be asked otherwise', async () => {
    const { service } = createTestService()
    const health = await service.fetch(new Request(`${ORIGIN}/api/coze/healthz`))
    expect(await health.json()).toEqual({ status: 'ok', store: 'ok', upstream: 'ok' })
    expect((await service.fetch(new Request(`${ORIGIN}/api/coze/healthz`, { method: 'POST' }))).status).toBe(405)
  })

  it('F76: close() lets the open request finish, refuses new ones and leaves no timer', async () => {
    const { service, ask, coze, clock } = createTestService()
    let release = () => {}
    coze.reply = () =>
      new Promise((resolve) => {
        release = () => resolve(Response.json({ access_token: 'czs_1', expires_in: 900 }))
      })
    const open = ask()
    while (coze.seen.length < 1) await new Promise((resolve) => setImmediate(resolve))
    let isClosed = false
    const closed = service.close().then(() => {
      isClosed = true
    })
    expect(await ask()).toMatchObject({ status: 503, json: { error: 'upstream_unavailable', retryAfter: 1 } })
    expect(isClosed).toBe(false)
    release()
    expect((await open).status).toBe(200)
    await closed
    expect(clock.pending).toBe(0)
  })

  it('F76: close() waits no longer than 5 s', async () => {
    const { service, ask, coze, clock } = createTestService()
    coze.reply = () => new Promise(() => {})
    void ask()
    while (coze.seen.length < 1) await new Promise((resolve) => setImmediate(resolve))
    const closed = service.close()
    await clock.advance(5_000)
    await closed
  })
})
