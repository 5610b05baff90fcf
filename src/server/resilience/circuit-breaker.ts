import type { Clock } from '../../platform/clock.ts'

/** Stops calls to another service (Coze or Redis) that keeps failing. The caller reports how each call ended. */
export interface CircuitBreaker {
  /** Whether a call may go out now. After a pause one call goes out as a probe; the others stay refused until it ends. */
  allows(): boolean
  succeeded(): void
  failed(): void
  /** Whether the last calls failed, and none has succeeded since. */
  readonly isOpen: boolean
  /** Milliseconds until the next probe; 0 while calls may go out. */
  pausedForMs(): number
}

/**
 * After `threshold` failures in a row no call goes out for `pauseMs`, so that nobody waits for a service that is down.
 * @param options.onChange is called with `true` when the calls stop and with `false` when one succeeds again.
 */
export function createCircuitBreaker(options: {
  clock: Clock
  threshold: number
  pauseMs: number
  onChange?: (open: boolean) => void
}): CircuitBreaker {
  const { clock, threshold, pauseMs, onChange } = options
  let failures = 0
  let nextProbeAtMs = 0
  return {
    allows() {
      if (failures < threshold) return true
      if (clock.monotonic() < nextProbeAtMs) return false
      nextProbeAtMs = clock.monotonic() + pauseMs
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
      nextProbeAtMs = clock.monotonic() + pauseMs
      if (failures === threshold) onChange?.(true)
    },
    get isOpen() {
      return failures >= threshold
    },
    pausedForMs: () => (failures < threshold ? 0 : Math.max(0, nextProbeAtMs - clock.monotonic())),
  }
}
