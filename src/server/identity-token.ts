import { createRemoteJWKSet, errors, importJWK, importSPKI, type JWK, type JWTVerifyGetKey, jwtVerify } from 'jose'
import { CozeChatError } from '../errors.ts'
import { type Clock, systemClock } from '../platform/clock.ts'
import type { Identify } from './identity.ts'
import { isSafeUrl } from './safe-url.ts'

export type IdentityAlgorithm = 'HS256' | 'RS256' | 'ES256'

export interface IdentityTokenOptions {
  /** `iss` that the site's tokens carry. */
  issuer: string
  /** `aud` that they carry; use one of your own for this purpose, such as `coze-chat`. */
  audience: string
  /** Shared secret (HS256), at least 32 bytes of UTF-8. */
  secret?: string
  /** Public keys, as JWK or PEM (`BEGIN PUBLIC KEY`). With several, each needs a `kid`. */
  keys?: readonly (JWK | string)[]
  /** Address of the site's JWKS, https only. Cached, fetched again for an unknown `kid` at most every 30 s. */
  jwksUrl?: string
  /** Fixed here, never taken from the token. Default `HS256` with `secret`, else `RS256`. */
  algorithms?: readonly IdentityAlgorithm[]
  /** Longest time a token may still have to live, at most (and by default) 600. */
  maxAgeSeconds?: number
  clock?: Clock
}

const MAX_AGE_SECONDS = 600
const CLOCK_TOLERANCE_SECONDS = 60
const BEARER = /^Bearer ([A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*)$/i

/**
 * A ready-made `identify` for sites on another origin and static hosts: the page sends a JWT signed by the site in
 * `Authorization: Bearer`, whose `sub` is the user's id. A token that does not hold is answered 401 `signed_out`,
 * never with an anonymous session.
 * @throws CozeChatError `misconfigured`
 */
export function identityToken(options: IdentityTokenOptions): Identify {
  const { issuer, audience, maxAgeSeconds = MAX_AGE_SECONDS, clock = systemClock } = options
  const algorithms = options.algorithms ?? [options.secret === undefined ? 'RS256' : 'HS256']
  checkOptions(options, algorithms, maxAgeSeconds)
  const keyFor = keySource(options, algorithms)

  return async (request) => {
    const header = request.headers.get('authorization')
    if (header === null) return null
    const [, token] = BEARER.exec(header) ?? []
    // Visitor tickets travel in the same header to the gateway; they are no claim to be somebody.
    if (token === undefined) {
      if (/^Bearer v1\./i.test(header)) return null
      throw signedOut()
    }
    const now = new Date(clock.now())
    const { payload } = await jwtVerify(token, keyFor, {
      algorithms: [...algorithms],
      issuer,
      audience,
      requiredClaims: ['exp', 'sub'],
      clockTolerance: CLOCK_TOLERANCE_SECONDS,
      currentDate: now,
    }).catch((error: unknown) => {
      throw isKeySourceTrouble(error) ? error : signedOut(error)
    })
    const leftSeconds = (payload.exp ?? 0) - now.getTime() / 1000
    const issuedLater = (payload.iat ?? 0) - now.getTime() / 1000 > CLOCK_TOLERANCE_SECONDS
    if (leftSeconds > maxAgeSeconds + CLOCK_TOLERANCE_SECONDS || issuedLater) throw signedOut()
    if (typeof payload.sub !== 'string' || payload.sub === '') throw signedOut()
    return payload.sub
  }
}

/** The key by the algorithm it was configured for; `jku`, `jwk` and `x5u` in the token's header are not looked at. */
function keySource(options: IdentityTokenOptions, algorithms: readonly IdentityAlgorithm[]): JWTVerifyGetKey {
  if (options.secret !== undefined) {
    const secret = new TextEncoder().encode(options.secret)
    return () => secret
  }
  if (options.jwksUrl !== undefined) {
    return createRemoteJWKSet(new URL(options.jwksUrl), { timeoutDuration: 2_500, cooldownDuration: 30_000 })
  }
  const imported = (options.keys ?? []).flatMap((key) => algorithms.map((algorithm) => importKey(key, algorithm)))
  return async ({ alg, kid }) => {
    const candidates = (await Promise.all(imported)).filter(
      (entry) =>
        entry !== undefined &&
        entry.algorithm === alg &&
        (kid === undefined || entry.kid === undefined || entry.kid === kid),
    )
    const [candidate] = candidates
    if (candidate === undefined || candidates.length > 1) throw new errors.JWKSNoMatchingKey()
    return candidate.key
  }
}

async function importKey(key: JWK | string, algorithm: IdentityAlgorithm) {
  try {
    const isPem = typeof key === 'string'
    if (!isPem && key.alg !== undefined && key.alg !== algorithm) return undefined
    const imported = isPem ? await importSPKI(key, algorithm) : await importJWK({ ...key, alg: algorithm }, algorithm)
    return { algorithm, kid: isPem ? undefined : key.kid, key: imported }
  } catch {
    return undefined
  }
}

/** The JWKS cannot be had: nobody's fault who signs in, so 503 and not `signed_out`. */
function isKeySourceTrouble(error: unknown): boolean {
  return (
    !(error instanceof errors.JOSEError) || error instanceof errors.JWKSTimeout || error instanceof errors.JWKSInvalid
  )
}

function signedOut(cause?: unknown): CozeChatError {
  return new CozeChatError('signed_out', 'The identity token is not valid (any more); ask the site for a new one.', {
    cause,
  })
}

function checkOptions(
  { issuer, audience, secret, keys, jwksUrl }: IdentityTokenOptions,
  algorithms: readonly IdentityAlgorithm[],
  maxAgeSeconds: number,
): void {
  const refuse = (message: string) => {
    throw new CozeChatError('misconfigured', message)
  }
  if (!issuer || !audience)
    refuse('identityToken needs issuer and audience; without them tokens made for others would pass.')
  const sources = [secret, keys, jwksUrl].filter((source) => source !== undefined)
  if (sources.length !== 1) refuse('identityToken needs exactly one of secret, keys and jwksUrl.')
  if (secret !== undefined && new TextEncoder().encode(secret).length < 32) {
    refuse('The secret of identityToken must be at least 32 bytes long; make one with: openssl rand -base64 32')
  }
  if (algorithms.length === 0 || algorithms.some((name) => !['HS256', 'RS256', 'ES256'].includes(name))) {
    refuse('The algorithms of identityToken are HS256, RS256 and ES256.')
  }
  if (algorithms.includes('HS256') !== (secret !== undefined) || (secret !== undefined && algorithms.length > 1)) {
    refuse('identityToken uses HS256 with secret alone, and RS256 or ES256 with keys or jwksUrl.')
  }
  if (keys?.length === 0) refuse('The keys of identityToken must not be empty.')
  if (jwksUrl !== undefined && !isSafeUrl(jwksUrl)) {
    refuse('jwksUrl of identityToken must be an https:// address.')
  }
  if (!(maxAgeSeconds >= 1 && maxAgeSeconds <= MAX_AGE_SECONDS)) {
    refuse('maxAgeSeconds of identityToken must be from 1 to 600.')
  }
}
