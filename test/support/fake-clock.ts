import type { Clock, TimerHandle } from '../../src/platform/clock.ts'

/** A clock that the test moves: wall time, monotonic time and timers can move together or apart. */
export interface FakeClock extends Clock {
  /** Moves both clocks on and runs the timers that fall due, in order, letting promises settle in between. */
  advance(ms: number): Promise<void>
  /** Moves the wall clock alone, as somebody does who sets the time of their computer. */
  jumpWall(ms: number): void
  /** Moves the wall clock while no timer runs: the laptop slept. `monotonicToo` for platforms whose monotonic clock counts sleep. */
  sleep(ms: number, monotonicToo?: boolean): void
  /** Number of timers still pending. */
  readonly pending: number
}

/** @param chunksLoaded waits for files under way, where the code under test imports some when it needs them. */
export function createFakeClock(startMs = 1_790_000_000_000, chunksLoaded?: () => Promise<void>): FakeClock {
  let wall = startMs
  let monotonic = 0
  let timerTime = 0
  let nextId = 1
  const timers = new Map<number, { at: number; callback: () => void }>()
  const settle = async () => {
    for (let i = 0; i < 25; i++) await Promise.resolve()
    if (!chunksLoaded) return
    await chunksLoaded()
    for (let i = 0; i < 25; i++) await Promise.resolve()
  }
  return {
    now: () => wall,
    monotonic: () => monotonic,
    setTimeout(callback, delayMs) {
      const id = nextId++
      timers.set(id, { at: timerTime + Math.max(0, delayMs), callback })
      return id as unknown as TimerHandle
    },
    clearTimeout(handle) {
      timers.delete(handle as unknown as number)
    },
    async advance(ms) {
      const end = timerTime + ms
      await settle()
      for (;;) {
        let due: { id: number; at: number; callback: () => void } | undefined
        for (const [id, timer] of timers) {
          if (timer.at <= end && (due === undefined || timer.at < due.at)) due = { id, ...timer }
        }
        if (due === undefined) break
        timers.delete(due.id)
        const step = due.at - timerTime
        timerTime = due.at
        wall += step
        monotonic += step
        due.callback()
        await settle()
      }
      const rest = end - timerTime
      timerTime = end
      wall += rest
      monotonic += rest
      await settle()
    },
    jumpWall(ms) {
      wall += ms
    },
    sleep(ms, monotonicToo = false) {
      wall += ms
      if (monotonicToo) monotonic += ms
    },
    get pending() {
      return timers.size
    },
  }
}
