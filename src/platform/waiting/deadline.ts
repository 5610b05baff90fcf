import type { Clock, TimerHandle } from '../clock.ts'

/** A moment that is put off again and again. */
export interface Deadline {
  /** Milliseconds from now on. */
  set(delayMs: number): void
  clear(): void
}

/**
 * Putting it off costs no timer: the one that runs looks at its end how much is left. An answer of 2,000 pieces would otherwise start
 * 2,000 of them.
 */
export function createDeadline(clock: Clock, callback: () => void): Deadline {
  let timer: TimerHandle | undefined
  let dueAt = 0
  let timerAt = 0

  function start(delayMs: number): void {
    timerAt = clock.monotonic() + delayMs
    timer = clock.setTimeout(() => {
      timer = undefined
      const left = dueAt - clock.monotonic()
      if (left > 0) start(left)
      else callback()
    }, delayMs)
  }

  function clear(): void {
    clock.clearTimeout(timer)
    timer = undefined
  }

  return {
    set(delayMs) {
      dueAt = clock.monotonic() + delayMs
      if (timer !== undefined && timerAt <= dueAt) return
      clear()
      start(delayMs)
    },
    clear,
  }
}
