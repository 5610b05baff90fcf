import type { TokenStore } from '../store/token-store.ts'
import type { AuthenticatedVisitor } from './authenticated-visitor.ts'

/** Anonymous visitors who have logged out: their tickets prove nobody, though nothing in a ticket shows it. */
export interface EndedTickets {
  has(visitor: AuthenticatedVisitor): Promise<boolean>
  add(visitor: AuthenticatedVisitor): Promise<void>
}

/** @param options.keptMs how long logouts are remembered: as long as a ticket lives, because it could be shown again until then */
export function createEndedTickets({ store, keptMs }: { store: TokenStore; keptMs: number }): EndedTickets {
  const keyOf = ({ sessionName }: AuthenticatedVisitor) => `ticket-end:${sessionName}`
  return {
    has: async (visitor) => (await store.get(keyOf(visitor))) !== undefined,
    async add(visitor) {
      await store.set(keyOf(visitor), {}, { ttlMs: keptMs })
    },
  }
}
