/**
 * What a visitor has answered before the chat: that they agree, or a form. It is kept where their session is kept, it counts only for what
 * was asked then, and it goes with them: whoever comes after a logout, or is named by the server in their place, is asked anew.
 */
import { type KeyValueStorage, openStorage } from '../../platform/storage/storage.ts'
import type { IdentityKind } from '../../protocol/token-endpoint.ts'
import { MEMORY_PREFIX } from '../../visitor/memory/visitor-memory.ts'
import { fingerprint } from '../../visitor/session-id.ts'

export interface ConditionMemory {
  /** @param asked what was asked, word by word; of another wording nothing is remembered */
  recall(asked: string): string | undefined
  keep(asked: string, answer: string): void
  /**
   * The server has named the visitor: from now on the answer is theirs alone.
   * @returns false if it was somebody else's, and so has gone
   */
  belongsTo(visitor: { readonly subject: string; readonly kind: IdentityKind }): boolean
  forget(): void
}

export interface ConditionMemoryOptions {
  readonly name: 'consent' | 'form'
  /** Several agents of an origin are apart. */
  readonly agent: string
  /** `tab`: for as long as the tab lives. `device`: for as long as the browser keeps it. */
  readonly scope: 'tab' | 'device'
  /** Whether another tab, or another visit, of a signed-in user finds it as well. */
  readonly follows: boolean
  readonly open?: (kind: 'session' | 'local') => KeyValueStorage
}

interface Kept {
  readonly asked: string
  readonly answer: string
  /** Undefined until the server has named the visitor. */
  readonly subject?: string
}

export function createConditionMemory(options: ConditionMemoryOptions): ConditionMemory {
  const { name, agent, scope, follows, open = openStorage } = options
  // What the visitor's session forgets, it forgets of this as well (`memory/memory-store.ts`), whether this code is loaded or not.
  const key = `${MEMORY_PREFIX}${name}:${agent}`
  const own = open(scope === 'tab' ? 'session' : 'local')
  const local = scope === 'tab' && follows ? open('local') : own

  function read(storage: KeyValueStorage): Kept | undefined {
    try {
      const { asked, answer, subject } = JSON.parse(storage.get(key) ?? '')
      if (typeof asked !== 'string' || typeof answer !== 'string') return undefined
      return { asked, answer, ...(typeof subject === 'string' && { subject }) }
    } catch {
      return undefined
    }
  }

  const write = (storage: KeyValueStorage, kept: Kept) => storage.set(key, JSON.stringify(kept))
  const kept = () => read(own) ?? read(local)

  function forget(): void {
    own.remove(key)
    local.remove(key)
  }

  return {
    recall(asked) {
      const found = kept()
      return found?.asked === fingerprint(asked) ? found.answer : undefined
    },
    keep: (asked, answer) => write(own, { asked: fingerprint(asked), answer }),
    belongsTo({ subject, kind }) {
      const found = kept()
      if (!found) return true
      if (found.subject !== undefined && found.subject !== subject) {
        forget()
        return false
      }
      write(own, { ...found, subject })
      if (kind === 'user') write(local, { ...found, subject })
      return true
    },
    forget,
  }
}
