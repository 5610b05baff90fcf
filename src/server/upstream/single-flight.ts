import type { Clock } from '../../platform/clock.ts'
import { TimeLimitError, withTimeout } from '../resilience/with-timeout.ts'

/** How often a waiting caller checks that the work it waits for is still alive. */
const CHECK_MS = 3_000
const HEARTBEAT_MS = 1_000

/** Runs the work of one key once, however many callers ask for it at the same time. */
export interface SingleFlight<Key, Value> {
  /**
   * Starts `work` unless work for this key is open, and waits for the outcome of whichever runs.
   * @param options.signal ends the wait of this caller only. It is asked for only by a caller that waits.
   * @throws whatever the work throws, or the reason of the signal
   */
  run(key: Key, work: () => Promise<Value>, options: FlightOptions): Promise<Value>
  /** Later callers start work of their own; those that wait still get the outcome. */
  forget(key: Key): void
  readonly size: number
}

export interface FlightOptions {
  signal?: (() => AbortSignal | undefined) | undefined
  /** Keeps the runtime alive until the work has ended. */
  waitUntil?: ((promise: Promise<unknown>) => void) | undefined
}

interface Flight<Value> {
  outcome: Promise<{ value: Value } | { error: unknown }>
  /** Monotonic time of the last heartbeat. */
  lastHeartbeatMs: number
}

export function createSingleFlight<Key, Value>(clock: Clock): SingleFlight<Key, Value> {
  const flights = new Map<Key, Flight<Value>>()

  function start(key: Key, work: () => Promise<Value>): Flight<Value> {
    let timer: ReturnType<Clock['setTimeout']> | undefined
    const beat = () => {
      flight.lastHeartbeatMs = clock.monotonic()
      timer = clock.setTimeout(beat, HEARTBEAT_MS)
    }
    const flight: Flight<Value> = {
      lastHeartbeatMs: clock.monotonic(),
      outcome: work()
        .then(
          (value) => ({ value }),
          (error: unknown) => ({ error }),
        )
        .finally(() => {
          clock.clearTimeout(timer)
          if (flights.get(key) === flight) flights.delete(key)
        }),
    }
    beat()
    flights.set(key, flight)
    return flight
  }

  /** The outcome, or `undefined` for work that is dead: an edge runtime stops it when the request that began it ends (F59). */
  async function waitFor(flight: Flight<Value>, signal: AbortSignal | undefined) {
    signal?.throwIfAborted()
    let onAbort = () => {}
    const aborted = new Promise<never>((_, reject) => {
      onAbort = () => reject(signal?.reason)
    })
    signal?.addEventListener('abort', onAbort)
    try {
      for (;;) {
        try {
          return await withTimeout(CHECK_MS, clock, () => Promise.race([flight.outcome, aborted]))
        } catch (error) {
          if (!(error instanceof TimeLimitError)) throw error
        }
        if (clock.monotonic() - flight.lastHeartbeatMs > 2 * HEARTBEAT_MS) return undefined
      }
    } finally {
      signal?.removeEventListener('abort', onAbort)
    }
  }

  return {
    async run(key, work, { signal, waitUntil }) {
      for (;;) {
        let flight = flights.get(key)
        if (flight === undefined) {
          flight = start(key, work)
          waitUntil?.(flight.outcome)
        }
        const outcome = await waitFor(flight, signal?.())
        if (outcome !== undefined) {
          if ('value' in outcome) return outcome.value
          throw outcome.error
        }
        if (flights.get(key) === flight) flights.delete(key)
      }
    },
    forget: (key) => void flights.delete(key),
    get size() {
      return flights.size
    },
  }
}
