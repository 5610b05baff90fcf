import { createHmac, generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { SignJWT } from 'jose'
import { describe, expect, it } from 'vitest'
import {
  type IdentityTokenOptions,
  identityToken,
} from '../../../../src/server/identity/identity-token/identity-token.ts'
import { createFakeClock } from '../../../support/fake-clock.ts'
import { createTestService } from '../../support/test-service.ts'

const NOW = 1_790_000_000
const SECRET = 'a secret of the site, 32 bytes or more'
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
const otherRsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const rsaPem = rsa.publicKey.export({ type: 'spki', format: 'pem' }).toString()
const ecPem = ec.publicKey.export({ type: 'spki', format: 'pem' }).toString()

const CLAIMS = { iss: 'https://shop.example', aud: 'coze-chat', sub: 'alice', iat: NOW, exp: NOW + 300 }
const b64 = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')

/** Writes a JWT by hand, so that it can be as wrong as an attacker wants it. */
function jwt(header: Record<string, unknown>, claims: unknown, key: KeyObject | string | undefined): string {
  const text = `${b64(header)}.${b64(claims)}`
  if (key === undefined) return `${text}.`
  const signature =
    typeof key === 'string'
      ? createHmac('sha256', key).update(text).digest()
      : sign('sha256', Buffer.from(text), {
          key,
          ...(key.asymmetricKeyType === 'ec' && { dsaEncoding: 'ieee-p1363' as const }),
        })
  return `${text}.${signature.toString('base64url')}`
}

function ask(options: Partial<IdentityTokenOptions>, bearer: string | undefined) {
  const identify = identityToken({
    issuer: CLAIMS.iss,
    audience: CLAIMS.aud,
    clock: createFakeClock(NOW * 1000),
    ...options,
  })
  const headers = bearer === undefined ? {} : { authorization: bearer }
  return createTestService({ identify }).ask({ headers })
}

/** What the owner's log says about tokens that are refused, one after the other. */
async function adviceOn(options: Partial<IdentityTokenOptions>, ...bearers: string[]) {
  const clock = createFakeClock(NOW * 1000)
  const identify = identityToken({ issuer: CLAIMS.iss, audience: CLAIMS.aud, clock, ...options })
  const { ask, events } = createTestService({ identify })
  const answers: unknown[] = []
  for (const authorization of bearers) {
    const { status, json } = await ask({ headers: { authorization } })
    answers.push([status, json])
  }
  return { answers, advice: events.flatMap((event) => (event.type === 'refused' ? (event.advice ?? []) : [])) }
}

const rs = (claims: unknown = CLAIMS, header: Record<string, unknown> = {}) =>
  `Bearer ${jwt({ alg: 'RS256', typ: 'JWT', ...header }, claims, rsa.privateKey)}`
const without = (name: keyof typeof CLAIMS) =>
  Object.fromEntries(Object.entries(CLAIMS).filter(([key]) => key !== name))

describe('an identity token', () => {
  const good = rs()
  const [head = '', body = '', signature = ''] = good.slice(7).split('.')
  const refused: Record<string, string> = {
    'alg none': `Bearer ${jwt({ alg: 'none' }, CLAIMS, undefined)}`,
    'alg None with the signature of another': `Bearer ${b64({ alg: 'None' })}.${body}.${signature}`,
    'HS256 signed with the public key': `Bearer ${jwt({ alg: 'HS256' }, CLAIMS, rsaPem)}`,
    'HS256 signed with an empty secret': `Bearer ${jwt({ alg: 'HS256' }, CLAIMS, '')}`,
    'ES256, which is not configured': `Bearer ${jwt({ alg: 'ES256' }, CLAIMS, ec.privateKey)}`,
    'another key': `Bearer ${jwt({ alg: 'RS256' }, CLAIMS, otherRsa.privateKey)}`,
    'another key, carried along as jwk': `Bearer ${jwt({ alg: 'RS256', jwk: otherRsa.publicKey.export({ format: 'jwk' }) }, CLAIMS, otherRsa.privateKey)}`,
    'another key, to be fetched from jku': `Bearer ${jwt({ alg: 'RS256', jku: 'https://evil.example/jwks' }, CLAIMS, otherRsa.privateKey)}`,
    'an unknown critical header': rs(CLAIMS, { crit: ['x'], x: 1 }),
    'no exp': rs(without('exp')),
    'an exp of text': rs({ ...CLAIMS, exp: String(CLAIMS.exp) }),
    'an exp that passed 61 s ago': rs({ ...CLAIMS, iat: NOW - 400, exp: NOW - 61 }),
    'an exp in eleven minutes and more': rs({ ...CLAIMS, exp: NOW + 661 }),
    'an exp in ten years': rs({ ...CLAIMS, exp: NOW + 315_360_000 }),
    'an iat in the future': rs({ ...CLAIMS, iat: NOW + 61 }),
    'an nbf in the future': rs({ ...CLAIMS, nbf: NOW + 61 }),
    'no iss': rs(without('iss')),
    'another iss': rs({ ...CLAIMS, iss: 'https://evil.example' }),
    'no aud': rs(without('aud')),
    'another aud': rs({ ...CLAIMS, aud: 'other-service' }),
    'no sub': rs(without('sub')),
    'an empty sub': rs({ ...CLAIMS, sub: '' }),
    'a sub that is a number': rs({ ...CLAIMS, sub: 42 }),
    'claims changed after signing': `Bearer ${head}.${b64({ ...CLAIMS, sub: 'bob' })}.${signature}`,
  }

  it('T15: the right one of 25 is accepted', async () => {
    expect(Object.keys(refused)).toHaveLength(24)
    expect(await ask({ keys: [rsaPem] }, good)).toMatchObject({ status: 200, json: { kind: 'user' } })
  })

  for (const [name, bearer] of Object.entries(refused)) {
    it(`T10, T15: with ${name} is 401 signed_out, never a visitor`, async () => {
      expect(await ask({ keys: [rsaPem] }, bearer)).toMatchObject({ status: 401, json: { error: 'signed_out' } })
    })
  }

  it.each(['HS384', 'HS512', 'PS256', 'RS512'])(
    'T15: an algorithm that is not configured (%s) is 401 with the right secret or key, wherever that comes from',
    async (alg) => {
      const isSecret = alg.startsWith('HS')
      const token = await new SignJWT({})
        .setProtectedHeader({ alg })
        .setIssuer(CLAIMS.iss)
        .setAudience(CLAIMS.aud)
        .setSubject('alice')
        .setIssuedAt(NOW)
        .setExpirationTime(NOW + 300)
        .sign(isSecret ? new TextEncoder().encode(SECRET) : rsa.privateKey)
      // A key set need not say for which algorithm a key is.
      const keySet = { keys: [rsa.publicKey.export({ format: 'jwk' })] }
      const sources: Partial<IdentityTokenOptions>[] = isSecret
        ? [{ secret: SECRET }]
        : [{ keys: [rsaPem] }, { jwksUrl: 'https://shop.example/jwks', fetch: async () => Response.json(keySet) }]
      for (const source of sources) expect((await ask(source, `Bearer ${token}`)).status).toBe(401)
    },
  )

  it('T15: rubbish in the header is 401 too; no header, or the ticket of a visitor, is nobody', async () => {
    for (const bearer of [
      'Bearer',
      'Bearer ',
      'Bearer a.b',
      'Bearer ..',
      'Bearer a.b.c',
      `Bearer ${'x'.repeat(3_000)}`,
      `${good} x`,
    ]) {
      expect((await ask({ keys: [rsaPem] }, bearer)).status).toBe(401)
    }
    for (const bearer of [
      undefined,
      'Bearer v1.k1.AAECAwQFBgcICQoLDA0ODw.tlpwu8.an7O68gdKsjYAgs9ta3qfZixzwP_Kn4y-nm_qwmbzc4',
    ]) {
      expect(await ask({ keys: [rsaPem] }, bearer)).toMatchObject({ status: 200, json: { kind: 'anonymous' } })
    }
  })

  it('T10: is accepted until a minute after its exp, for clocks differ', async () => {
    expect((await ask({ keys: [rsaPem] }, rs({ ...CLAIMS, exp: NOW - 59 }))).status).toBe(200)
    expect((await ask({ keys: [rsaPem] }, rs({ ...CLAIMS, exp: NOW + 659 }))).status).toBe(200)
  })

  it('T15: may be signed with HS256 or ES256, and the key is chosen by kid', async () => {
    const hs = `Bearer ${jwt({ alg: 'HS256' }, CLAIMS, SECRET)}`
    expect((await ask({ secret: SECRET }, hs)).status).toBe(200)
    expect((await ask({ secret: SECRET }, good)).status).toBe(401)
    const es = `Bearer ${jwt({ alg: 'ES256' }, CLAIMS, ec.privateKey)}`
    expect((await ask({ keys: [ecPem], algorithms: ['ES256'] }, es)).status).toBe(200)
    expect((await ask({ keys: [rsaPem, ecPem], algorithms: ['RS256', 'ES256'] }, es)).status).toBe(200)
    const keys = [
      { ...otherRsa.publicKey.export({ format: 'jwk' }), kid: 'old' },
      { ...rsa.publicKey.export({ format: 'jwk' }), kid: 'new' },
    ]
    expect((await ask({ keys }, rs(CLAIMS, { kid: 'new' }))).status).toBe(200)
    expect((await ask({ keys }, rs(CLAIMS, { kid: 'old' }))).status).toBe(401)
    expect((await ask({ keys }, rs(CLAIMS, { kid: 'none' }))).status).toBe(401)
  })

  it('whose JWKS cannot be had is 503, since it is not the user\u2019s fault', async () => {
    expect((await ask({ jwksUrl: 'http://127.0.0.1:9/jwks.json' }, good)).status).toBe(503)
  })

  it('needs options that can hold', () => {
    const base = { issuer: 'i', audience: 'a' }
    const bad: IdentityTokenOptions[] = [
      base,
      { ...base, issuer: '', secret: SECRET },
      { ...base, audience: '', secret: SECRET },
      { ...base, secret: 'short' },
      { ...base, secret: SECRET, jwksUrl: 'https://shop.example/jwks' },
      { ...base, secret: SECRET, algorithms: ['RS256'] },
      { ...base, secret: SECRET, algorithms: ['HS256', 'RS256'] },
      { ...base, keys: [rsaPem], algorithms: ['HS256'] },
      { ...base, keys: [rsaPem], algorithms: [] },
      { ...base, keys: [] },
      { ...base, jwksUrl: 'http://shop.example/jwks' },
      { ...base, secret: SECRET, maxAgeSeconds: 601 },
    ]
    for (const options of bad) {
      expect(() => identityToken(options)).toThrow(expect.objectContaining({ code: 'misconfigured' }))
    }
  })
})

describe('F90: what the log says about an identity token that is refused', () => {
  const { sub: _, ...withoutSub } = CLAIMS
  const mistakes: [name: string, bearer: string, advice: RegExp][] = [
    ['no aud', rs(without('aud')), /has no aud \("coze-chat"\); it has iss, sub, iat, exp\./],
    ['another aud', rs({ ...CLAIMS, aud: 'my-app' }), /its aud is "my-app", and "coze-chat" was expected/],
    ['a list of others as aud', rs({ ...CLAIMS, aud: ['a', 'b'] }), /its aud is \["a","b"\], and "coze-chat"/],
    ['no iss', rs(without('iss')), /has no iss \("https:\/\/shop\.example"\)/],
    [
      'a slash after iss',
      rs({ ...CLAIMS, iss: 'https://shop.example/' }),
      /its iss is "https:\/\/shop\.example\/", and "https:\/\/shop\.example" was expected/,
    ],
    ['user_id for sub', rs({ ...withoutSub, user_id: 'alice' }), /has no sub .*it has iss, aud, iat, exp, user_id/],
    ['a number as sub', rs({ ...CLAIMS, sub: 42 }), /its sub is a number, and a text/],
    ['an empty sub', rs({ ...CLAIMS, sub: '' }), /its sub is an empty text/],
    ['no exp', rs(without('exp')), /has no exp \(seconds since 1970\)/],
    ['an exp in 24 hours', rs({ ...CLAIMS, exp: NOW + 86_400 }), /its exp is 86400 s away, and at most 600 s/],
    ['an exp in milliseconds', rs({ ...CLAIMS, exp: (NOW + 300) * 1000 }), /milliseconds/],
    ['an exp of text', rs({ ...CLAIMS, exp: String(NOW + 300) }), /its exp is a text, and a number/],
    ['an exp that has passed', rs({ ...CLAIMS, iat: NOW - 900, exp: NOW - 600 }), /ended 600 s ago/],
    ['an iat in the future', rs({ ...CLAIMS, iat: NOW + 120 }), /its iat is 120 s in the future.*clocks/],
    ['an nbf in the future', rs({ ...CLAIMS, nbf: NOW + 120 }), /its nbf is 120 s in the future.*clocks/],
    ['another algorithm', `Bearer ${jwt({ alg: 'HS256' }, CLAIMS, SECRET)}`, /has alg "HS256", and RS256 was expected/],
    ['another key', `Bearer ${jwt({ alg: 'RS256' }, CLAIMS, otherRsa.privateKey)}`, /its signature .*does not belong/],
    ['alg none', `Bearer ${jwt({ alg: 'none' }, CLAIMS, undefined)}`, /has alg "none", and RS256/],
    ['a session id', 'Bearer 0123456789abcdef', /it is no JWT: three parts/],
    ['a JWT in quotes', `Bearer "${rs().slice(7)}"`, /it is no JWT/],
    ['nothing behind Bearer', 'Bearer', /it is no JWT/],
    ['rubbish of three parts', 'Bearer a.b.c', /it is no JWT that can be read/],
  ]

  it.each(mistakes)('F90: %s', async (_, bearer, expected) => {
    const { answers, advice } = await adviceOn({ keys: [rsaPem] }, bearer)
    expect(answers).toEqual([[401, { error: 'signed_out' }]])
    expect(advice).toEqual([expect.stringMatching(expected)])
    expect(advice[0]).toMatch(/^An identity token was refused: /)
    expect(advice[0]).not.toContain('alice')
    for (const part of bearer.split(/[ .]/).filter((text) => text.length > 12)) expect(advice[0]).not.toContain(part)
  })

  it('F90: an unknown kid is named, and a claim cannot write a line of its own into the log', async () => {
    const keys = [{ ...rsa.publicKey.export({ format: 'jwk' }), kid: 'new' }]
    const { advice } = await adviceOn({ keys }, rs(CLAIMS, { kid: 'old' }), rs({ ...CLAIMS, aud: 'a\r\nb\u2028c' }))
    expect(advice).toEqual([expect.stringContaining('kid "old"'), expect.stringContaining('its aud is')])
    for (const text of advice) expect(text).not.toMatch(/[\r\n\u2028]/)
  })

  it('F90: comes once, and a flood of mistakes brings ten lines and no more', async () => {
    const same = await adviceOn(
      { keys: [rsaPem] },
      ...Array.from({ length: 50 }, (_, i) => rs({ ...CLAIMS, iat: NOW - 900, exp: NOW - 600 - i })),
    )
    expect(same.advice).toHaveLength(1)
    const many = await adviceOn(
      { keys: [rsaPem] },
      ...Array.from({ length: 50 }, (_, i) => rs({ ...CLAIMS, aud: `a${i}` })),
    )
    expect(many.advice).toHaveLength(10)
    expect(many.answers).toHaveLength(50)
  })
})

describe('T43: another scheme than Bearer', () => {
  it('T43: is nobody’s identity token, so that the visitors of a staging site behind a password can chat', async () => {
    for (const header of [
      'Basic YTpi',
      'basic YTpi',
      'Digest username="a"',
      'Negotiate abc',
      'Token abc',
      'BearerX a.b.c',
      'AWS4-HMAC-SHA256 x',
    ]) {
      expect([header, await ask({ keys: [rsaPem] }, header)]).toMatchObject([
        header,
        { status: 200, json: { kind: 'anonymous' } },
      ])
    }
    expect((await ask({ keys: [rsaPem] }, `bearer  ${rs().slice(7)}`)).json).toMatchObject({ kind: 'user' })
  })
})
