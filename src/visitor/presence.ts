/** Who is there now: keeps the state of `visitor-state.ts`, and has the effects of its changes carried out in their order. */
import { type Presence, type PresenceEffect, type PresenceEvent, reducePresence } from './visitor-state.ts'

export interface PresenceKeeper {
  readonly current: Presence
  dispatch(event: PresenceEvent): void
}

export function createPresence(initial: Presence, carryOut: (effect: PresenceEffect) => void): PresenceKeeper {
  let current = initial
  return {
    get current() {
      return current
    },
    dispatch(event) {
      for (const step of reducePresence(current, event)) {
        current = step.presence
        for (const effect of step.effects) {
          carryOut(effect)
          // A listener has called identify(), logout() or destroy(): the rest of this event is about a visitor who has gone.
          if (current !== step.presence) return
        }
      }
    },
  }
}
