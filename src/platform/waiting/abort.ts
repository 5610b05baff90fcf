/** Waiting that a signal can end. None of these functions leaves a timer or a listener behind. */
import { CozeChatError, isCozeChatError } from '../../errors.ts'
import type { Clock, TimerHandle } from '../clock.ts'

/** What an aborted wait rejects with: the signal's own reason if that is an error of this package, else a `CozeChatError` `aborted`. */
export function abortError({ reason }: AbortSignal): CozeChatError {
  return isCozeChatError(reason) ? reason : new CozeChatError('aborted', 'The call was stopped.', { cause: reason })
}

/** Calls back once when the signal aborts, at once if it already has. Returns an unsubscribe function. */
export function onAbort(signal: AbortSignal, callback: () => void): () => void {
  if (signal.aborted) callback()
  else signal.addEventListener('abort', callback, { once: true })
  return () => signal.removeEventListener('abort', callback)
}

/**
 * Waits for `work` until the signal aborts; the work itself goes on.
 * @throws CozeChatError see `abortError`; whatever `work` throws
 */
export function abortable<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return work
  return new Promise<T>((resolve, reject) => {
    const off = onAbort(signal, () => reject(abortError(signal)))
    work.then(resolve, reject).finally(off)
  })
}

/**
 * Resolves after `delayMs` milliseconds.
 * @throws CozeChatError see `abortError`
 */
export function wait(clock: Clock, delayMs: number, signal: AbortSignal): Promise<void> {
  let timer: TimerHandle | undefined
  const elapsed = new Promise<void>((resolve) => {
    timer = clock.setTimeout(resolve, delayMs)
  })
  return abortable(elapsed, signal).finally(() => clock.clearTimeout(timer))
}
