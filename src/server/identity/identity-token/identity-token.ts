import {
  errors,
  importJWK,
  importSPKI,
  type JWK,
  type JWTVerifyGetKey,
  type JWTVerifyOptions,
  type JWTVerifyResult,
  jwtVerify,
} from 'jose'
import { CozeChatError, isCozeChatError } from '../../../errors.ts'
import { type Clock, systemClock } from '../../../platform/clock.ts'
import { isSecretSafeUrl } from '../../http/secret-safe-url.ts'
import { createClockChange } from '../../resilience/clock-change.ts'
import type { Identify } from '../identify.ts'
import { explainJwtError, IdentityTokenRefusal, problemOfClaims } from './identity-token-refusal.ts'
import { createRemoteKeySet, type RemoteKeySet } from './remote-key-set.ts'

export type IdentityAlgorithm = 'HS256' | 'RS256' | 'ES256'

export interface IdentityTokenOptions {
  /** `iss` of the site's tokens. */
  issuer: string
  /** `aud` of the site's tokens. Use a value for this purpose alone, such as `coze-chat`. */
  audience: string
  /** Shared secret (HS256), at least 32 bytes of UTF-8. */
  secret?: string
  /** Public keys as JWK or PEM (`BEGIN PUBLIC KEY`). With several of them, each needs a `kid`. */
  keys?: readonly (JWK | string)[]
  /**
   * Address of the site's JWKS (RFC 7517), https only. Its keys are used for 10 minutes, and fetched again for an unknown `kid` at
   * most every 30 s. While it cannot be fetched they serve on, for up to 24 h; without any, users get 503 and never `signed_out`.
   */
  jwksUrl?: string
  /** Algorithms that are accepted, whatever the token says. Default: `HS256` with `secret`, otherwise `RS256`. */
  algorithms?: readonly IdentityAlgorithm[]
  /** How many seconds a token may still be valid for, 1 to 600; longer ones are refused. Default 600. */
  maxAgeSeconds?: number
  /** For `jwksUrl`. Default: the global one, looked up with every request. */
  fetch?: typeof globalThis.fetch
  /** Default: the system's clock. */
  clock?: Clock
}

const MAX_AGE_SECONDS = 600
const CLOCK_TOLERANCE_SECONDS = 60
const BEARER = /^Bearer +([A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*)$/i

/**
 * A ready-made `identify` for sites on another origin and for static hosts. The page sends a JWT (RFC 7519) that the site
 * has signed, in `Authorization: Bearer`; its `sub` is the user's id and it must have an `exp`. Without the header, or with
 * another scheme such as the `Basic` of a staging site, the visitor is anonymous. A token that is not valid gets 401
 * `signed_out` and never an anonymous session; the log of the service says which claim was wrong.
 * @throws CozeChatError `misconfigured`; the message names the cure
 * @example
 * createTokenService({
 *   ...options,
 *   origins: ['https://shop.example'],
 *   identify: identityToken({ issuer: 'https://shop.example', audience: 'coze-chat', secret: process.env.CHAT_IDENTITY_SECRET }),
 * })
 */
export function identityToken(options: IdentityTokenOptions): Identify {
  const { issuer, audience, maxAgeSeconds = MAX_AGE_SECONDS, clock = systemClock } = options
  const algorithms = options.algorithms ?? [options.secret === undefined ? 'RS256' : 'HS256']
  checkOptions(options, algorithms, maxAgeSeconds)
  const remoteKeys =
    options.jwksUrl === undefined
      ? undefined
      : createRemoteKeySet(new URL(options.jwksUrl), {
          clock,
          fetch: (input, init) => (options.fetch ?? globalThis.fetch)(input, init),
        })
  const clockChange = createClockChange(clock)
  const keyFor = remoteKeys?.keyFor ?? keySource(options, algorithms)
  const expected = (nowSeconds: number) => ({ issuer, audience, algorithms, nowSeconds })

  const identify: Identify = async (request) => {
    const header = request.headers.get('authorization')
    // Other schemes belong to others: a proxy that protects a staging site by a password is nobody's identity token.
    if (header === null || !/^Bearer(?:\s|$)/i.test(header)) return null
    const [, token] = BEARER.exec(header) ?? []
    // The gateway gets visitor tickets in the same header. A ticket does not claim that somebody is signed in.
    if (token === undefined) {
      if (/^Bearer v1\./i.test(header)) return null
      throw refusal('it is no JWT: three parts of base64url with dots between them were expected')
    }
    const timesBefore = clockChange.timesBefore()
    try {
      return await subjectAt(token, clock.now())
    } catch (error) {
      if (!isCozeChatError(error)) throw error
      for (const timeMs of timesBefore) {
        // Valid by a time before our clock was set: one of the two is wrong, and that is not the user's doing.
        if (await isValidAt(token, timeMs)) throw new Error('The clock of this machine was set.', { cause: error })
      }
      throw error
    }
  }

  /** @throws Error where that cannot be told */
  async function isValidAt(token: string, nowMs: number): Promise<boolean> {
    try {
      await subjectAt(token, nowMs)
      return true
    } catch (error) {
      if (isCozeChatError(error)) return false
      throw error
    }
  }

  /** @throws CozeChatError `signed_out` for a token that is not valid at that time @throws Error where that cannot be told */
  async function subjectAt(token: string, nowMs: number): Promise<string> {
    const { payload } = await verify(token, {
      algorithms: [...algorithms],
      issuer,
      audience,
      requiredClaims: ['exp', 'sub'],
      clockTolerance: CLOCK_TOLERANCE_SECONDS,
      currentDate: new Date(nowMs),
    }).catch((error: unknown) => {
      // Only what the library says about the token is the user's doing; whatever else failed says nothing about them.
      throw error instanceof errors.JOSEError ? refusal(explainJwtError(error, token, expected(nowMs / 1000))) : error
    })
    const nowSeconds = nowMs / 1000
    const problem = problemOfClaims(payload, { nowSeconds, maxAgeSeconds, toleranceSeconds: CLOCK_TOLERANCE_SECONDS })
    if (problem !== undefined) throw refusal(problem)
    return String(payload.sub)
  }

  /** @throws JOSEError for a token that is not valid @throws Error where that cannot be told */
  async function verify(token: string, wanted: JWTVerifyOptions): Promise<JWTVerifyResult> {
    try {
      return await jwtVerify(token, keyFor, wanted)
    } catch (error) {
      if (!(error instanceof errors.JWKSMultipleMatchingKeys)) throw error
      // A key set may list a key twice, or give two of them one name. That is no fault of the user's: the signature tells (T26).
      let unusable: unknown
      for await (const key of error) {
        try {
          return await jwtVerify(token, key, wanted)
        } catch (failure) {
          // What the library says about a token whose signature is right is the verdict.
          if (!(failure instanceof errors.JOSEError)) unusable = failure
          else if (!(failure instanceof errors.JWSSignatureVerificationFailed)) throw failure
        }
      }
      throw unusable ?? new errors.JWSSignatureVerificationFailed()
    }
  }

  if (remoteKeys !== undefined) remoteKeySets.set(identify, remoteKeys)
  return identify
}

/** `identify` functions are made by the site, before there is a service whose events theirs could be. */
const remoteKeySets = new WeakMap<Identify, RemoteKeySet>()

/** The keys of an `identityToken` with `jwksUrl`, for a service that reports what becomes of them. */
export function remoteKeySetOf(identify: Identify): RemoteKeySet | undefined {
  return remoteKeySets.get(identify)
}

/** Finds the configured key for a token. Keys that the token's own header names (`jku`, `jwk`, `x5u`) are ignored. */
function keySource(options: IdentityTokenOptions, algorithms: readonly IdentityAlgorithm[]): JWTVerifyGetKey {
  if (options.secret !== undefined) {
    const secret = new TextEncoder().encode(options.secret)
    return () => secret
  }
  const imported = (options.keys ?? []).flatMap((key) => algorithms.map((algorithm) => importKey(key, algorithm)))
  return async ({ alg, kid }) => {
    const readable = (await Promise.all(imported)).filter((entry) => entry !== undefined)
    if (readable.length === 0) throw new CozeChatError('misconfigured', 'No key in keys of identityToken can be read.')
    const candidates = readable.filter(
      (entry) => entry.algorithm === alg && (kid === undefined || entry.kid === undefined || entry.kid === kid),
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

/** @param problem for the owner's log: the end of the sentence "An identity token was refused: …" */
function refusal(problem: string): CozeChatError {
  return new IdentityTokenRefusal(`An identity token was refused: ${problem}.`)
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
    refuse('algorithms of identityToken must list one or more of HS256, RS256 and ES256.')
  }
  if (algorithms.includes('HS256') !== (secret !== undefined) || (secret !== undefined && algorithms.length > 1)) {
    refuse('identityToken needs HS256 alone with secret, and RS256 or ES256 with keys or jwksUrl.')
  }
  if (keys?.length === 0) refuse('keys of identityToken must list at least one public key, as JWK or PEM.')
  if (jwksUrl !== undefined && !isSecretSafeUrl(jwksUrl)) {
    refuse('jwksUrl of identityToken must be an https:// address.')
  }
  if (!(maxAgeSeconds >= 1 && maxAgeSeconds <= MAX_AGE_SECONDS)) {
    refuse('maxAgeSeconds of identityToken must be from 1 to 600.')
  }
}
