import PQueue from 'p-queue'
import type { Clock } from '../../platform/clock.ts'
import { ServiceError } from '../http/service-error.ts'

export interface UpstreamGate {
  /**
   * Runs the task at once or when its turn comes.
   * @throws ServiceError `upstream_unavailable` when the queue is full or the turn does not come in time
   */
  run<T>(task: () => Promise<T>): Promise<T>
}

/** Limits how many requests go to Coze at once, however many visitors arrive together. */
export function createUpstreamGate(options: {
  clock: Clock
  /** Tasks that run at once. Default 32. */
  concurrency?: number | undefined
  /** Tasks that may wait for their turn. Default 1,024. */
  maxWaiting?: number | undefined
  /** Longest wait for a turn. Default 5,000. */
  maxWaitMs?: number | undefined
}): UpstreamGate {
  const { clock, concurrency = 32, maxWaiting = 1_024, maxWaitMs = 5_000 } = options
  const queue = new PQueue({ concurrency })
  const tooBusy = () => new ServiceError('upstream_unavailable', { retryAfterSeconds: 2 })
  return {
    async run(task) {
      // Without a wait there is nothing to limit.
      if (queue.pending < concurrency) return queue.add(task)
      if (queue.size >= maxWaiting) throw tooBusy()
      const waiting = new AbortController()
      const timer = clock.setTimeout(() => waiting.abort(tooBusy()), maxWaitMs)
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
