/** The time that one call of the Open API may take. It ends with its caller's patience, too. */
import { CozeChatError, isCozeChatError } from '../errors.ts'
import type { Clock } from '../platform/clock.ts'
import { createDeadline } from '../platform/waiting/deadline.ts'
import { createLinkedAbort } from '../platform/waiting/linked-abort.ts'

export interface CallDeadline {
  /** Aborts with the caller's, or when the time is up. */
  readonly signal: AbortSignal
  restart(limitMs: number): void
  /** Leaves neither a timer nor a listener. */
  end(): void
  /** Why it failed: its caller left, it took too long, or the connection broke. */
  explain(cause: unknown, code: 'network' | 'interrupted'): CozeChatError
}

export function startCallDeadline(caller: AbortSignal, limitMs: number, clock: Clock): CallDeadline {
  const { signal, abort, unlink } = createLinkedAbort(caller)
  const deadline = createDeadline(clock, abort)
  deadline.set(limitMs)
  return {
    signal,
    restart: deadline.set,
    end() {
      deadline.clear()
      unlink()
    },
    explain(cause, code) {
      if (isCozeChatError(cause)) return cause
      if (caller.aborted) return new CozeChatError('aborted', 'The call was stopped by its caller.', { cause })
      return signal.aborted
        ? new CozeChatError('timeout', 'Coze did not answer in time.', { retryable: true, cause })
        : new CozeChatError(code, 'The connection to Coze failed.', { retryable: true, cause })
    },
  }
}
