/** The access token as a value. Its age is measured, never read off the visitor's clock. */
import type { IdentityKind } from '../contract.ts'
import { type Clock, elapsedMs, type Instant } from '../platform/clock.ts'

export interface AccessToken {
  readonly text: string
  /** Time left when it was asked for. */
  readonly ttlMs: number
  /** When it was asked for: the answer's own travelling time counts as age. */
  readonly since: Instant
  readonly subject: string
  readonly kind: IdentityKind
}

type Lifetime = Pick<AccessToken, 'ttlMs' | 'since'>

export function remainingMs(token: Lifetime, clock: Clock): number {
  return Math.max(0, token.ttlMs - elapsedMs(token.since, clock))
}

/** Tokens that live no longer than this are renewed on use only: a timer would do nothing but renew. */
export const ON_USE_TTL_MS = 10_000
/** Long enough for a request to arrive. */
const TRAVEL_MS = 2_000

export function isUsable(token: Lifetime, clock: Clock): boolean {
  return remainingMs(token, clock) > Math.min(TRAVEL_MS, token.ttlMs / 10)
}
