import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible'
import type { Clock } from '../platform/clock.ts'
import type { TokenStore } from './token-store.ts'

/** `max` requests in `windowSeconds`, counted from the first one. */
export interface Limit {
  max: number
  windowSeconds: number
}

/** Of one process, or of all that share a store (Redis). */
export interface LimitOptions {
  /** Requests of one client address (IPv6: one /64). Generous, since a school may sit behind one. Default 1,200 in 60 s. */
  address?: Limit | false
  /** Requests of one session. Default 120 in 60 s. */
  session?: Limit | false
  /** New visitor tickets for one client address. Default 120 in 60 s. */
  issue?: Limit | false
  /** Exchanges open at once, in one process. Default 32. */
  upstreamConcurrency?: number
  /** Exchanges waiting for their turn before we answer 503. Default 1,024. */
  upstreamQueue?: number
}

export interface LimitVerdict {
  readonly allowed: boolean
  /** `RateLimit` and `RateLimit-Policy` (draft-ietf-httpapi-ratelimit-headers) as flat name and value pairs. */
  readonly headers: readonly string[]
  /** Seconds until the next request is allowed; 0 when it is. */
  readonly retryAfterSeconds: number
}

export interface Limiter {
  consume(key: string): Promise<LimitVerdict>
}

/** About 15 MB; a process that meets more new sessions in a window has other troubles first. */
const MAX_KEYS = 25_000
const OVERFLOW_KEY = '\0overflow'

/** @param policy `session` and the like: its name in the headers, and what keeps its keys apart in a shared store. */
export function createLimiter(
  policy: string,
  { max, windowSeconds }: Limit,
  { store, clock, maxKeys = MAX_KEYS }: { store?: TokenStore; clock: Clock; maxKeys?: number },
): Limiter {
  const rule = { keyPrefix: policy, points: max, duration: Math.ceil(windowSeconds) }
  const memory = new BoundedMemory({ ...rule, keyPrefix: '' }, maxKeys, clock)
  const limiter = store?.limiter?.({ ...rule, insuranceLimiter: memory }) ?? memory

  function verdictOf({ remainingPoints, msBeforeNext }: RateLimiterRes, allowed: boolean): LimitVerdict {
    const resetSeconds = Math.max(1, Math.ceil(msBeforeNext / 1000))
    return {
      allowed,
      headers: [
        'ratelimit-policy',
        `"${policy}";q=${max};w=${rule.duration}`,
        'ratelimit',
        `"${policy}";r=${remainingPoints};t=${resetSeconds}`,
      ],
      retryAfterSeconds: allowed ? 0 : resetSeconds,
    }
  }
  const granted = (result: RateLimiterRes) => verdictOf(result, true)
  const refused = (reason: unknown) => {
    if (reason instanceof RateLimiterRes) return verdictOf(reason, false)
    throw reason
  }

  return { consume: (key) => limiter.consume(key).then(granted, refused) }
}

/**
 * The library's table has no bound, and clears itself by timers, which an edge runtime ends with their request. Here no
 * key goes before its window is over; with the table full, new keys share one bucket. So a flood of keys can neither
 * grow the table nor free a blocked key (T13).
 */
class BoundedMemory extends RateLimiterMemory {
  readonly #maxKeys: number
  readonly #clock: Clock
  /** In the order of their ends, since all windows are equally long. */
  readonly #endsAtMs = new Map<string, number>()

  constructor(rule: { keyPrefix: string; points: number; duration: number }, maxKeys: number, clock: Clock) {
    super(rule)
    this.#maxKeys = maxKeys
    this.#clock = clock
  }

  override consume(key: string, points?: number): Promise<RateLimiterRes> {
    return super.consume(this.#bucketOf(key), points)
  }

  #bucketOf(key: string): string {
    const now = this.#clock.monotonic()
    // Each call may add one key, so two steps are enough to keep up, and none takes long.
    let steps = 2
    for (const [oldest, endsAtMs] of this.#endsAtMs) {
      if (endsAtMs > now || steps-- === 0) break
      this.#forget(oldest)
    }
    if ((this.#endsAtMs.get(key) ?? 0) > now) return key
    this.#forget(key)
    if (this.#endsAtMs.size >= this.#maxKeys) return OVERFLOW_KEY
    this.#endsAtMs.set(key, now + this.msDuration)
    return key
  }

  #forget(key: string): void {
    if (this.#endsAtMs.delete(key)) void this.delete(key)
  }
}
