/** A pause between two looks at the server. */
import type { Clock } from '../../platform/clock.ts'
import type { Connection } from '../connection.ts'

/** Ends early when the network comes back, or when nobody waits any more. */
export type Pause = (signal: AbortSignal, ms: number) => Promise<void>

export function createPause(clock: Clock, connection: Connection | undefined): Pause {
  return (signal, ms) =>
    new Promise((resolve) => {
      const end = () => {
        clock.clearTimeout(timer)
        stopListening?.()
        signal.removeEventListener('abort', end)
        resolve()
      }
      const timer = clock.setTimeout(end, ms)
      const stopListening = connection?.onOnline(end)
      signal.addEventListener('abort', end)
      if (signal.aborted) end()
    })
}
