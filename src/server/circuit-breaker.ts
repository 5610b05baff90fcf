import type { Clock } from '../platform/clock.ts'

export interface CircuitBreaker {
  /** Whether a call may go out now. After the pause one call goes out as a probe; the others wait for its outcome. */
  allows(): boolean
  succeeded(): void
  failed(): void
  /** Milliseconds until the next probe, 0 while calls go out. */
  pausedForMs(): number
}

/** After `threshold` failures in a row nothing is sent for `pauseMs`, so a dead neighbour costs nobody any waiting. */
export function createCircuitBreaker(options: {
  clock: Clock
  threshold: number
  pauseMs: number
  onChange?: (open: boolean) => void
}): CircuitBreaker {
  const { clock, threshold, pauseMs, onChange } = options
  let failures = 0
  let nextProbeAt = 0
  return {
    allows() {
      if (failures < threshold) return true
      if (clock.monotonic() < nextProbeAt) return false
      nextProbeAt = clock.monotonic() + pauseMs
      return true
    },
    succeeded() {
      const wasOpen = failures >= threshold
      failures = 0
      if (wasOpen) onChange?.(false)
    },
    failed() {
      failures++
      if (failures < threshold) return
      nextProbeAt = clock.monotonic() + pauseMs
      if (failures === threshold) onChange?.(true)
    },
    pausedForMs: () => (failures < threshold ? 0 : Math.max(0, nextProbeAt - clock.monotonic())),
  }
}
