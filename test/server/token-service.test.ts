import { describe, expect, it } from 'vitest'
import { createTokenService, type TokenServiceOptions } from '../../src/server/token-service.ts'
import { oauthError } from './support/stand-in-coze.ts'
import { createTestService, ORIGIN, REQUIRED_OPTIONS } from './support/test-service.ts'

describe('secrets and texts', () => {
  const canary = 'czs_canary_of_upstream'

  it('F80 T9 T18: no event and no answer holds key, assertion, token, id or upstream text', async () => {
    const { ask, coze, events } = createTestService({ identify: (request) => request.headers.get('x-test-user') })
    const hostile = 'user-canary\\r\\n\\u2028forged: line \\u001b[31m'
    coze.reply = (_seen, number) => {
      if (number === 1) return Response.json({ access_token: canary, expires_in: 900 })
      if (number === 2) return oauthError(401, 'invalid_client', { 'x-tt-logid': 'log-1' })
      if (number === 3) throw new TypeError(`fetch failed: Bearer ${canary}`)
      return oauthError(500, `evil\r\ncode \u2028 \u202Edesrever\u2066 ${'x'.repeat(400)}`)
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
        // They turn what stands around them in a terminal.
        expect(value).not.toMatch(/\p{Bidi_Control}/u)
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
