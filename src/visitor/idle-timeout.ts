/** A chat that stays closed becomes idle: its tokens are no longer renewed ahead, but only when one is asked for. */
import type { Clock, TimerHandle } from '../platform/clock.ts'

/** How long a closed chat keeps its token fresh, in milliseconds. */
const IDLE_AFTER_MS = 5 * 60_000

export interface IdleTimeout {
  readonly isIdle: boolean
  /** @param watched whether the chat is open */
  setWatched(watched: boolean): void
  /** Leaves no timer. */
  stop(): void
}

export function createIdleTimeout(clock: Clock, onIdle: () => void, onWake: () => void): IdleTimeout {
  let isIdle = false
  let timer: TimerHandle | undefined

  function becomeIdle(): void {
    isIdle = true
    onIdle()
  }

  const stop = () => clock.clearTimeout(timer)
  return {
    get isIdle() {
      return isIdle
    },
    setWatched(watched) {
      stop()
      if (!watched) timer = clock.setTimeout(becomeIdle, IDLE_AFTER_MS)
      else if (isIdle) {
        isIdle = false
        onWake()
      }
    },
    stop,
  }
}
