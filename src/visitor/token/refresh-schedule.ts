/** When to renew a token and how long to wait after a failure. Pure: all times are milliseconds, `random` is at least 0 and below 1. */
import { ON_USE_TTL_MS } from './access-token.ts'

const MIN_LEAD_MS = 5_000
const MAX_LEAD_MS = 60_000
const MIN_DELAY_MS = 1_000
/** Browsers fire a timer beyond 2^31 - 1 ms at once, and no timer is exact after a sleep. */
const MAX_DELAY_MS = 10 * 60_000
const MIN_BACKOFF_MS = 500
const MAX_BACKOFF_MS = 30_000
const MAX_RETRY_AFTER_MS = 5 * 60_000

const clamp = (value: number, low: number, high: number) => Math.min(high, Math.max(low, value))

/**
 * How long before its expiry a token is renewed: a fifth of its life, but 5 to 60 s, and up to a tenth more at random,
 * so that tabs do not renew at the same moment.
 */
export function refreshLeadMs(ttlMs: number, random: number): number {
  return clamp(ttlMs / 5, MIN_LEAD_MS, MAX_LEAD_MS) * (1 + random / 10)
}

/** How long until it should be checked again whether renewal is due, 1 s to 10 min; undefined: set no timer, renew on use. */
export function refreshDelayMs(token: { ttlMs: number; remainingMs: number; leadMs: number }): number | undefined {
  if (token.ttlMs <= ON_USE_TTL_MS) return undefined
  return clamp(token.remainingMs - token.leadMs, MIN_DELAY_MS, MAX_DELAY_MS)
}

/**
 * The pause after a failure: at random between half a second and a bound that starts at one second and doubles up to 30 s with each failure in a row,
 * or what the server asked for if that is longer, up to 5 min.
 * @param failures how many failures in a row went before this one
 */
export function backoffMs(failures: number, random: number, retryAfterMs = 0): number {
  // A NaN from `getToken()` must not become the pause: it would end at once, and requests would loop.
  const orderedMs = retryAfterMs > 0 ? Math.min(retryAfterMs, MAX_RETRY_AFTER_MS) : 0
  const bound = Math.min(MAX_BACKOFF_MS, MIN_BACKOFF_MS * 2 ** (failures + 1))
  return Math.max(MIN_BACKOFF_MS + random * (bound - MIN_BACKOFF_MS), orderedMs)
}
