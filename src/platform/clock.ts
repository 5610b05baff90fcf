/** Time, as a value that tests replace. The globals are looked up at each call, because a page may replace them too. */

export type TimerHandle = ReturnType<typeof globalThis.setTimeout>

export interface Clock {
  /** Wall clock, milliseconds since the epoch; may jump. */
  now(): number
  /** Milliseconds since some fixed moment; never goes back, may stand still while the machine sleeps. */
  monotonic(): number
  setTimeout(callback: () => void, delayMs: number): TimerHandle
  clearTimeout(handle: TimerHandle | undefined): void
}

// A variable of the page by that name takes the place of the browser's object (F54). What is left then may jump.
export const monotonic = (): number => globalThis.performance?.now?.() ?? Date.now()

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic,
  setTimeout: (callback, delayMs) => globalThis.setTimeout(callback, delayMs),
  clearTimeout: (handle) => globalThis.clearTimeout(handle),
}

/** A moment on both clocks, in milliseconds, to measure from. */
export interface Instant {
  readonly wallMs: number
  readonly monotonicMs: number
}

export function markInstant(clock: Clock): Instant {
  return { wallMs: clock.now(), monotonicMs: clock.monotonic() }
}

/** Milliseconds since then, by the clock that says more: monotonic time may stand still during sleep, wall time may be set back. Never negative. */
export function elapsedMs(since: Instant, clock: Clock): number {
  return Math.max(0, clock.now() - since.wallMs, clock.monotonic() - since.monotonicMs)
}
