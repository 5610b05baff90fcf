/** A limit on how long something may take, which holds through sleep as well. */
import { CozeChatError } from '../../errors.ts'
import { type Clock, elapsedMs, markInstant } from '../clock.ts'
import type { PageSignals } from '../page/page-signals.ts'
import { abortable, abortError, onAbort } from './abort.ts'

/**
 * Runs `work` with a signal that aborts after `limitMs` milliseconds or with `signal`. Timers stand still while a laptop sleeps,
 * so the elapsed time is checked again whenever the page wakes, where `page` tells of that.
 *
 * @throws CozeChatError `timeout` (retryable) after `limitMs`; the reason of `signal`, or `aborted`, when that aborts; whatever `work` throws
 */
export async function withTimeout<T>(
  limitMs: number,
  signal: AbortSignal,
  { clock, page }: { readonly clock: Clock; readonly page?: PageSignals },
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const ending = new AbortController()
  const since = markInstant(clock)
  const expire = () =>
    ending.abort(new CozeChatError('timeout', `There was no result within ${limitMs / 1000} s.`, { retryable: true }))
  const timer = clock.setTimeout(expire, limitMs)
  const offPage = page?.on((event) => {
    if (event === 'woke' && elapsedMs(since, clock) > limitMs) expire()
  })
  const offSignal = onAbort(signal, () => ending.abort(abortError(signal)))
  try {
    return await abortable(work(ending.signal), ending.signal)
  } finally {
    clock.clearTimeout(timer)
    offPage?.()
    offSignal()
  }
}
