/** The access token as a value. Its age is measured, never read off the visitor's clock, which may be wrong. */
import { type Clock, elapsedMs, type Instant } from '../../platform/clock.ts'
import type { IdentityKind } from '../../protocol/token-endpoint.ts'

export interface AccessToken {
  readonly text: string
  /** Milliseconds it was good for at `since`. */
  readonly ttlMs: number
  /** When it was asked for, so that the way of the response counts as age. */
  readonly since: Instant
  /** Whose it is: the opaque tag of their session. */
  readonly subject: string
  readonly kind: IdentityKind
  /** Where it is good, as far as the token endpoint says so: an absolute address. */
  readonly apiBase: string | undefined
}

type Lifetime = Pick<AccessToken, 'ttlMs' | 'since'>

/** Milliseconds left; 0 for an expired token. */
export function remainingMs(token: Lifetime, clock: Clock): number {
  return Math.max(0, token.ttlMs - elapsedMs(token.since, clock))
}

/** Tokens that live no longer than this are renewed on use only: with a timer they would be renewed without end. */
export const ON_USE_TTL_MS = 10_000
/** Long enough for a request to arrive. */
const TRAVEL_MS = 2_000

/** True while a request sent now with this token arrives before the token expires. */
export function isUsable(token: Lifetime, clock: Clock): boolean {
  return remainingMs(token, clock) > Math.min(TRAVEL_MS, token.ttlMs / 10)
}
