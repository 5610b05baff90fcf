/** A closed chat rests after a while: its tokens are no longer renewed ahead, but only when one is asked for. */
import type { Clock, TimerHandle } from '../platform/clock.ts'

/** How long a closed chat keeps its token fresh, in milliseconds. */
export const REST_AFTER_MS = 5 * 60_000

export interface Rest {
  readonly isResting: boolean
  /** @param watched whether the chat is open */
  setWatched(watched: boolean): void
  /** Leaves no timer. */
  stop(): void
}

export function createRest(clock: Clock, onRest: () => void, onWake: () => void): Rest {
  let isResting = false
  let timer: TimerHandle | undefined

  function rest(): void {
    isResting = true
    onRest()
  }

  const stop = () => clock.clearTimeout(timer)
  return {
    get isResting() {
      return isResting
    },
    setWatched(watched) {
      stop()
      if (!watched) timer = clock.setTimeout(rest, REST_AFTER_MS)
      else if (isResting) {
        isResting = false
        onWake()
      }
    },
    stop,
  }
}
