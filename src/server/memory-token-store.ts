import { LRUCache } from 'lru-cache'
import { type Clock, systemClock } from '../platform/clock.ts'
import { TOMBSTONE_MS, type TokenStore } from './token-store.ts'

interface Slot {
  /** Absent in a tombstone. */
  value?: object
  /** Wall clock. */
  deletedAtMs?: number
}

/**
 * A bounded store for one process.
 * @param options.maxEntries least recently used ones go first. Default 10,000.
 */
export function createMemoryTokenStore(options: { maxEntries?: number; clock?: Clock } = {}): TokenStore {
  const { maxEntries = 10_000, clock = systemClock } = options
  const slots = new LRUCache<string, Slot>({
    max: maxEntries,
    // Its own clock by default; ours, so that one clock decides everything (F62).
    perf: { now: () => clock.monotonic() + 1 },
    ttlResolution: 0,
  })
  return {
    get: (key) => slots.get(key)?.value,
    set(key, value, { ttlMs, sinceMs }) {
      const deletedAtMs = slots.peek(key)?.deletedAtMs
      if (sinceMs !== undefined && deletedAtMs !== undefined && deletedAtMs >= sinceMs) return
      if (ttlMs > 0) slots.set(key, { value }, { ttl: ttlMs })
    },
    delete(key) {
      slots.set(key, { deletedAtMs: clock.now() }, { ttl: TOMBSTONE_MS })
    },
    health: () => 'ok',
    close: () => slots.clear(),
  }
}
