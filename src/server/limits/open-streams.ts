import { LRUCache } from 'lru-cache'
import type { Clock } from '../../platform/clock.ts'
import { ServiceError } from '../http/service-error.ts'
import type { AddressKeys } from './address-key.ts'

/** How many streamed responses and uploads may be open at once in this process. */
export interface OpenStreamLimits {
  session: number
  /** Of a single client; networks around it may have more (`address-key.ts`). */
  address: number
  process: number
}

/** Counts the streamed responses and uploads that are open in this process: each holds memory and a connection to Coze. */
export interface OpenStreams {
  /**
   * Takes a place among those of the session, of its address and of the process.
   * @returns a function that gives the place back; further calls of it do nothing
   * @throws ServiceError `rate_limited` when the session or the address has no place left, `upstream_unavailable` when the process has none
   */
  take(session: string, address: AddressKeys): () => void
}

/**
 * Longer than streams take. An edge runtime may drop a request whose reader has left without telling us, so a place that is
 * not given back must become free by itself (F59).
 */
const LEASE_MS = 10 * 60_000
const RETRY_AFTER_SECONDS = 2

interface Place {
  readonly endsAtMs: number
}

export function createOpenStreams(limits: OpenStreamLimits, clock: Clock): OpenStreams {
  // Whoever has a stream open is in these tables, so they need not be larger than the process has places.
  const open = new LRUCache<string, Set<Place>>({ max: limits.process * 5 + 1 })

  /** The places of a key that are taken. All leases are equally long, so those that are over come first. */
  function placesOf(key: string, now: number): Set<Place> {
    const places = open.get(key) ?? new Set()
    for (const place of places) {
      if (place.endsAtMs > now) break
      places.delete(place)
    }
    return places
  }

  return {
    take(session, address) {
      const now = clock.monotonic()
      const owners = [
        { key: `session ${session}`, max: limits.session },
        ...address.map(({ key, growth }) => ({ key: `address ${key}`, max: limits.address * growth })),
        { key: 'process', max: limits.process },
      ]
      for (const { key, max } of owners) {
        if (placesOf(key, now).size < max) continue
        const code = key === 'process' ? 'upstream_unavailable' : 'rate_limited'
        throw new ServiceError(code, { retryAfterSeconds: RETRY_AFTER_SECONDS })
      }
      const place = { endsAtMs: now + LEASE_MS }
      for (const { key } of owners) open.set(key, placesOf(key, now).add(place))
      return () => {
        for (const { key } of owners) {
          const places = open.peek(key)
          places?.delete(place)
          if (places?.size === 0) open.delete(key)
        }
      }
    },
  }
}
