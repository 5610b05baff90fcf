import type { Clock } from '../../platform/clock.ts'

/**
 * Waits for `work`, at most `limitMs`. What the work settles to after that is ignored.
 * @param work gets a signal that aborts when the time is over, for work that can be stopped.
 * @throws TimeLimitError when the time is over; otherwise whatever the work throws.
 */
export async function withTimeout<T>(
  limitMs: number,
  clock: Clock,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const abort = new AbortController()
  let timer: ReturnType<Clock['setTimeout']> | undefined
  const timeIsOver = new Promise<never>((_, reject) => {
    const expire = () => {
      reject(new TimeLimitError(limitMs))
      abort.abort()
    }
    // A process that stood still meets its timers before it reads what arrived meanwhile, and that was in time.
    timer = clock.setTimeout(() => {
      timer = clock.setTimeout(expire, 0)
    }, limitMs)
  })
  try {
    return await Promise.race([work(abort.signal), timeIsOver])
  } finally {
    clock.clearTimeout(timer)
  }
}

export class TimeLimitError extends Error {
  override readonly name = 'TimeLimitError'
  constructor(limitMs: number) {
    super(`The work did not finish within ${limitMs} ms.`)
  }
}
