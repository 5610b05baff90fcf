/** Why an identity token was refused, for the owner's log: the claim, what was expected and what came, and never the token or a user's id. */
import { decodeProtectedHeader, errors, type JWTPayload } from 'jose'
import { CozeChatError } from '../../../errors.ts'
import { cleanText } from '../../http/clean-text.ts'

/** The visitor learns that they are signed out, and nothing more. */
export class IdentityTokenRefusal extends CozeChatError {
  readonly advice: string

  constructor(advice: string) {
    super('signed_out', 'The identity token is not valid or no longer valid; ask the site for a new one.')
    this.advice = advice
  }
}

export interface ExpectedToken {
  readonly issuer: string
  readonly audience: string
  readonly algorithms: readonly string[]
  /** Seconds since the epoch. */
  readonly nowSeconds: number
}

/** @param error of `jwtVerify` @returns the end of the sentence "An identity token was refused: …" */
export function explainJwtError(error: unknown, token: string, expected: ExpectedToken): string {
  if (error instanceof errors.JWTClaimValidationFailed || error instanceof errors.JWTExpired) {
    return explainClaim(error, expected)
  }
  const { alg, kid } = headerOf(token)
  const algorithm = `alg ${shown(alg)}`
  if (error instanceof errors.JOSEAlgNotAllowed) {
    return `it has ${algorithm}, and ${expected.algorithms.join(' or ')} was expected (algorithms, CHAT_IDENTITY_ALGORITHMS)`
  }
  if (error instanceof errors.JWSSignatureVerificationFailed) {
    return `its signature (${algorithm}) does not belong to the secret or public key that this service has; sign with the one that is configured here`
  }
  if (error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWKSMultipleMatchingKeys) {
    return `no single key of this service fits ${algorithm} and kid ${shown(kid)}; add the key, or sign with one that is here`
  }
  return `it is no JWT that can be read (${algorithm}); make it with a library for JWT (RFC 7519)`
}

/** What is wrong with claims that the library does not check; `undefined` for nothing. */
export function problemOfClaims(
  { sub, exp = 0, iat = 0 }: JWTPayload,
  limits: { nowSeconds: number; maxAgeSeconds: number; toleranceSeconds: number },
): string | undefined {
  const { nowSeconds, maxAgeSeconds, toleranceSeconds } = limits
  const leftSeconds = Math.round(exp - nowSeconds)
  if (exp - nowSeconds > maxAgeSeconds + toleranceSeconds) {
    const inMilliseconds = exp > 1e11 ? '. It looks like milliseconds; exp is in seconds' : ''
    return `its exp is ${leftSeconds} s away, and at most ${maxAgeSeconds} s were expected; issue it anew for each page and let it live for minutes${inMilliseconds}`
  }
  if (iat - nowSeconds > toleranceSeconds) {
    return `its iat is ${Math.round(iat - nowSeconds)} s in the future; set the clocks of both machines (or iat was written in milliseconds)`
  }
  if (typeof sub !== 'string' || sub === '') {
    return `its sub is ${kindOf(sub)}, and a text that is not empty was expected: the user's id, such as "42"`
  }
  return undefined
}

function explainClaim(
  { claim, reason, payload }: errors.JWTClaimValidationFailed | errors.JWTExpired,
  { issuer, audience, nowSeconds }: ExpectedToken,
): string {
  if (reason === 'missing') {
    const others = Object.keys(payload).slice(0, 12).join(', ')
    const wanted: Readonly<Record<string, string>> = {
      iss: ` (${shown(issuer)})`,
      aud: ` (${shown(audience)})`,
      sub: " (the user's id, as a text)",
      exp: ' (seconds since 1970)',
    }
    return `it has no ${claim}${wanted[claim] ?? ''}; it has ${cleanText(others) || 'no claims'}`
  }
  switch (claim) {
    case 'iss':
      return `its iss is ${shown(payload.iss)}, and ${shown(issuer)} was expected (issuer, CHAT_IDENTITY_ISSUER)`
    case 'aud':
      return `its aud is ${shown(payload.aud)}, and ${shown(audience)} was expected (audience, CHAT_IDENTITY_AUDIENCE)`
    case 'exp':
    case 'nbf':
    case 'iat': {
      const value = payload[claim]
      if (typeof value !== 'number')
        return `its ${claim} is ${kindOf(value)}, and a number of seconds since 1970 was expected`
      const distance = Math.round(Math.abs(value - nowSeconds))
      return claim === 'exp'
        ? `it ended ${distance} s ago (exp ${value}); let userToken fetch a new one, or set the clocks of both machines`
        : `its ${claim} is ${distance} s in the future; set the clocks of both machines (or it was written in milliseconds)`
    }
    default:
      return `its ${cleanText(claim)} is not what was expected`
  }
}

function headerOf(token: string): { alg?: unknown; kid?: unknown } {
  try {
    return decodeProtectedHeader(token)
  } catch {
    return {}
  }
}

/** A value of the token, short and on one line. */
function shown(value: unknown): string {
  if (value === undefined) return '(none)'
  return cleanText(JSON.stringify(value)).slice(0, 100)
}

function kindOf(value: unknown): string {
  if (value === '') return 'an empty text'
  if (value === null || value === undefined) return 'missing'
  return typeof value === 'object' ? 'a list or an object' : `a ${typeof value === 'string' ? 'text' : typeof value}`
}
