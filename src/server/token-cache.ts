import { LRUCache } from 'lru-cache'
import type { Clock } from '../platform/clock.ts'
import type { ExchangedToken } from './coze-oauth.ts'
import type { TokenSource } from './events.ts'
import { ServiceFault } from './service-fault.ts'
import type { SessionName } from './session-name.ts'
import type { TokenStore } from './token-store.ts'
import { freshUntil, parseUpstreamToken, type UpstreamToken } from './upstream-token.ts'

/** An old token is handed out down to this while upstream is down. */
const LAST_RESORT_MS = 5_000
const RENEW_PAUSE_MS = 30_000
const FAILURE_KEPT_MS = 1_000
const MAX_FAILURES = 10_000
/** A waiter looks this often whether his flight is still alive. */
const WAIT_LIMIT_MS = 3_000
const HEARTBEAT_MS = 1_000
const POLL_MS = 50
const POLL_LIMIT_MS = 3_000
/** Longer than the queue and an exchange together; it saves work and guards nothing. */
const LOCK_MS = 15_000

export interface TokenRequestOptions {
  /** Makes the token if need be; called once however many wait. */
  mint: () => Promise<ExchangedToken>
  /** Upstream rejected the cached one. */
  renew?: boolean
  /** Ends this caller's wait and nobody else's. Asked only by who waits: a signal costs more than a cached answer. */
  signal?: () => AbortSignal | undefined
  waitUntil?: (promise: Promise<unknown>) => void
}

export interface TokenCache {
  /** @throws ServiceFault whatever the mint threw */
  get(sessionName: SessionName, options: TokenRequestOptions): Promise<{ token: UpstreamToken; source: TokenSource }>
  /** Forgets the token; a mint that is still open will not bring it back. */
  drop(sessionName: SessionName): Promise<void>
  readonly openFlights: number
}

/** The gateway keeps its own in the same store, and a site may name its users as it likes: no name may be one of its keys. */
function keyOf(sessionName: SessionName): string {
  return `token:${sessionName}`
}

/** One mint of one session, shared by all who wait for it. */
interface Flight {
  outcome: Promise<{ token: UpstreamToken } | { error: unknown }>
  /** Monotonic time of its last sign of life. */
  beatAtMs: number
}

/** The cache, single flight and failure memory in front of the exchange. */
export function createTokenCache(options: {
  store: TokenStore
  clock: Clock
  /** 0 to 1 */
  chance: () => number
}): TokenCache {
  const { store, clock, chance } = options
  const flights = new Map<SessionName, Flight>()
  const failures = new LRUCache<SessionName, { error: unknown; untilMs: number }>({ max: MAX_FAILURES })

  async function stored(sessionName: SessionName): Promise<UpstreamToken | undefined> {
    return parseUpstreamToken(await store.get(keyOf(sessionName)))
  }

  function startFlight(sessionName: SessionName, request: TokenRequestOptions, rejected: string | undefined): Flight {
    const startedAtMs = clock.now()
    const isNew = (token: UpstreamToken | undefined): token is UpstreamToken =>
      token !== undefined && token.accessToken !== rejected && clock.now() < token.freshUntilMs

    async function fly(): Promise<UpstreamToken> {
      // Another process, or a flight that ended while we read the store, may have been faster.
      const existing = await stored(sessionName)
      if (isNew(existing)) return existing
      const lease = await leaseOrToken()
      if (lease !== undefined && 'accessToken' in lease) return lease
      try {
        if (store.acquire !== undefined) {
          const meanwhile = await stored(sessionName)
          if (isNew(meanwhile)) return meanwhile
        }
        return await mintAndKeep()
      } finally {
        await lease?.release()
      }
    }

    /** The fleet's lock on this session, or the token of whoever holds it; after 3 s neither, and we mint ourselves. */
    async function leaseOrToken(): Promise<UpstreamToken | { release: () => Promise<void> } | undefined> {
      if (store.acquire === undefined) return undefined
      const giveUpAt = clock.monotonic() + POLL_LIMIT_MS
      for (;;) {
        const release = await store.acquire(keyOf(sessionName), LOCK_MS)
        if (release !== undefined) return { release }
        if (clock.monotonic() >= giveUpAt) return undefined
        await sleep(POLL_MS)
        const token = await stored(sessionName)
        if (isNew(token)) return token
      }
    }

    async function mintAndKeep(): Promise<UpstreamToken> {
      const { accessToken, expiresAtMs } = await request.mint()
      const now = clock.now()
      const token: UpstreamToken = {
        accessToken,
        expiresAtMs,
        freshUntilMs: freshUntil(now, expiresAtMs, chance()),
        renewedAtMs: rejected === undefined ? 0 : now,
      }
      await store.set(keyOf(sessionName), token, { ttlMs: expiresAtMs - now, sinceMs: startedAtMs })
      return token
    }

    let heartbeat: ReturnType<Clock['setTimeout']> | undefined
    const beat = () => {
      flight.beatAtMs = clock.monotonic()
      heartbeat = clock.setTimeout(beat, HEARTBEAT_MS)
    }
    const flight: Flight = {
      beatAtMs: clock.monotonic(),
      outcome: fly()
        .then(
          (token) => ({ token }),
          (error: unknown) => {
            const untilMs = clock.monotonic() + FAILURE_KEPT_MS * (1 + chance())
            failures.set(sessionName, { error, untilMs })
            return { error }
          },
        )
        .finally(() => {
          clock.clearTimeout(heartbeat)
          if (flights.get(sessionName) === flight) flights.delete(sessionName)
        }),
    }
    beat()
    flights.set(sessionName, flight)
    request.waitUntil?.(flight.outcome)
    return flight
  }

  /** The flight's outcome; `undefined` when the flight is dead, as on an edge runtime whose request has ended (F59). */
  async function waitFor(flight: Flight, signal: AbortSignal | undefined) {
    signal?.throwIfAborted()
    let onAbort = () => {}
    const gone = new Promise<never>((_, reject) => {
      onAbort = () => reject(signal?.reason)
    })
    signal?.addEventListener('abort', onAbort)
    try {
      for (;;) {
        const look = sleepable(WAIT_LIMIT_MS)
        try {
          const outcome = await Promise.race([flight.outcome, look.done, gone])
          if (outcome !== undefined) return outcome
        } finally {
          look.cancel()
        }
        if (clock.monotonic() - flight.beatAtMs > 2 * HEARTBEAT_MS) return undefined
      }
    } finally {
      signal?.removeEventListener('abort', onAbort)
    }
  }

  function sleepable(ms: number): { done: Promise<undefined>; cancel: () => void } {
    let timer: ReturnType<Clock['setTimeout']> | undefined
    const done = new Promise<undefined>((resolve) => {
      timer = clock.setTimeout(() => resolve(undefined), ms)
    })
    return { done, cancel: () => clock.clearTimeout(timer) }
  }

  const sleep = (ms: number) => sleepable(ms).done

  async function mintOnce(sessionName: SessionName, request: TokenRequestOptions, rejected: string | undefined) {
    for (;;) {
      const flight = flights.get(sessionName) ?? startFlight(sessionName, request, rejected)
      const outcome = await waitFor(flight, request.signal?.())
      if (outcome !== undefined) {
        if ('token' in outcome) return outcome.token
        throw outcome.error
      }
      if (flights.get(sessionName) === flight) flights.delete(sessionName)
    }
  }

  return {
    async get(sessionName, request) {
      const held = await stored(sessionName)
      const now = clock.now()
      const renews = held !== undefined && request.renew === true && now - held.renewedAtMs >= RENEW_PAUSE_MS
      if (held !== undefined && !renews && now < held.freshUntilMs) return { token: held, source: 'cache' }
      try {
        const failure = failures.get(sessionName)
        if (failure !== undefined && clock.monotonic() < failure.untilMs) throw failure.error
        const token = await mintOnce(sessionName, request, renews ? held.accessToken : undefined)
        return { token, source: 'exchange' }
      } catch (error) {
        const isUpstreamDown = error instanceof ServiceFault && error.code === 'upstream_unavailable'
        const stillValid = held !== undefined && !renews && held.expiresAtMs - clock.now() >= LAST_RESORT_MS
        if (isUpstreamDown && stillValid) return { token: held, source: 'old' }
        throw error
      }
    },
    async drop(sessionName) {
      flights.delete(sessionName)
      failures.delete(sessionName)
      await store.delete(keyOf(sessionName))
    },
    get openFlights() {
      return flights.size
    },
  }
}
