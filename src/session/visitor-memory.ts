/** What makes coming back convenient: it remembers, it never authenticates, and it is read only by the subject that wrote it. */
import type { KeyValueStorage } from '../platform/storage.ts'

export interface VisitorMemory {
  readonly conversationId?: string
  /** The turn that was running, to be picked up again. */
  readonly turnId?: string
  /** Opens what was kept for him (see `chat/last-messages.ts`). */
  readonly seal?: string
}

export const MEMORY_PREFIX = 'coze_chat_memory:'
const VERSION = 1

const isId = (value: unknown): value is string => typeof value === 'string' && /^\d{1,32}$/.test(value)

export function readMemory(storage: KeyValueStorage, key: string, subject: string): VisitorMemory {
  try {
    const { v, subject: owner, conversationId, turnId, seal } = JSON.parse(storage.get(key) ?? '')
    if (v !== VERSION || owner !== subject) return {}
    return {
      ...(isId(conversationId) && { conversationId }),
      ...(isId(turnId) && { turnId }),
      ...(typeof seal === 'string' && { seal }),
    }
  } catch {
    return {}
  }
}

export function writeMemory(storage: KeyValueStorage, key: string, subject: string, memory: object): void {
  storage.set(key, JSON.stringify({ v: VERSION, subject, ...memory }))
}
