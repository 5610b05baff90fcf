import { type RateLimiterAbstract, RateLimiterRes } from 'rate-limiter-flexible'
import type { Clock } from '../../platform/clock.ts'
import type { TokenStore } from '../store/token-store.ts'
import { ADDRESS_GROWTH, type AddressKeys } from './address-key.ts'
import { CountTable } from './count-table.ts'

/** At most `max` requests in a window of `windowSeconds`, which begins with the first of them. */
export interface Limit {
  /** At least 1. */
  max: number
  /** Above 0, at most 86,400. */
  windowSeconds: number
}

export interface LimitVerdict {
  readonly allowed: boolean
  /**
   * `RateLimit` and `RateLimit-Policy` as a flat list (name, value, name, value).
   * https://datatracker.ietf.org/doc/draft-ietf-httpapi-ratelimit-headers/
   */
  readonly headers: readonly string[]
  /** Seconds until the next request is allowed; 0 when it is. */
  readonly retryAfterSeconds: number
}

export interface Limiter {
  /** Counts one more request. No promise where this process counts alone. */
  consume(key: string): LimitVerdict | Promise<LimitVerdict>
  /** The verdict on a key that has been refused in this process and whose window is not over. It costs nothing. */
  refusalOf(key: string): LimitVerdict | undefined
}

export interface LimiterOptions {
  /** Counts for all processes that share it; without one, or without a limiter in it, each process counts alone. */
  store?: TokenStore
  clock: Clock
  /** Default 10,000 keys, about 2 MB. */
  maxKeys?: number
}

const MAX_KEYS = 10_000
/** Refusals that are remembered, so that a flood that is refused costs the store nothing. */
const MAX_REFUSALS = 1_000

/** @param policy its name in the headers, such as `session`; it also keeps its keys apart in a shared store. */
export function createLimiter(
  policy: string,
  { max, windowSeconds }: Limit,
  { store, clock, maxKeys = MAX_KEYS }: LimiterOptions,
): Limiter {
  const rule = { points: max, duration: Math.ceil(windowSeconds) }
  const memory = new CountTable(rule, maxKeys, clock)
  const shared = store?.limiter?.({ ...rule, keyPrefix: policy, insuranceLimiter: memory })
  const policyText = `"${policy}";q=${max};w=${rule.duration}`
  const refusedUntilMs = new Map<string, number>()

  function verdictOf(remaining: number, msBeforeNext: number, allowed: boolean): LimitVerdict {
    const resetSeconds = Math.max(1, Math.ceil(msBeforeNext / 1000))
    return {
      allowed,
      headers: ['ratelimit-policy', policyText, 'ratelimit', `"${policy}";r=${remaining};t=${resetSeconds}`],
      retryAfterSeconds: allowed ? 0 : resetSeconds,
    }
  }

  function refuse(key: string, msBeforeNext: number): LimitVerdict {
    refusedUntilMs.delete(key)
    refusedUntilMs.set(key, clock.monotonic() + msBeforeNext)
    const [oldest] = refusedUntilMs.keys()
    if (refusedUntilMs.size > MAX_REFUSALS && oldest !== undefined) refusedUntilMs.delete(oldest)
    return verdictOf(0, msBeforeNext, false)
  }

  function countHere(key: string): LimitVerdict {
    const now = clock.monotonic()
    const { count, endsAtMs } = memory.count(key, now)
    return count > max ? refuse(key, endsAtMs - now) : verdictOf(max - count, endsAtMs - now, true)
  }

  async function countTogether(limiter: RateLimiterAbstract, key: string): Promise<LimitVerdict> {
    try {
      const { remainingPoints, msBeforeNext } = await limiter.consume(key)
      return verdictOf(remainingPoints, msBeforeNext, true)
    } catch (reason) {
      if (reason instanceof RateLimiterRes) return refuse(key, reason.msBeforeNext)
      throw reason
    }
  }

  function refusalOf(key: string): LimitVerdict | undefined {
    const untilMs = refusedUntilMs.get(key)
    if (untilMs === undefined) return undefined
    const leftMs = untilMs - clock.monotonic()
    if (leftMs > 0) return verdictOf(0, leftMs, false)
    refusedUntilMs.delete(key)
    return undefined
  }

  return {
    consume: (key) => refusalOf(key) ?? (shared === undefined ? countHere(key) : countTogether(shared, key)),
    refusalOf,
  }
}

/** Counts an address together with the networks around it, each of which has a budget of its own. */
export interface AddressLimiter {
  /** No promise where one key is counted by this process alone. */
  consume(keys: AddressKeys): LimitVerdict | Promise<LimitVerdict>
}

/** @param limit that of a single client; wider networks have a multiple of it */
export function createAddressLimiter(policy: string, limit: Limit, options: LimiterOptions): AddressLimiter {
  const limiters = new Map(
    ADDRESS_GROWTH.map((growth) => {
      const name = growth === 1 ? policy : `${policy}-${growth}`
      return [growth, createLimiter(name, { ...limit, max: limit.max * growth }, options)]
    }),
  )

  async function consumeAll(keys: AddressKeys): Promise<LimitVerdict> {
    for (const { key, growth } of keys) {
      const refusal = limiters.get(growth)?.refusalOf(key)
      if (refusal !== undefined) return refusal
    }
    // The narrowest first: what one client is refused is not taken from the budget of its neighbours.
    let narrowest: LimitVerdict | undefined
    for (const { key, growth } of keys) {
      const verdict = await limiters.get(growth)?.consume(key)
      if (verdict?.allowed === false) return verdict
      narrowest ??= verdict
    }
    return narrowest ?? { allowed: true, headers: [], retryAfterSeconds: 0 }
  }

  return {
    consume(keys) {
      const [narrowest, wider] = keys
      // An IPv4 address has no network around it that is counted.
      const alone = wider === undefined && narrowest !== undefined ? limiters.get(narrowest.growth) : undefined
      return alone === undefined || narrowest === undefined ? consumeAll(keys) : alone.consume(narrowest.key)
    },
  }
}
