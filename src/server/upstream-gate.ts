import PQueue from 'p-queue'
import type { Clock } from '../platform/clock.ts'
import { ServiceFault } from './service-fault.ts'

export interface UpstreamGate {
  /** @throws ServiceFault `upstream_unavailable` when the queue is full or the turn did not come in time. */
  run<T>(task: () => Promise<T>): Promise<T>
}

/** Keeps a herd from becoming upstream's problem: few calls at once, a short queue, then an honest 503. */
export function createUpstreamGate(options: {
  clock: Clock
  /** Calls open at once. Default 32. */
  concurrency?: number | undefined
  /** Calls that may wait for their turn. Default 1,024. */
  maxWaiting?: number | undefined
  /** Longest wait for a turn. Default 5,000. */
  maxWaitMs?: number | undefined
}): UpstreamGate {
  const { clock, concurrency = 32, maxWaiting = 1_024, maxWaitMs = 5_000 } = options
  const queue = new PQueue({ concurrency })
  const busy = () => new ServiceFault('upstream_unavailable', { retryAfterSeconds: 2 })
  return {
    async run(task) {
      // A turn that comes at once needs no limit.
      if (queue.pending < concurrency) return queue.add(task)
      if (queue.size >= maxWaiting) throw busy()
      const waiting = new AbortController()
      const timer = clock.setTimeout(() => waiting.abort(busy()), maxWaitMs)
      try {
        return await queue.add(
          () => {
            clock.clearTimeout(timer)
            return task()
          },
          { signal: waiting.signal },
        )
      } finally {
        clock.clearTimeout(timer)
      }
    },
  }
}
