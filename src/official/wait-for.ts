import { CozeChatError } from '../errors.ts'
import type { Clock, TimerHandle } from '../platform/clock.ts'

export interface WaitLimits {
  clock: Clock
  /** Default: none. */
  limitMs?: number
  signal: AbortSignal
}

/** Waits for `work` no longer than `limitMs` and than `signal` allows; leaves neither timer nor listener behind. */
export function waitFor<T>(work: Promise<T>, { clock, limitMs, signal }: WaitLimits): Promise<T> {
  let timer: TimerHandle | undefined
  let stop = () => {}
  const limits = new Promise<never>((_, reject) => {
    stop = () => reject(new CozeChatError('aborted', 'The official chat was closed before it was ready.'))
    if (limitMs !== undefined) {
      timer = clock.setTimeout(
        () => reject(new CozeChatError('timeout', `No answer within ${limitMs} ms.`, { retryable: true })),
        limitMs,
      )
    }
    if (signal.aborted) stop()
    else signal.addEventListener('abort', stop)
  })
  return Promise.race([work, limits]).finally(() => {
    clock.clearTimeout(timer)
    signal.removeEventListener('abort', stop)
  })
}
