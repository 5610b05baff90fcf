import type { Clock } from '../../platform/clock.ts'
import { ServiceError } from '../http/service-error.ts'
import type { SessionName } from '../identity/session-name.ts'
import type { TokenOrigin } from '../operations/events.ts'
import { atFaultFor } from '../resilience/at-fault.ts'
import type { TokenStore } from '../store/token-store.ts'
import type { ExchangedToken } from './exchange-response.ts'
import { lockOr } from './lock-or.ts'
import { createRecentFailures } from './recent-failures.ts'
import { createSingleFlight, type FlightOptions } from './single-flight.ts'
import { createTokenAges } from './token-ages.ts'
import { parseUpstreamToken, renewalLeadMs, type UpstreamToken } from './upstream-token.ts'

/** While Coze gives no new one, a token that is due for renewal is handed out as long as it has this much of its life left. */
const MIN_LIFE_WHEN_DOWN_MS = 5_000
const RENEW_PAUSE_MS = 30_000

export interface TokenCacheRequest extends FlightOptions {
  /** Gets a new token from Coze. Called once, however many callers wait for it. */
  mint: () => Promise<ExchangedToken>
  /** Coze has rejected the cached token. */
  renew?: boolean
}

export interface TokenCache {
  /** @throws whatever `mint` throws, which is remembered for a moment */
  get(sessionName: SessionName, request: TokenCacheRequest): Promise<CachedToken>
  /** Forgets the token. An exchange that is still open will not bring it back. */
  drop(sessionName: SessionName): Promise<void>
  readonly openFlights: number
}

/** A token with what is left of its life at this moment. */
interface TokenWithAge {
  readonly token: UpstreamToken
  readonly leftMs: number
}

/** What is handed out, and where it came from. */
interface CachedToken extends TokenWithAge {
  readonly source: Exclude<TokenOrigin, 'pass'>
}

/** The prefix keeps tokens apart from what the gateway stores, because a site may choose session names freely. */
function keyOf(sessionName: SessionName): string {
  return `token:${sessionName}`
}

/**
 * Keeps tokens in the store and makes one exchange do for all who wait: within this process, and between processes that
 * share the store.
 * @param options.chance returns a random number from 0 to 1
 */
export function createTokenCache(options: { store: TokenStore; clock: Clock; chance: () => number }): TokenCache {
  const { store, clock, chance } = options
  const ages = createTokenAges({ store, clock })
  const flights = createSingleFlight<SessionName, TokenWithAge>(clock)
  const failures = createRecentFailures({ clock, chance })

  async function stored(sessionName: SessionName): Promise<TokenWithAge | undefined> {
    const key = keyOf(sessionName)
    const token = parseUpstreamToken(await store.get(key))
    return token && { token, leftMs: await ages.leftMs(key, token) }
  }

  /** @param rejected the token that Coze has rejected, if that is why another one is needed */
  async function mintAndStore(
    sessionName: SessionName,
    mint: () => Promise<ExchangedToken>,
    rejected: string | undefined,
  ): Promise<TokenWithAge> {
    const startedAtMs = clock.now()
    const usable = async () => {
      const held = await stored(sessionName)
      return held !== undefined && held.token.accessToken !== rejected && isFresh(held) ? held : undefined
    }
    // Another process, or work that ended while the store was read, may have been faster.
    const existing = await usable()
    if (existing !== undefined) return existing
    const lock = await lockOr(usable, keyOf(sessionName), { store, clock })
    if (lock.held !== undefined) return lock.held
    try {
      const meanwhile = store.acquire === undefined ? undefined : await usable()
      if (meanwhile !== undefined) return meanwhile
      const { accessToken, lifeMs } = await mint()
      const token: UpstreamToken = {
        accessToken,
        lifeMs,
        leadMs: renewalLeadMs(lifeMs, chance()),
        isRenewal: rejected !== undefined,
        receivedAtMs: clock.now(),
      }
      ages.born(token)
      failures.forgetOutages()
      await store.set(keyOf(sessionName), token, { ttlMs: lifeMs, sinceMs: startedAtMs })
      return { token, leftMs: lifeMs }
    } finally {
      await lock.release?.()
    }
  }

  /** @param rejected see `mintAndStore` */
  async function exchanged(
    sessionName: SessionName,
    request: TokenCacheRequest,
    rejected: string | undefined,
  ): Promise<CachedToken> {
    try {
      failures.rethrow(sessionName)
      const work = () =>
        mintAndStore(sessionName, request.mint, rejected).catch((error: unknown) => {
          failures.remember(sessionName, error)
          throw error
        })
      return { ...(await flights.run(sessionName, work, request)), source: 'exchange' }
    } catch (error) {
      const left = isNoVerdict(error) && rejected === undefined ? await stored(sessionName) : undefined
      if (left !== undefined && left.leftMs >= MIN_LIFE_WHEN_DOWN_MS) return { ...left, source: 'old' }
      throw error
    }
  }

  return {
    async get(sessionName, request) {
      const held = await stored(sessionName)
      const renews = held !== undefined && request.renew === true && mayBeRenewed(held)
      if (held === undefined || renews || !isFresh(held)) {
        return exchanged(sessionName, request, renews ? held.token.accessToken : undefined)
      }
      const { token, leftMs } = held
      return { token, leftMs, source: 'cache' }
    },
    async drop(sessionName) {
      flights.forget(sessionName)
      failures.forget(sessionName)
      await store.delete(keyOf(sessionName))
    },
    get openFlights() {
      return flights.size
    },
  }
}

/** Nothing is wrong with who asks: Coze is down, or does not accept our key, which its visitors need not feel before they must. */
function isNoVerdict(error: unknown): boolean {
  return !(error instanceof ServiceError) || atFaultFor(error.code) !== 'visitor'
}

function isFresh({ token, leftMs }: TokenWithAge): boolean {
  return leftMs > token.leadMs
}

/** A renewed token is not renewed again at once. */
function mayBeRenewed({ token, leftMs }: TokenWithAge): boolean {
  return !token.isRenewal || token.lifeMs - leftMs >= RENEW_PAUSE_MS
}
