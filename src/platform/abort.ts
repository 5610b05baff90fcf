/** Ways to stop waiting: each of them leaves neither a timer nor a listener behind. */
import { CozeChatError, isCozeChatError } from '../errors.ts'
import type { Clock, TimerHandle } from './clock.ts'

/** What an aborted wait rejects with: the signal's own reason where that is an error of ours, else `aborted`. */
export function abortError({ reason }: AbortSignal): CozeChatError {
  return isCozeChatError(reason) ? reason : new CozeChatError('aborted', 'stopped', { cause: reason })
}

/** Calls back once when the signal aborts, at once if it already has; answers the way to stop listening. */
export function onAbort(signal: AbortSignal, callback: () => void): () => void {
  if (signal.aborted) callback()
  else signal.addEventListener('abort', callback, { once: true })
  return () => signal.removeEventListener('abort', callback)
}

/** Waits for `work` only as long as the signal allows; the work itself goes on. */
export function abortable<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return work
  return new Promise<T>((resolve, reject) => {
    const off = onAbort(signal, () => reject(abortError(signal)))
    work.then(resolve, reject).finally(off)
  })
}

export function wait(clock: Clock, delayMs: number, signal: AbortSignal): Promise<void> {
  let timer: TimerHandle | undefined
  const elapsed = new Promise<void>((resolve) => {
    timer = clock.setTimeout(resolve, delayMs)
  })
  return abortable(elapsed, signal).finally(() => clock.clearTimeout(timer))
}
