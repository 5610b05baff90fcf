import { errors, type JWTVerifyGetKey } from 'jose'
import { type Clock, elapsedMs, type Instant, markInstant } from '../../../platform/clock.ts'
import type { ServiceEvent } from '../../operations/events.ts'
import { failureName, SupplierOutage } from '../../resilience/at-fault.ts'
import { withTimeout } from '../../resilience/with-timeout.ts'
import { downloadKeySet, type PickKey } from './download-key-set.ts'
import { createKeySetReport } from './key-set-report.ts'

/** For this long the keys are used without asking again. */
const FRESH_MS = 10 * 60_000
/** For this long they serve on while the site's key set cannot be fetched. */
const STALE_MS = 24 * 60 * 60_000
/** A token with an unknown `kid` may be one of a new key. Anybody can send one, so that is asked this often at most. */
const UNKNOWN_KID_MS = 30_000
/** After a failed fetch: doubled with each failure in a row. Short at its longest, because users wait until the keys are back. */
const FIRST_PAUSE_MS = 500
const LONGEST_PAUSE_MS = 1_500
/** Below the limit of `identify`, so that the event names the key set. */
const FETCH_LIMIT_MS = 2_500

export interface RemoteKeySet {
  /**
   * The key for a token.
   * @throws SupplierOutage while nobody can tell whether the site has such a key @throws JOSEError when it has none
   */
  keyFor: JWTVerifyGetKey
  /** Where events go from now on; until then trouble is written to the console. */
  report(listener: (event: ServiceEvent) => void): void
  /** Tries again in the background if the last fetch failed: whoever asks how the service is wants to know how it is now. */
  retry(): void
}

/** A fetch that failed. */
interface Failure {
  readonly outage: SupplierOutage
  readonly at: Instant
  /** Failures in a row, this one included. */
  readonly count: number
}

/**
 * The site's public keys at an address (JWKS, RFC 7517). What the address does wrong is an outage of the site and never a reason
 * to refuse a user (T26): keys that were there once serve on for up to 24 h. One fetch at a time, with pauses after failures.
 */
export function createRemoteKeySet(url: URL, options: { clock: Clock; fetch: typeof globalThis.fetch }): RemoteKeySet {
  const { clock, fetch } = options
  const host = url.host
  const report = createKeySetReport(host)
  let held: { pick: PickKey; at: Instant } | undefined
  let fetching: Promise<void> | undefined
  /** Of the last fetch. */
  let failure: Failure | undefined

  const ageMs = () => (held === undefined ? Number.POSITIVE_INFINITY : elapsedMs(held.at, clock))
  const isPaused = () => failure !== undefined && elapsedMs(failure.at, clock) < pauseMsAfter(failure.count)

  async function fetchKeys(): Promise<void> {
    try {
      const pick = await withTimeout(FETCH_LIMIT_MS, clock, (signal) =>
        downloadKeySet(url, { fetch, clock, limitMs: FETCH_LIMIT_MS, signal }),
      )
      held = { pick, at: markInstant(clock) }
      failure = undefined
      report.enter('reachable')
    } catch (error) {
      const outage = error instanceof SupplierOutage ? error : outageOf(host, failureName(error), error)
      failure = { outage, at: markInstant(clock), count: (failure?.count ?? 0) + 1 }
      report.enter(ageMs() < STALE_MS ? 'stale' : 'unreachable', outage.reason)
    }
  }

  /** One fetch for all who wait; none during a pause. Never rejects. */
  function refresh(): Promise<void> {
    if (fetching === undefined && isPaused()) return Promise.resolve()
    fetching ??= fetchKeys().finally(() => {
      fetching = undefined
    })
    return fetching
  }

  /** The keys of the last 10 minutes, or else of the last 24 h. */
  async function currentKeys(): Promise<PickKey> {
    if (ageMs() >= FRESH_MS) {
      const refreshed = refresh()
      // While there are keys that may still be used, nobody waits for a key set that has failed before.
      if (failure === undefined || ageMs() >= STALE_MS) await refreshed
    }
    if (held !== undefined && ageMs() < STALE_MS) return held.pick
    throw failure?.outage ?? outageOf(host, 'never_fetched')
  }

  return {
    async keyFor(header, token) {
      const key = await pickKey(await currentKeys(), host, header, token)
      if (!(key instanceof errors.JWKSNoMatchingKey)) return key
      if (ageMs() >= UNKNOWN_KID_MS) await refresh()
      // A site that cannot be asked may have this key by now.
      if (failure !== undefined) throw failure.outage
      const newKey = await pickKey(await currentKeys(), host, header, token)
      if (newKey instanceof errors.JWKSNoMatchingKey) throw newKey
      return newKey
    },
    retry() {
      if (failure !== undefined) void refresh()
    },
    report: report.listen,
  }
}

function pauseMsAfter(failures: number): number {
  return Math.min(FIRST_PAUSE_MS * 2 ** (failures - 1), LONGEST_PAUSE_MS)
}

/** @returns the error that says so where the token names no key, or none of these */
async function pickKey(pick: PickKey, host: string, ...named: Parameters<JWTVerifyGetKey>) {
  try {
    return await pick(...named)
  } catch (error) {
    if (error instanceof errors.JWKSMultipleMatchingKeys) throw error
    if (error instanceof errors.JWKSNoMatchingKey) return error
    // A key that cannot be read.
    throw outageOf(host, 'unusable_key', error)
  }
}

function outageOf(host: string, reason: string, cause?: unknown): SupplierOutage {
  return new SupplierOutage('key_set', { host, reason, cause })
}
