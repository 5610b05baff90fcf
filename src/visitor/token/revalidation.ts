/**
 * Whether the token at hand may belong to somebody who has left. Only the response to a request that was begun after the last doubt
 * settles it, and there are few requests of this kind, because any script of the origin can raise a doubt (T22).
 */
import { type Clock, elapsedMs, type Instant, markInstant } from '../../platform/clock.ts'

/** In any time as long as this, two requests are made only to revalidate: after a logout elsewhere one is asked soon after another. */
const WINDOW_MS = 10_000

export interface Revalidation {
  readonly due: boolean
  /** Milliseconds until the next request for it may be made; 0 where none is due. */
  pauseMs(): number
  demand(): void
  /** To be called when a token request begins. Returns the number to be passed to `settle`. */
  begin(): number
  /** The request that began with this number has been responded to. */
  settle(begun: number): void
}

export function createRevalidation(clock: Clock): Revalidation {
  let requested = 0
  let settled = 0
  let lastBegun: Instant | undefined
  let begunBefore: Instant | undefined
  const due = () => settled < requested
  return {
    get due() {
      return due()
    },
    pauseMs: () => (due() && begunBefore ? Math.max(0, WINDOW_MS - elapsedMs(begunBefore, clock)) : 0),
    demand() {
      requested++
    },
    begin() {
      if (due()) {
        begunBefore = lastBegun
        lastBegun = markInstant(clock)
      }
      return requested
    },
    settle(begun) {
      settled = Math.max(settled, begun)
    },
  }
}
