import type { RateLimiterAbstract } from 'rate-limiter-flexible'

/**
 * Where upstream tokens (and what else the service must remember) are kept: JSON values under string keys, each with a time to live.
 * `test/contracts/token-store.ts` holds every implementation to the same promises. A store never throws for being
 * unreachable or for holding rubbish: it answers like an empty one, since losing it costs one exchange and nothing else.
 */
export interface TokenStore {
  get(key: string): Promise<unknown> | unknown
  /**
   * @param options.sinceMs when the work began that made the value (wall clock): a later `delete` wins over it,
   * so that a mint still open at logout cannot bring the token back (F57).
   */
  set(key: string, value: object, options: { ttlMs: number; sinceMs?: number }): Promise<void> | void
  delete(key: string): Promise<void> | void
  /**
   * Stores that several processes share: the right to do this key's work, or `undefined` while another has it.
   * It only saves work; it may be lost at any time.
   */
  acquire?(key: string, ttlMs: number): Promise<(() => Promise<void>) | undefined>
  /** Stores that several processes share: a limiter that counts for all of them, and by `insuranceLimiter` while the store is away. */
  limiter?(options: SharedLimiterOptions): RateLimiterAbstract
  health?(): 'ok' | 'degraded'
  close?(): Promise<void> | void
}

/** How long a `delete` outlives itself: longer than any mint. */
export const TOMBSTONE_MS = 30_000

/** Of `rate-limiter-flexible`. */
export interface SharedLimiterOptions {
  readonly keyPrefix: string
  readonly points: number
  /** Seconds. */
  readonly duration: number
  readonly insuranceLimiter: RateLimiterAbstract
}
