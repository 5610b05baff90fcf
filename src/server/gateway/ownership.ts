import type { SessionName } from '../session-name.ts'
import type { TokenStore } from '../token-store.ts'

export type OwnedKind = 'conversation' | 'chat' | 'file'

/** `unknown`: nobody's as far as we remember. */
export type Held = 'own' | 'foreign' | 'unknown'

/** Which session made what. Upstream ids never return, so what is claimed stays its owner's. */
export interface Ownership {
  /** @param parent the conversation that a chat must belong to */
  holds(kind: OwnedKind, id: string, owner: SessionName, parent?: string): Promise<Held>
  /** Remembers, or remembers longer. False when it is somebody else's. */
  claim(kind: OwnedKind, id: string, owner: SessionName, parent?: string): Promise<boolean>
  release(kind: OwnedKind, id: string): Promise<void>
}

const DAY_MS = 86_400_000
/** Since the last use. Coze keeps messages for 180 days; a chat or a file is asked for soon or never. */
const KEPT_MS: Record<OwnedKind, number> = { conversation: 180 * DAY_MS, chat: DAY_MS, file: 7 * DAY_MS }

export function createOwnership(store: TokenStore): Ownership {
  const keyOf = (kind: OwnedKind, id: string) => `gateway-own:${kind}:${id}`

  async function holds(kind: OwnedKind, id: string, owner: SessionName, parent?: string): Promise<Held> {
    const held = (await store.get(keyOf(kind, id))) as { owner?: unknown; parent?: unknown } | undefined
    if (typeof held?.owner !== 'string') return 'unknown'
    return held.owner === owner && (parent === undefined || held.parent === parent) ? 'own' : 'foreign'
  }

  return {
    holds,
    async claim(kind, id, owner, parent) {
      if ((await holds(kind, id, owner, parent)) === 'foreign') return false
      await store.set(keyOf(kind, id), parent === undefined ? { owner } : { owner, parent }, { ttlMs: KEPT_MS[kind] })
      return true
    },
    release: async (kind, id) => store.delete(keyOf(kind, id)),
  }
}
