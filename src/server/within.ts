import type { Clock } from '../platform/clock.ts'

/** Runs `work` and gives up on it after `limitMs`; what it settles to later is ignored. */
export async function within<T>(limitMs: number, clock: Clock, work: () => Promise<T>): Promise<T> {
  let timer: ReturnType<Clock['setTimeout']> | undefined
  const tooLate = new Promise<never>((_, reject) => {
    timer = clock.setTimeout(() => reject(new TimeLimitError(limitMs)), limitMs)
  })
  try {
    return await Promise.race([work(), tooLate])
  } finally {
    clock.clearTimeout(timer)
  }
}

export class TimeLimitError extends Error {
  override readonly name = 'TimeLimitError'
  constructor(limitMs: number) {
    super(`no answer within ${limitMs} ms`)
  }
}
