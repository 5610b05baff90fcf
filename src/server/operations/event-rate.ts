import type { Clock } from '../../platform/clock.ts'
import { isTrouble, reportTrouble, type ServiceEvent, type ServiceEventListener } from './events.ts'

const WINDOW_MS = 10_000
/** Of each kind in each window. */
const MAX_IN_WINDOW = 10

/** @param unlogged how many events of the same kind were left out since the last one that was not */
export type ThinnedListener = (event: ServiceEvent, unlogged: number) => void

export interface EventRate {
  observe(event: ServiceEvent): void
  /** Tells what was left out and has not been followed by another event of its kind. */
  flush(): void
}

interface Kind {
  endsAtMs: number
  passed: number
  unlogged: number
  last: ServiceEvent
}

/**
 * Passes on ten events of a kind in 10 s, and counts the others: anybody may send requests that are refused, and must not be able
 * to fill a disk with that (T30). A kind is the type of the event with its code or reason, all from closed lists.
 */
export function createEventRate(listener: ThinnedListener, clock: Pick<Clock, 'monotonic'>): EventRate {
  const kinds = new Map<string, Kind>()

  function report(kind: Kind): void {
    const { unlogged } = kind
    kind.unlogged = 0
    listener(kind.last, unlogged)
  }

  return {
    observe(event) {
      const now = clock.monotonic()
      const name = kindOf(event)
      const kind = kinds.get(name) ?? { endsAtMs: 0, passed: 0, unlogged: 0, last: event }
      kinds.set(name, kind)
      kind.last = event
      if (now >= kind.endsAtMs) {
        kind.endsAtMs = now + WINDOW_MS
        kind.passed = 0
      }
      if (kind.passed >= MAX_IN_WINDOW) {
        kind.unlogged++
        return
      }
      kind.passed++
      report(kind)
    },
    flush() {
      for (const kind of kinds.values()) if (kind.unlogged > 0) report(kind)
    },
  }
}

/** The listener of services without an `onEvent`: tells the console of trouble, at a bounded rate. */
export function createTroubleReport(clock: Pick<Clock, 'monotonic'>): ServiceEventListener {
  const rate = createEventRate(reportTrouble, clock)
  // Asked here as well: most events are those of tokens handed out, and need not be counted.
  return (event) => {
    if (isTrouble(event)) rate.observe(event)
  }
}

function kindOf(event: ServiceEvent): string {
  switch (event.type) {
    case 'refused':
      return `${event.type} ${event.route} ${event.code}`
    case 'exchange':
      return `${event.type} ${event.outcome}`
    case 'identify_failed':
      return `${event.type} ${event.reason}`
    case 'hook_failed':
      return `${event.type} ${event.hook}`
    case 'upstream':
    case 'store':
    case 'key_set':
      return `${event.type} ${event.state}`
    default:
      return event.type
  }
}
