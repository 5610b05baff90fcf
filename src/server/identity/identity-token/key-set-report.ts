import { type KeySetState, reportTrouble, type ServiceEvent } from '../../operations/events.ts'

/** Tells of every change of a key set's state. */
export interface KeySetReport {
  /** @param cause why the last fetch failed */
  enter(next: KeySetState, cause?: string): void
  /** Where events go from now on, the first at once if the key set is in trouble; until then trouble is written to the console. */
  listen(listener: (event: ServiceEvent) => void): void
}

export function createKeySetReport(host: string): KeySetReport {
  let state: KeySetState = 'reachable'
  let emit: (event: ServiceEvent) => void = reportTrouble
  return {
    enter(next, cause) {
      if (next === state) return
      state = next
      emit({ type: 'key_set', state, host, ...(cause !== undefined && { cause }) })
    },
    listen(listener) {
      emit = listener
      if (state !== 'reachable') listener({ type: 'key_set', state, host })
    },
  }
}
