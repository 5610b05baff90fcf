import { generateKeyPairSync } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { SignJWT } from 'jose'
import { describe, expect, it } from 'vitest'
import { identityToken } from '../../../../src/server/identity/identity-token/identity-token.ts'
import { createFakeClock } from '../../../support/fake-clock.ts'
import { createTestService, ORIGIN } from '../../support/test-service.ts'

const START = 1_790_000_000_000
const MINUTES = 60_000
const first = generateKeyPairSync('rsa', { modulusLength: 2048 })
const second = generateKeyPairSync('rsa', { modulusLength: 2048 })
const jwkOf = (pair: typeof first, kid: string) => ({ ...pair.publicKey.export({ format: 'jwk' }), kid, alg: 'RS256' })
const keySet = (...keys: object[]) => Response.json({ keys })

/** A service for users whose keys come from a stand-in of the site's JWKS. */
function create(real: { jwksUrl?: string; fetch?: typeof fetch } = {}) {
  const clock = createFakeClock(START)
  const site = {
    reply: (): Response | Promise<Response> => keySet(jwkOf(first, 'one')),
    fetches: 0,
  }
  const identify = identityToken({
    issuer: 'https://shop.example',
    audience: 'coze-chat',
    jwksUrl: 'https://login.shop.example/jwks.json',
    clock,
    fetch: async () => {
      site.fetches++
      return site.reply()
    },
    ...real,
  })
  const { service, ask, events } = createTestService({ identify, clock })
  const askAs = async (pair = first, kid: string | null = 'one') => {
    const token = await new SignJWT({})
      .setProtectedHeader({ alg: 'RS256', ...(kid !== null && { kid }) })
      .setIssuer('https://shop.example')
      .setAudience('coze-chat')
      .setSubject('alice')
      .setIssuedAt(Math.floor(clock.now() / 1000))
      .setExpirationTime(Math.floor(clock.now() / 1000) + 300)
      .sign(pair.privateKey)
    return ask({ headers: { authorization: `Bearer ${token}` }, body: { expect: 'user' } })
  }
  const health = async () =>
    (await (await service.fetch(new Request(`${ORIGIN}/api/coze/healthz`))).json()) as {
      status: string
      keySet?: object
    }
  return { clock, site, events, askAs, health }
}

const endless = () =>
  new Response(
    new ReadableStream({ pull: (controller) => controller.enqueue(new TextEncoder().encode(' '.repeat(65_536))) }),
  )

/** What the address may say in place of keys. */
const SICK: Record<string, () => Response | Promise<Response>> = {
  500: () => new Response('oops', { status: 500 }),
  503: () => new Response(null, { status: 503, headers: { 'retry-after': '60' } }),
  404: () => new Response('not here', { status: 404 }),
  401: () => Response.json({ error: 'unauthorized' }, { status: 401 }),
  'HTML with 200': () => new Response('<!doctype html>', { headers: { 'content-type': 'text/html' } }),
  'a redirect': () => new Response(null, { status: 302, headers: { location: 'https://login.shop.example/' } }),
  'a redirect whose status a browser hides': () => Response.error(),
  'no connection': () => Promise.reject(new TypeError('fetch failed', { cause: { code: 'ECONNREFUSED' } })),
  nothing: () => new Response(''),
  'half a JSON': () => new Response('{"keys":[{"kty":"RSA"'),
  null: () => Response.json(null),
  'a list': () => Response.json([]),
  'keys that are a text': () => Response.json({ keys: 'all' }),
  'no keys': () => keySet(),
  'keys that cannot be read': () => keySet({ kty: 'RSA', kid: 'one', alg: 'RS256' }),
  'keys that are there to encrypt': () => keySet({ ...jwkOf(second, 'two'), use: 'enc' }),
  'keys that may only sign': () => keySet({ ...jwkOf(second, 'two'), key_ops: ['sign'] }),
  'a shared secret': () => keySet({ kty: 'oct', kid: 'one', k: 'c2VjcmV0' }),
  'the wanted key damaged beside a good one': () =>
    keySet({ kty: 'RSA', kid: 'one', alg: 'RS256' }, jwkOf(second, 'two')),
  'something without end': endless,
  'bytes that are no text': () => new Response(new Uint8Array([0xff, 0xfe, 0xfd])),
}

describe('T26: the keys of identity tokens', () => {
  it.each(Object.entries(SICK))('T26: %s for an answer is 503 with an event, never signed_out', async (_, reply) => {
    const { site, events, askAs, health } = create()
    site.reply = reply
    expect(await askAs()).toMatchObject({ status: 503, json: { error: 'identity_unavailable', retryAfter: 2 } })
    expect(events).toContainEqual(expect.objectContaining({ type: 'identify_failed', cause: expect.any(String) }))
    if (!_.includes('beside a good one')) {
      expect(events).toContainEqual(
        expect.objectContaining({ type: 'key_set', state: 'unreachable', host: 'login.shop.example' }),
      )
      expect(await health()).toMatchObject({ status: 'degraded', keySet: { state: 'unreachable' } })
    }
  })

  it.each(Object.entries(SICK).filter(([name]) => !name.includes('beside a good one')))(
    'T26: with %s the keys of the last time serve on for 24 h, and the site is back within 2 s of its cure',
    async (_, reply) => {
      const { clock, site, events, askAs, health } = create()
      expect((await askAs()).status).toBe(200)
      site.reply = reply
      for (const afterMs of [11 * MINUTES, 60 * MINUTES, 22 * 60 * MINUTES]) {
        await clock.advance(afterMs)
        expect((await askAs()).status).toBe(200)
      }
      expect(events).toContainEqual(expect.objectContaining({ type: 'key_set', state: 'stale' }))
      expect(await health()).toMatchObject({ status: 'degraded', keySet: { state: 'stale' } })
      await clock.advance(60 * MINUTES)
      expect((await askAs()).status).toBe(503)
      site.reply = () => keySet(jwkOf(first, 'one'))
      await clock.advance(2_000)
      expect((await askAs()).status).toBe(200)
      expect(await health()).toMatchObject({ status: 'ok' })
    },
  )

  it('T26, T16: a redirect is an outage, wherever it leads, and nobody goes there', async () => {
    const visited: string[] = []
    const server = createServer(({ url = '' }, response) => {
      visited.push(url)
      if (url === '/keys') response.end(JSON.stringify({ keys: [jwkOf(first, 'one')] }))
      else response.writeHead(302, { location: '/keys' }).end()
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    const { askAs, events } = create({ jwksUrl: `http://127.0.0.1:${port}/jwks.json`, fetch })
    expect((await askAs()).status).toBe(503)
    expect(visited).toEqual(['/jwks.json'])
    expect(events).toContainEqual(expect.objectContaining({ type: 'key_set', cause: 'HTTP_302' }))
    server.close()
  })

  it('T26: an address that never answers costs one wait, and users with known keys none', async () => {
    const { clock, site, askAs } = create()
    expect((await askAs()).status).toBe(200)
    site.reply = () => new Promise(() => {})
    await clock.advance(11 * MINUTES)
    const waiting = askAs()
    while (site.fetches < 2) await new Promise((resolve) => setImmediate(resolve))
    await clock.advance(2_500)
    expect((await waiting).status).toBe(200)
    const started = clock.now()
    for (let i = 0; i < 20; i++) expect((await askAs()).status).toBe(200)
    expect(clock.now()).toBe(started)
  })

  it('T26: 100 users at once are one fetch, and in an outage one fetch at a time with pauses', async () => {
    const { site, askAs } = create()
    await Promise.all(Array.from({ length: 100 }, () => askAs()))
    expect(site.fetches).toBe(1)
    const cold = create()
    cold.site.reply = SICK['500'] ?? endless
    for (let second = 0; second < 60; second++) {
      await Promise.all(Array.from({ length: 20 }, () => cold.askAs()))
      await cold.clock.advance(1_000)
    }
    expect(cold.site.fetches).toBeLessThanOrEqual(45)
  })

  it('T26: a token of an unknown key is 401 while the site answers, and 503 while it does not', async () => {
    const { clock, site, askAs } = create()
    expect((await askAs()).status).toBe(200)
    expect((await askAs(second, 'two')).status).toBe(401)
    await clock.advance(31_000)
    site.reply = SICK['500'] ?? endless
    expect((await askAs(second, 'two')).status).toBe(503)
    expect((await askAs()).status).toBe(200)
    site.reply = () => keySet(jwkOf(first, 'one'), jwkOf(second, 'two'))
    await clock.advance(2_000)
    expect((await askAs(second, 'two')).status).toBe(200)
  })

  it('T26: a key that the site has taken away is worth nothing after ten minutes', async () => {
    const { clock, site, askAs } = create()
    expect((await askAs()).status).toBe(200)
    site.reply = () => keySet(jwkOf(second, 'two'))
    await clock.advance(11 * MINUTES)
    expect((await askAs()).status).toBe(401)
  })

  it.each<[string, object[], string | null]>([
    ['the same key twice', [jwkOf(first, 'one'), jwkOf(first, 'one')], 'one'],
    ['two keys of one name', [jwkOf(second, 'one'), jwkOf(first, 'one')], 'one'],
    ['a damaged key of the same name', [{ ...jwkOf(second, 'one'), n: '!' }, jwkOf(first, 'one')], 'one'],
    ['two keys, for a token that names none', [jwkOf(second, 'two'), jwkOf(first, 'one')], null],
  ])('T26: a key set with %s serves its users, and nobody else', async (_, keys, kid) => {
    const { site, askAs } = create()
    site.reply = () => keySet(...keys)
    expect((await askAs(first, kid)).status).toBe(200)
    // Where a key cannot be read, nobody can tell whose the signature is.
    const third = generateKeyPairSync('rsa', { modulusLength: 2048 })
    expect((await askAs(third, kid)).status).toBe(_.includes('damaged') ? 503 : 401)
  })

  it('T26: 300 tokens of unknown keys cost two fetches in half a minute', async () => {
    const { site, askAs } = create()
    for (let i = 0; i < 300; i++) expect((await askAs(second, `unknown-${i}`)).status).toBe(401)
    expect(site.fetches).toBeLessThanOrEqual(2)
  })

  it('T26 T40: after our clock was set, an identity token that is good by the time before is 503 and not signed_out', async () => {
    const clock = createFakeClock(START)
    const options = { issuer: 'https://shop.example', audience: 'coze-chat', keys: [jwkOf(first, 'one')], clock }
    const { ask } = createTestService({ identify: identityToken(options), clock })
    const signed = (expiresInSeconds: number) =>
      new SignJWT({})
        .setProtectedHeader({ alg: 'RS256', kid: 'one' })
        .setIssuer('https://shop.example')
        .setAudience('coze-chat')
        .setSubject('alice')
        .setExpirationTime(START / 1000 + expiresInSeconds)
        .sign(first.privateKey)
    const statusOf = async (token: string) => (await ask({ headers: { authorization: `Bearer ${token}` } })).status
    const [good, old] = [await signed(300), await signed(-300)]
    clock.jumpWall(3_600_000)
    expect(await statusOf(good)).toBe(503)
    expect(await statusOf(old)).toBe(401)
    // Set again before anybody has asked with the right time.
    clock.jumpWall(-90_000_000)
    expect(await statusOf(good)).toBe(503)
    expect(await statusOf(old)).toBe(401)
    clock.jumpWall(86_400_000)
    expect(await statusOf(good)).toBe(200)
    await clock.advance(11 * MINUTES)
    expect(await statusOf(good)).toBe(401)
  })
})
