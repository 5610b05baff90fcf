import type { Clock } from '../../platform/clock.ts'
import { withTimeout } from '../resilience/with-timeout.ts'

const DRAIN_LIMIT_MS = 5_000

/** Counts the requests that are being responded to, so that the service can close without breaking them off. */
export interface OpenRequests {
  readonly isDraining: boolean
  started(): void
  ended(): void
  /** Waits up to 5 s until no request is open. `isDraining` is true from then on. */
  drain(): Promise<void>
}

export function createOpenRequests(clock: Clock): OpenRequests {
  let open = 0
  let isDraining = false
  let onLastEnded = () => {}
  return {
    get isDraining() {
      return isDraining
    },
    started() {
      open++
    },
    ended() {
      open--
      if (open === 0) onLastEnded()
    },
    async drain() {
      isDraining = true
      if (open === 0) return
      const lastEnded = new Promise<void>((resolve) => {
        onLastEnded = resolve
      })
      await withTimeout(DRAIN_LIMIT_MS, clock, () => lastEnded).catch(() => undefined)
    },
  }
}
