import { LRUCache } from 'lru-cache'
import { type Clock, elapsedMs, type Instant, markInstant } from '../../platform/clock.ts'
import type { TokenStore } from '../store/token-store.ts'
import type { UpstreamToken } from './upstream-token.ts'

const MAX_REMEMBERED = 10_000

/** Knows how much is left of the life of each token, by durations and not by dates. */
export interface TokenAges {
  /** This process has just got the token from Coze. */
  born(token: UpstreamToken): void
  /** Milliseconds left of a token that the store holds under `key`; 0 at its end. Never more than its whole life. No promise for one that was seen before. */
  leftMs(key: string, token: UpstreamToken): number | Promise<number>
}

/**
 * A token that was got here is measured from that moment. One that another process got is measured from the moment at which it is
 * first seen here, with what the store says is left of it then: a store counts durations.
 */
export function createTokenAges({ store, clock }: { store: TokenStore; clock: Clock }): TokenAges {
  const seen = new LRUCache<string, { at: Instant; leftMs: number }>({ max: MAX_REMEMBERED })

  function remember(token: UpstreamToken, leftMs: number): void {
    seen.set(token.accessToken, { at: markInstant(clock), leftMs })
  }

  async function seeFirst(key: string, token: UpstreamToken): Promise<number> {
    const byDates = token.lifeMs - Math.max(0, clock.now() - token.receivedAtMs)
    const leftMs = Math.min(token.lifeMs, Math.max(0, (await store.leftMs?.(key)) ?? byDates))
    remember(token, leftMs)
    return leftMs
  }

  return {
    born(token) {
      remember(token, token.lifeMs)
    },
    leftMs(key, token) {
      const known = seen.get(token.accessToken)
      return known === undefined ? seeFirst(key, token) : Math.max(0, known.leftMs - elapsedMs(known.at, clock))
    },
  }
}
