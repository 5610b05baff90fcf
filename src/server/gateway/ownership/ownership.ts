import type { SessionName } from '../../identity/session-name.ts'
import type { TokenStore } from '../../store/token-store.ts'

export type OwnedKind = 'conversation' | 'chat' | 'file'

/** Remembers which session has created what. Coze never uses an id twice, so nothing ever changes its owner. */
export interface Ownership {
  /**
   * `unknown`: no session's, as far as this memory goes.
   * @param parent the conversation that a chat must belong to
   */
  whose(kind: OwnedKind, id: string, session: SessionName, parent?: string): Promise<'own' | 'foreign' | 'unknown'>
  /** Remembers an owner, and starts the time of keeping anew. Returns false when another session is the owner. */
  claim(kind: OwnedKind, id: string, session: SessionName, parent?: string): Promise<boolean>
  release(kind: OwnedKind, id: string): Promise<void>
}

const DAY_MS = 86_400_000
/** As long as Coze keeps messages. */
export const CONVERSATION_KEPT_MS = 180 * DAY_MS
/** Since the last use. A chat or a file is named again soon or never. */
const KEPT_MS: Record<OwnedKind, number> = { conversation: CONVERSATION_KEPT_MS, chat: DAY_MS, file: 7 * DAY_MS }

/**
 * Whose an entry of the gateway's store is: what belongs to a session names it, and all other keys end with its name. For
 * stores that share their room out.
 */
export function ownerOfEntry(key: string, value: object): string {
  return 'owner' in value && typeof value.owner === 'string' ? value.owner : key.slice(key.lastIndexOf(':') + 1)
}

export function createOwnership(store: TokenStore): Ownership {
  const keyOf = (kind: OwnedKind, id: string) => `gateway-own:${kind}:${id}`

  const whose: Ownership['whose'] = async (kind, id, session, parent) => {
    const stored = (await store.get(keyOf(kind, id))) as { owner?: unknown; parent?: unknown } | undefined
    if (typeof stored?.owner !== 'string') return 'unknown'
    return stored.owner === session && (parent === undefined || stored.parent === parent) ? 'own' : 'foreign'
  }

  return {
    whose,
    async claim(kind, id, session, parent) {
      if ((await whose(kind, id, session, parent)) === 'foreign') return false
      const entry = parent === undefined ? { owner: session } : { owner: session, parent }
      await store.set(keyOf(kind, id), entry, { ttlMs: KEPT_MS[kind] })
      return true
    },
    release: async (kind, id) => store.delete(keyOf(kind, id)),
  }
}
