import type { Clock } from '../../platform/clock.ts'

/** Smaller steps are what every reader of a date allows for. */
const SMALLEST_CHANGE_MS = 60_000
/** How long after a change the time from before it still counts. */
const REMEMBERED_MS = 10 * 60_000
/** Of a clock that is set again and again. */
const MAX_CHANGES = 8

/** Notices that the machine's clock was set: wall time moved otherwise than monotonic time. */
export interface ClockChange {
  /** What the clock would say had it not been set in the last 10 minutes, one time for each setting, the latest first. */
  timesBefore(): readonly number[]
}

export function createClockChange(clock: Clock): ClockChange {
  const offset = () => clock.now() - clock.monotonic()
  let known = offset()
  let before: { offset: number; noticedMs: number }[] = []
  return {
    timesBefore() {
      const current = offset()
      const monotonic = clock.monotonic()
      if (Math.abs(current - known) > SMALLEST_CHANGE_MS) before.unshift({ offset: known, noticedMs: monotonic })
      known = current
      before = before.filter(({ noticedMs }) => monotonic - noticedMs < REMEMBERED_MS).slice(0, MAX_CHANGES)
      return before.map((change) => monotonic + change.offset)
    },
  }
}
