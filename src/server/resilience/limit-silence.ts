import type { Clock } from '../../platform/clock.ts'

/** A limit for how long somebody may be silent. */
export interface SilenceLimit {
  /** They have been heard; from now on they may be silent for so long. */
  broken(limitMs: number): void
  /** Nobody is waited for any longer. */
  end(): void
}

/**
 * Calls `onSilent` once the silence has lasted `limitMs`. One timer that compares times: a new timer for each of a thousand chunks
 * would be slow.
 */
export function limitSilence(clock: Clock, limitMs: number, onSilent: () => void): SilenceLimit {
  let currentMs = limitMs
  let heardAtMs = clock.monotonic()
  let timer = clock.setTimeout(look, limitMs)

  function look(): void {
    const leftMs = heardAtMs + currentMs - clock.monotonic()
    if (leftMs <= 0) onSilent()
    else timer = clock.setTimeout(look, leftMs)
  }

  return {
    broken(nextLimitMs) {
      heardAtMs = clock.monotonic()
      currentMs = nextLimitMs
    },
    end: () => clock.clearTimeout(timer),
  }
}
