/** The pause after a failed token request: it grows with each failure in a row, and lasts at least as long as the server asked for. */
import type { CozeChatError } from '../../errors.ts'
import { type Clock, elapsedMs, type Instant, markInstant } from '../../platform/clock.ts'
import { backoffMs } from './refresh-schedule.ts'

export interface RetryPause {
  /** Milliseconds until the next try; 0: now. */
  remainingMs(): number
  /** Undefined if there was no failure, or a success since. */
  readonly lastError: CozeChatError | undefined
  failed(error: CozeChatError): void
  succeeded(): void
  /** Ends a pause of our own making, but none that the server asked for. */
  cutShort(): void
}

export function createRetryPause(clock: Clock, randomFraction: () => number): RetryPause {
  let failures = 0
  let lastError: CozeChatError | undefined
  let pause: { readonly since: Instant; readonly lengthMs: number; readonly ordered: boolean } | undefined
  return {
    remainingMs: () => (pause ? Math.max(0, pause.lengthMs - elapsedMs(pause.since, clock)) : 0),
    get lastError() {
      return lastError
    },
    failed(error) {
      const { retryAfterMs = 0 } = error
      const lengthMs = backoffMs(failures, randomFraction(), retryAfterMs)
      pause = { since: markInstant(clock), lengthMs, ordered: retryAfterMs > 0 }
      failures++
      lastError = error
    },
    succeeded() {
      failures = 0
      lastError = undefined
      pause = undefined
    },
    cutShort() {
      if (pause?.ordered === false) pause = undefined
    },
  }
}
