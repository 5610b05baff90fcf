import type { ChatState } from '../../src/chat/chat-state.ts'
import type { ChatStore } from '../../src/chat/chat-store.ts'

export interface StateHistory {
  /** Every state the store passed through, oldest first, the one at the start included. */
  readonly states: readonly ChatState[]
  /** What `pick` saw, with repetitions dropped. */
  path<T>(pick: (state: ChatState) => T): T[]
}

/** Records the way and not only where it ended. */
export function recordStates(store: Pick<ChatStore, 'getState' | 'subscribe'>): StateHistory {
  const states = [store.getState()]
  store.subscribe(() => states.push(store.getState()))
  return {
    states,
    path(pick) {
      const seen: ReturnType<typeof pick>[] = []
      for (const state of states) {
        const value = pick(state)
        if (seen.length === 0 || seen.at(-1) !== value) seen.push(value)
      }
      return seen
    },
  }
}
