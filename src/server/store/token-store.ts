import type { RateLimiterAbstract } from 'rate-limiter-flexible'

/**
 * Where the service keeps Coze's tokens and, with a gateway, who owns which conversation: JSON values under string keys,
 * each with a time to live in milliseconds. A store never throws because it is unreachable or holds values it cannot
 * read: it behaves as if it were empty, because a lost token costs one exchange. Logouts are kept here as well, and losing one would matter:
 * what could not be written is remembered by the process that wrote it (`missed-writes.ts`).
 * `createMemoryTokenStore` and `createRedisTokenStore` make one; `test/contracts/token-store.ts` tests every store.
 */
export interface TokenStore {
  /** The value, or `undefined` for a key that is unknown, deleted or too old. */
  get(key: string): Promise<unknown> | unknown
  /**
   * @param options.ttlMs milliseconds until the value is forgotten
   * @param options.sinceMs when the work began that made the value, milliseconds since the epoch: a later `delete` wins,
   * so that an exchange that was open at logout cannot bring the token back (F57)
   */
  set(key: string, value: object, options: { ttlMs: number; sinceMs?: number }): Promise<void> | void
  delete(key: string): Promise<void> | void
  /**
   * Milliseconds until a value is forgotten, by the store's own counting; `undefined` for a key without a value. Without it ages
   * are told by dates, which are wrong after the clock of a machine was set.
   */
  leftMs?(key: string): Promise<number | undefined> | number | undefined
  /**
   * Locks a key for `ttlMs`. Returns how to release the lock, or `undefined` while another process holds it. Only stores
   * that several processes share have locks. They save work and guard nothing, so a lock may be lost at any time.
   */
  acquire?(key: string, ttlMs: number): Promise<(() => Promise<void>) | undefined>
  /**
   * A limiter that counts for all processes that share the store, and with `insuranceLimiter` while the store is away.
   */
  limiter?(options: SharedLimiterOptions): RateLimiterAbstract
  /** `degraded` while another store stands in for it. Shown by `GET /healthz`. */
  health?(): 'ok' | 'degraded'
  close?(): Promise<void> | void
}

/** How long a store remembers that a key was deleted, in milliseconds: longer than any exchange takes. */
export const TOMBSTONE_MS = 30_000

/** Options of `rate-limiter-flexible` (https://github.com/animir/node-rate-limiter-flexible). */
export interface SharedLimiterOptions {
  readonly keyPrefix: string
  readonly points: number
  /** Seconds. */
  readonly duration: number
  readonly insuranceLimiter: RateLimiterAbstract
}
