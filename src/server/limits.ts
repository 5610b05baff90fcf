import type { Clock } from '../platform/clock.ts'

/** `max` requests in `windowSeconds`, spent at once or spread out. */
export interface Limit {
  max: number
  windowSeconds: number
}

export interface LimitOptions {
  /** Requests of one client address (IPv6: one /64). Generous, since a school may sit behind one. Default 1,200 in 60 s. */
  address?: Limit | false
  /** Requests of one session. Default 120 in 60 s. */
  session?: Limit | false
  /** New visitor tickets for one client address. Default 120 in 60 s. */
  issue?: Limit | false
  /** Exchanges open at once. Default 32. */
  upstreamConcurrency?: number
  /** Exchanges waiting for their turn before we answer 503. Default 1,024. */
  upstreamQueue?: number
}

export interface LimitVerdict {
  readonly allowed: boolean
  readonly limit: Limit
  readonly remaining: number
  /** Seconds until the full amount is available again. */
  readonly resetSeconds: number
  /** Seconds until the next request is allowed; 0 when it is. */
  readonly retryAfterSeconds: number
}

export interface Limiter {
  consume(key: string): LimitVerdict
  readonly size: number
}

const MAX_KEYS = 50_000
const EVICTION_PROBES = 8
const OVERFLOW_KEY = '\0overflow'

/**
 * Generic cell rate algorithm: one number per key (the moment its debt is paid), no timers, the service's own clock.
 * The table is bounded. A full one forgets the oldest key that is not blocked; while the oldest are all blocked,
 * new keys share one bucket. So a flood of keys can neither grow the table nor free a blocked key.
 * (rate-limiter-flexible keeps a timer per key in an unbounded table on the machine's clock.)
 */
export function createLimiter(limit: Limit, clock: Clock, maxKeys = MAX_KEYS): Limiter {
  const windowMs = limit.windowSeconds * 1000
  const costMs = windowMs / limit.max
  const paidAt = new Map<string, number>()

  const isBlocked = (paid: number, now: number) => paid - now > windowMs - costMs

  function makeRoom(now: number): boolean {
    let probes = EVICTION_PROBES
    for (const [key, paid] of paidAt) {
      paidAt.delete(key)
      if (!isBlocked(paid, now) && key !== OVERFLOW_KEY) return true
      paidAt.set(key, paid)
      if (--probes === 0) return false
    }
    return false
  }

  return {
    consume(requested) {
      const now = clock.monotonic()
      let key = requested
      if (!paidAt.has(key) && paidAt.size >= maxKeys && !makeRoom(now)) key = OVERFLOW_KEY
      const paid = Math.max(paidAt.get(key) ?? 0, now)
      const allowed = !isBlocked(paid, now)
      const debtMs = paid - now + (allowed ? costMs : 0)
      if (allowed) paidAt.set(key, now + debtMs)
      return {
        allowed,
        limit,
        remaining: allowed ? Math.floor((windowMs - debtMs) / costMs) : 0,
        resetSeconds: Math.ceil(debtMs / 1000),
        retryAfterSeconds: allowed ? 0 : Math.max(1, Math.ceil((debtMs - windowMs + costMs) / 1000)),
      }
    },
    get size() {
      return paidAt.size
    },
  }
}

/** `RateLimit` and `RateLimit-Policy` (draft-ietf-httpapi-ratelimit-headers) as flat name and value pairs. */
export function rateLimitHeaders(policy: string, verdict: LimitVerdict): readonly string[] {
  const { limit, remaining, resetSeconds } = verdict
  return [
    'ratelimit-policy',
    `"${policy}";q=${limit.max};w=${limit.windowSeconds}`,
    'ratelimit',
    `"${policy}";r=${remaining};t=${resetSeconds}`,
  ]
}
