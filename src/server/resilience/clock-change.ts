import type { Clock } from '../../platform/clock.ts'

/** Smaller steps are what every reader of a date allows for. */
const SMALLEST_CHANGE_MS = 60_000
/** How long after a change the time from before it still counts. */
const REMEMBERED_MS = 10 * 60_000

/** Notices that the machine's clock was set: wall time moved otherwise than monotonic time. */
export interface ClockChange {
  /** What the clock would say had it not been set in the last 10 minutes; `undefined` where it was not. */
  timeBefore(): number | undefined
}

export function createClockChange(clock: Clock): ClockChange {
  const offset = () => clock.now() - clock.monotonic()
  let known = offset()
  let before: { offset: number; noticedMs: number } | undefined
  return {
    timeBefore() {
      const current = offset()
      const monotonic = clock.monotonic()
      if (Math.abs(current - known) > SMALLEST_CHANGE_MS) before = { offset: known, noticedMs: monotonic }
      known = current
      if (before === undefined || monotonic - before.noticedMs >= REMEMBERED_MS) return undefined
      return monotonic + before.offset
    },
  }
}
