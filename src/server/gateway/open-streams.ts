import { LRUCache } from 'lru-cache'
import type { Clock } from '../../platform/clock.ts'
import { ServiceFault } from '../service-fault.ts'

/** How many answers and uploads each session has flowing in this process. */
export interface OpenStreams {
  /** @throws ServiceFault `rate_limited` @returns gives the place back, once */
  take(session: string): () => void
}

/**
 * Longer than answers take. An edge runtime drops a call whose reader has left and tells nobody, so a place that is not
 * given back must become free by itself.
 */
const LEASE_MS = 10 * 60_000
const MAX_SESSIONS = 50_000

interface Place {
  readonly endsAtMs: number
}

export function createOpenStreams(maxPerSession: number, clock: Clock): OpenStreams {
  const open = new LRUCache<string, Set<Place>>({ max: MAX_SESSIONS })
  return {
    take(session) {
      const now = clock.monotonic()
      const places = open.get(session) ?? new Set()
      for (const place of places) if (place.endsAtMs <= now) places.delete(place)
      if (places.size >= maxPerSession) throw new ServiceFault('rate_limited', { retryAfterSeconds: 2 })
      const place = { endsAtMs: now + LEASE_MS }
      open.set(session, places.add(place))
      return () => {
        places.delete(place)
        if (places.size === 0 && open.peek(session) === places) open.delete(session)
      }
    },
  }
}
