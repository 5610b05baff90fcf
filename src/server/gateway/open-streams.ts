import { ServiceFault } from '../service-fault.ts'

/** How many answers and uploads each session has flowing in this process; it holds no more keys than streams. */
export interface OpenStreams {
  /** @throws ServiceFault `rate_limited` @returns gives the place back, once */
  take(session: string): () => void
  readonly size: number
}

export function createOpenStreams(maxPerSession: number): OpenStreams {
  const open = new Map<string, number>()
  return {
    take(session) {
      const count = open.get(session) ?? 0
      if (count >= maxPerSession) throw new ServiceFault('rate_limited', { retryAfterSeconds: 2 })
      open.set(session, count + 1)
      let taken = true
      return () => {
        if (!taken) return
        taken = false
        const left = (open.get(session) ?? 1) - 1
        if (left > 0) open.set(session, left)
        else open.delete(session)
      }
    },
    get size() {
      return open.size
    },
  }
}
