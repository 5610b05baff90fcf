import { LRUCache } from 'lru-cache'
import { type Clock, systemClock } from '../../platform/clock.ts'
import { createFairShares } from './fair-shares.ts'
import { TOMBSTONE_MS, type TokenStore } from './token-store.ts'

interface Slot {
  /** Absent in a tombstone. */
  value?: object
  /** Milliseconds since the epoch. */
  deletedAtMs?: number
  /** Whose it is, where the store is shared out. */
  owner?: string
}

/**
 * A store in the memory of one process.
 * @param options.maxEntries when it is full, the least recently used entries go first. Default 10,000.
 * @param options.ownerOf tells the owner of an entry. With it, the owner with the most entries loses them first, so that nobody
 * loses theirs to a stranger who fills the store (T37).
 * @param options.clock default: the system's clock
 */
export function createMemoryTokenStore(
  options: { maxEntries?: number; ownerOf?: (key: string, value: object) => string; clock?: Clock } = {},
): TokenStore {
  const { maxEntries = 10_000, ownerOf, clock = systemClock } = options
  const shares = createFairShares()
  const slots = new LRUCache<string, Slot>({
    max: maxEntries,
    // The library would use a clock of its own; one clock must decide everything (F62). It takes 0 for "no time".
    perf: { now: () => clock.monotonic() + 1 },
    ttlResolution: 0,
    dispose: ({ owner }, key) => {
      if (owner !== undefined) shares.drop(owner, key)
    },
  })

  function put(key: string, slot: Slot, ttl: number): void {
    const { owner } = slot
    if (owner !== undefined && slots.size >= maxEntries && !slots.has(key)) slots.delete(shares.nextToGo() ?? '')
    slots.set(key, slot, { ttl })
    if (owner !== undefined) shares.use(owner, key)
  }

  return {
    get(key) {
      const { value, owner } = slots.get(key) ?? {}
      if (owner !== undefined) shares.use(owner, key)
      return value
    },
    set(key, value, { ttlMs, sinceMs }) {
      const deletedAtMs = slots.peek(key)?.deletedAtMs
      if (sinceMs !== undefined && deletedAtMs !== undefined && deletedAtMs >= sinceMs) return
      if (ttlMs > 0) put(key, ownerOf === undefined ? { value } : { value, owner: ownerOf(key, value) }, ttlMs)
    },
    delete(key) {
      const owner = slots.peek(key)?.owner
      put(key, { deletedAtMs: clock.now(), ...(owner !== undefined && { owner }) }, TOMBSTONE_MS)
    },
    leftMs: (key) => (slots.peek(key)?.value === undefined ? undefined : slots.getRemainingTTL(key)),
    health: () => 'ok',
    close: () => slots.clear(),
  }
}
