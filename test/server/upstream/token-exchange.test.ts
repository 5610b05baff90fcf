import { createPublicKey } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { jwtVerify } from 'jose'
import { describe, expect, it } from 'vitest'
import type { SessionName } from '../../../src/server/identity/session-name.ts'
import { createEventSink, type ServiceEvent } from '../../../src/server/operations/events.ts'
import { importPrivateKey } from '../../../src/server/upstream/assertion/private-key.ts'
import { type CozeExchangeOptions, createCozeExchange } from '../../../src/server/upstream/token-exchange.ts'
import { createFakeClock } from '../../support/fake-clock.ts'
import { createStandInCoze, type ExchangeReply, goodReply, oauthError } from '../support/stand-in-coze.ts'
import { PRIVATE_KEY, PUBLIC_KEY } from '../support/test-service.ts'

const NAME = 'u1_somebody' as SessionName
const START = 1_790_000_000_000
const key = await importPrivateKey(PRIVATE_KEY)

function create(reply?: ExchangeReply, options: Partial<CozeExchangeOptions> = {}) {
  const clock = createFakeClock(START)
  const coze = createStandInCoze(reply)
  const events: ServiceEvent[] = []
  const exchange = createCozeExchange({
    tokenUrl: 'https://api.coze.cn/api/permission/oauth2/token',
    appId: '1100',
    audience: 'api.coze.cn',
    signingKeys: [{ keyId: 'key-1', key }],
    tokenTtlSeconds: 900,
    fetch: coze.fetch,
    clock,
    random: (length) => crypto.getRandomValues(new Uint8Array(length)),
    events: createEventSink([(event) => events.push(event)]),
    ...options,
  })
  return { clock, coze, events, exchange }
}

const settled = () => new Promise((resolve) => setImmediate(resolve))
const dated = (ms: number) => ({ date: new Date(ms).toUTCString() })

describe('the exchange', () => {
  it('T10, F69: sends an RS256 assertion of five minutes with a long jti in the Authorization header alone', async () => {
    const { coze, exchange } = create(goodReply(), {
      scope: { account_permission: { permission_list: ['Connector.botChat'] } },
    })
    const token = await exchange.exchange(NAME, { device_info: { custom_consumer: 'team-a' } })
    expect(token).toEqual({ accessToken: 'czs_1', lifeMs: 900_000 })
    const [seen] = coze.seen
    expect(seen?.body).toEqual({
      grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
      duration_seconds: 900,
      scope: { account_permission: { permission_list: ['Connector.botChat'] } },
    })
    const { payload, protectedHeader } = await jwtVerify(
      seen?.authorization.slice(7) ?? '',
      createPublicKey(PUBLIC_KEY),
      { currentDate: new Date(START) },
    )
    expect(protectedHeader).toEqual({ alg: 'RS256', typ: 'JWT', kid: 'key-1' })
    expect(payload).toEqual({
      iss: '1100',
      aud: 'api.coze.cn',
      iat: START / 1000 - 30,
      exp: START / 1000 + 300,
      jti: expect.stringMatching(/^[A-Za-z0-9_-]{43}$/),
      session_name: NAME,
      session_context: { device_info: { custom_consumer: 'team-a' } },
    })
  })

  it('F8 F32: reads expires_in as a moment, as a duration and as text, and refuses lives that cannot be', async () => {
    const good: [unknown, number][] = [
      [900, 900],
      ['900', 900],
      [START / 1000 + 900, 900],
      [String(START / 1000 + 900), 900],
      [86_460, 86_460],
      [1, 1],
    ]
    for (const [expires_in, life] of good) {
      const { exchange } = create(() => Response.json({ access_token: 'czs_1', expires_in }))
      expect((await exchange.exchange(NAME)).lifeMs).toBe(life * 1000)
    }
    const bad = [
      0,
      -1,
      '-5',
      'soon',
      null,
      undefined,
      86_461,
      START / 1000,
      START / 1000 - 5,
      START,
      [900],
      '',
      Number.MAX_VALUE,
    ]
    for (const expires_in of bad) {
      const { exchange } = create(() => Response.json({ access_token: 'czs_1', expires_in }))
      await expect(exchange.exchange(NAME)).rejects.toMatchObject({ code: 'upstream_unavailable' })
    }
  })

  it('F8: a moment is read by the clock that wrote it', async () => {
    const theirs = START + 3_600_000
    const { exchange } = create(() =>
      Response.json({ access_token: 'czs_1', expires_in: theirs / 1000 + 900 }, { headers: dated(theirs) }),
    )
    expect((await exchange.exchange(NAME)).lifeMs).toBe(900_000)
  })

  it('F69 T40: many requests at once notice together that our clock was set, and none is told that the owner is at fault', async () => {
    const { clock, coze, exchange } = create((seen, number) => {
      const isInTime = Math.abs(Number(seen.claims.iat) * 1000 - START) < 60_000
      return isInTime
        ? Response.json({ access_token: `czs_${number}`, expires_in: 900 }, { headers: dated(START) })
        : oauthError(401, 'invalid_client', dated(START))
    })
    for (const jump of [600_000, -600_000]) {
      clock.jumpWall(jump)
      const names = Array.from({ length: 20 }, (_, i) => `u1_${i}` as SessionName)
      const tokens = await Promise.all(names.map((name) => exchange.exchange(name)))
      expect(tokens.every(({ lifeMs }) => lifeMs === 900_000)).toBe(true)
    }
    expect(coze.seen.length).toBeLessThanOrEqual(80)
  })

  it('F70: each try carries a new assertion', async () => {
    const { coze, exchange } = create((_seen, number) =>
      number === 1 ? oauthError(500, 'internal_error') : Response.json({ access_token: 'czs_2', expires_in: 900 }),
    )
    expect((await exchange.exchange(NAME)).accessToken).toBe('czs_2')
    expect(new Set(coze.seen.map(({ claims }) => claims.jti)).size).toBe(2)
  })

  it('F63: tries twice at most, and a network error, a 5xx or an internal_error ends as unavailable', async () => {
    const replies: ExchangeReply[] = [
      () => oauthError(500, 'internal_error'),
      () => new Response('<html>', { status: 502 }),
      () => Promise.reject(new TypeError('fetch failed')),
    ]
    for (const reply of replies) {
      const { coze, exchange } = create(reply)
      await expect(exchange.exchange(NAME)).rejects.toMatchObject({
        code: 'upstream_unavailable',
        retryAfterSeconds: 2,
      })
      expect(coze.seen).toHaveLength(2)
    }
  })

  it('F63: a 429 is not tried again and its Retry-After is passed on, capped', async () => {
    for (const [header, expected] of [
      ['7', 7],
      [new Date(START + 9_000).toUTCString(), 9],
      ['99999', 300],
      ['soon', 2],
    ] as const) {
      const { coze, exchange } = create(() => oauthError(429, '4013', { 'retry-after': header }))
      await expect(exchange.exchange(NAME)).rejects.toMatchObject({
        code: 'upstream_unavailable',
        retryAfterSeconds: expected,
      })
      expect(coze.seen).toHaveLength(1)
    }
  })

  it('F63 F27: silence ends after 5 s for the headers and 8 s for the whole', async () => {
    const { clock, coze, exchange } = create(() => new Promise(() => {}))
    const started = clock.monotonic()
    const asked = exchange.exchange(NAME).catch((error: unknown) => error)
    while (coze.seen.length < 1) await settled()
    await clock.advance(4_999)
    expect(coze.seen).toHaveLength(1)
    await clock.advance(1)
    while (coze.seen.length < 2) await settled()
    await clock.advance(3_000)
    expect(await asked).toMatchObject({ code: 'upstream_unavailable' })
    expect(clock.monotonic() - started).toBe(8_000)

    const slowBody = create(() => new Response(new ReadableStream(), { status: 200 }))
    const half = slowBody.exchange.exchange(NAME).catch((error: unknown) => error)
    while (slowBody.clock.pending === 0 || slowBody.coze.seen.length === 0) await settled()
    await settled()
    await slowBody.clock.advance(8_000)
    expect(await half).toMatchObject({ code: 'upstream_unavailable' })
  })

  it('F63: after five failures in a row upstream is left alone for a second', async () => {
    const { clock, coze, events, exchange } = create(() => oauthError(429, '4013'))
    for (let i = 0; i < 20; i++)
      await expect(exchange.exchange(NAME)).rejects.toMatchObject({ code: 'upstream_unavailable' })
    expect(coze.seen).toHaveLength(5)
    await clock.advance(1_000)
    coze.reply = goodReply()
    expect((await exchange.exchange(NAME)).accessToken).toBe('czs_6')
    expect(events.filter(({ type }) => type === 'upstream')).toEqual([
      { type: 'upstream', state: 'unreachable' },
      { type: 'upstream', state: 'reachable' },
    ])
  })

  it('T16: a redirect is not followed: one call, unavailable', async () => {
    const { coze, exchange } = create(
      () => new Response(null, { status: 302, headers: { location: 'http://127.0.0.1:1/' } }),
    )
    await expect(exchange.exchange(NAME)).rejects.toMatchObject({ code: 'upstream_unavailable' })
    expect(coze.seen).toHaveLength(1)
  })

  it('T16: nor is it followed over a real network', async () => {
    const visited: string[] = []
    const server = createServer((request, response) => {
      visited.push(request.url ?? '')
      request.resume()
      response.writeHead(307, { location: '/inside' }).end()
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    const tokenUrl = `http://127.0.0.1:${port}/token`
    const { exchange } = create(goodReply(), { fetch: globalThis.fetch, tokenUrl })
    await expect(exchange.exchange(NAME)).rejects.toMatchObject({ code: 'upstream_unavailable' })
    server.closeAllConnections()
    server.close()
    expect(visited).toEqual(['/token'])
  })

  it('T16 F31: of an answer 64 KiB are read, and then it is none, with a token or without', async () => {
    const token = '{"access_token":"czs_1","expires_in":900}'
    const padded = (bytes: number) => create(() => new Response(token.padEnd(bytes))).exchange.exchange(NAME)
    expect(await padded(65_536)).toMatchObject({ accessToken: 'czs_1' })
    await expect(padded(65_537)).rejects.toMatchObject({ code: 'upstream_unavailable' })
  })

  it('F30 F31: HTML, nothing, half a JSON, wrong types and 5 MB are all unavailable', async () => {
    const bodies = [
      '<html>login</html>',
      '',
      '{"access_token":"czs',
      '[]',
      'null',
      '{"access_token":7,"expires_in":900}',
      '{"access_token":"","expires_in":900}',
      '{"access_token":"a b","expires_in":900}',
      'x'.repeat(5_000_000),
    ]
    for (const body of bodies) {
      const { exchange } = create(() => new Response(body))
      await expect(exchange.exchange(NAME)).rejects.toMatchObject({ code: 'upstream_unavailable' })
    }
  })

  it('F69: a clock of ours that is wrong by ten minutes is noticed and corrected, once and for all', async () => {
    for (const skewMs of [600_000, -600_000]) {
      const theirs = () => clock.now() + skewMs
      const { clock, coze, events, exchange } = create((seen, number) => {
        const now = theirs() / 1000
        const { iat = 0, exp = 0 } = seen.claims
        const headers = dated(theirs())
        if (iat > now + 60 || exp <= now) return oauthError(401, 'invalid_client', headers)
        return Response.json({ access_token: `czs_${number}`, expires_in: now + 900 }, { headers })
      })
      expect(await exchange.exchange(NAME)).toEqual({ accessToken: 'czs_2', lifeMs: 900_000 })
      expect((await exchange.exchange(NAME)).accessToken).toBe('czs_3')
      expect(coze.seen).toHaveLength(3)
      expect(events.filter(({ type }) => type === 'clock_skew')).toEqual([
        { type: 'clock_skew', seconds: skewMs / 1000 },
      ])
    }
  })

  it('F68: the next key is tried once when the first is not known (any more), and stays in use', async () => {
    const second = { keyId: 'key-2', key }
    const { coze, events, exchange } = create(
      (seen, number) =>
        seen.kid === 'key-2'
          ? Response.json({ access_token: `czs_${number}`, expires_in: 900 })
          : oauthError(401, 'invalid_client'),
      { signingKeys: [{ keyId: 'key-1', key }, second] },
    )
    await exchange.exchange(NAME)
    await exchange.exchange(NAME)
    expect(coze.seen.map(({ kid }) => kid)).toEqual(['key-1', 'key-2', 'key-2'])
    expect(events).toContainEqual({ type: 'key_rotated', keyId: 'key-2' })
  })

  it('F80: what a wrong configuration gets is misconfigured, at once and without upstream\u2019s words', async () => {
    for (const code of ['invalid_client', 'invalid_request', 'unsupported_grant_type', 'access_deny']) {
      const { coze, events, exchange } = create(() =>
        oauthError(400, code, { 'x-tt-logid': '2026\r\n0101'.replace('\r\n', '') }),
      )
      const error = await exchange.exchange(NAME).catch((thrown: unknown) => thrown)
      expect(error).toMatchObject({ code: 'misconfigured', message: 'misconfigured' })
      expect(coze.seen).toHaveLength(1)
      expect(events).toEqual([
        {
          type: 'exchange',
          outcome: 'misconfigured',
          tries: 1,
          durationMs: 0,
          upstreamCode: code,
          logId: '20260101',
          advice: expect.stringMatching(/COZE_KEY_ID|COZE_TOKEN_TTL|Coze console/),
        },
      ])
    }
  })

  it('F80: what fetch says when it fails is told in one word, since its sentence may quote the assertion', async () => {
    const { events, exchange } = create(() => {
      throw new TypeError('fetch failed: authorization: Bearer assertion-canary')
    })
    const error = await exchange.exchange(NAME).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code: 'upstream_unavailable' })
    expect(events).toContainEqual(expect.objectContaining({ type: 'exchange', cause: 'TypeError' }))
    expect(JSON.stringify([events, String(error)])).not.toContain('canary')
  })

  it('F73: nothing is signed or sent without a session name', async () => {
    const { coze, exchange } = create()
    for (const name of ['', ' ', 'é', undefined]) {
      await expect(exchange.exchange(name as SessionName)).rejects.toMatchObject({ code: 'internal' })
    }
    expect(coze.seen).toHaveLength(0)
  })
})
