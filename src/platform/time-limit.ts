/** A limit on how long something may take, which holds through sleep as well. */
import { CozeChatError } from '../errors.ts'
import { abortable, abortError, onAbort } from './abort.ts'
import { type Clock, elapsedMs, markInstant } from './clock.ts'
import type { PageSignals } from './page-signals.ts'

/**
 * Runs `work` with a signal that ends after `limitMs` or with `signal`. Timers stand still while a laptop sleeps,
 * so the time is looked at again when the page wakes.
 * @throws `timeout`
 */
export async function withTimeLimit<T>(
  limitMs: number,
  signal: AbortSignal,
  world: { readonly clock: Clock; readonly page: PageSignals },
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const { clock, page } = world
  const ending = new AbortController()
  const since = markInstant(clock)
  const expire = () => ending.abort(new CozeChatError('timeout', `${limitMs / 1000} s`, { retryable: true }))
  const timer = clock.setTimeout(expire, limitMs)
  const offPage = page.on((event) => {
    if (event === 'woke' && elapsedMs(since, clock) > limitMs) expire()
  })
  const offSignal = onAbort(signal, () => ending.abort(abortError(signal)))
  try {
    return await abortable(work(ending.signal), ending.signal)
  } finally {
    clock.clearTimeout(timer)
    offPage()
    offSignal()
  }
}
