import { LRUCache } from 'lru-cache'
import type { Clock } from '../../platform/clock.ts'
import { ServiceError } from '../http/service-error.ts'
import type { SessionName } from '../identity/session-name.ts'

/** Exchanges that failed a moment ago: further requests of the session get the same error instead of another try (F58). */
export interface RecentFailures {
  remember(sessionName: SessionName, error: unknown): void
  /** @throws the error of a moment ago, if there is one */
  rethrow(sessionName: SessionName): void
  forget(sessionName: SessionName): void
  /** Coze is back: nobody else need wait out what is remembered of its failures. */
  forgetOutages(): void
}

/** At least; at most twice as long. */
const KEPT_MS = 1_000
const MAX_FAILURES = 10_000

/** @param options.chance returns a random number from 0 to 1 */
export function createRecentFailures({ clock, chance }: { clock: Clock; chance: () => number }): RecentFailures {
  const failures = new LRUCache<SessionName, { error: unknown; untilMs: number }>({ max: MAX_FAILURES })
  return {
    remember(sessionName, error) {
      failures.set(sessionName, { error, untilMs: clock.monotonic() + KEPT_MS * (1 + chance()) })
    },
    rethrow(sessionName) {
      const failure = failures.get(sessionName)
      if (failure !== undefined && clock.monotonic() < failure.untilMs) throw failure.error
    },
    forget(sessionName) {
      failures.delete(sessionName)
    },
    forgetOutages() {
      for (const [name, { error }] of [...failures]) if (isUpstreamDown(error)) failures.delete(name)
    },
  }
}

function isUpstreamDown(error: unknown): boolean {
  return error instanceof ServiceError && error.code === 'upstream_unavailable'
}
