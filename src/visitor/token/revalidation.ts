/**
 * Whether the token at hand may belong to somebody who has left. Only the response to a request that was begun after the last doubt
 * settles it, and there are few requests of this kind, because any script of the origin can raise a doubt (T22).
 */
import { type Clock, elapsedMs, type Instant, markInstant } from '../../platform/clock.ts'

/** So many requests are made in so long a time only to revalidate. They may follow one another at once, as after a logout elsewhere. */
const MOST = 3
const WINDOW_MS = 15_000

export interface Revalidation {
  readonly due: boolean
  /** Milliseconds until the next request for it may be made; 0 where none is due. */
  pauseMs(): number
  demand(): void
  /** To be called when a token request begins. Returns the number to be passed to `settle`. */
  begin(): number
  /** The request that began with this number has been responded to. */
  settle(answered: number): void
}

export function createRevalidation(clock: Clock): Revalidation {
  let requested = 0
  let settled = 0
  /** The last of them, the newest first. */
  let begun: readonly Instant[] = []
  const due = () => settled < requested
  return {
    get due() {
      return due()
    },
    pauseMs() {
      const oldest = begun[MOST - 1]
      return due() && oldest ? Math.max(0, WINDOW_MS - elapsedMs(oldest, clock)) : 0
    },
    demand() {
      requested++
    },
    begin() {
      if (due()) begun = [markInstant(clock), ...begun].slice(0, MOST)
      return requested
    },
    settle(answered) {
      settled = Math.max(settled, answered)
    },
  }
}
