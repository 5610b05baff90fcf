/** What a returning visitor had open. It is a convenience and proves nothing; only the subject that wrote it can read it. */
import type { KeyValueStorage } from '../../platform/storage/storage.ts'

export interface VisitorMemory {
  readonly conversationId?: string
  /** The turn that was running, to be picked up again. */
  readonly turnId?: string
  /** Opens the messages that were kept for them (`chat/last-messages.ts`); {@link SERVED_SEAL} where the token service has it. */
  readonly seal?: string
}

/** Stands for a seal that comes with each token and is stored nowhere. */
export const SERVED_SEAL = 'served'

export const MEMORY_PREFIX = 'coze_chat_memory:'
const VERSION = 1

const isId = (value: unknown): value is string => typeof value === 'string' && /^\d{1,32}$/.test(value)

/** Returns an empty memory for anything that is not of this subject and this version. */
export function readMemory(storage: KeyValueStorage, key: string, subject: string): VisitorMemory {
  const { subject: owner, ...memory } = readStored(storage, key)
  return owner === subject ? memory : {}
}

/** Whether there is a seal, whoever it belongs to. */
export function holdsSeal(storage: KeyValueStorage, key: string): boolean {
  return readStored(storage, key).seal !== undefined
}

/** Whosever it is: the caller compares the subject. */
function readStored(storage: KeyValueStorage, key: string): VisitorMemory & { subject?: unknown } {
  try {
    const { v, subject, conversationId, turnId, seal } = JSON.parse(storage.get(key) ?? '')
    if (v !== VERSION) return {}
    return {
      subject,
      ...(isId(conversationId) && { conversationId }),
      ...(isId(turnId) && { turnId }),
      ...(typeof seal === 'string' && { seal }),
    }
  } catch {
    return {}
  }
}

export function writeMemory(storage: KeyValueStorage, key: string, subject: string, memory: VisitorMemory): void {
  storage.set(key, JSON.stringify({ v: VERSION, subject, ...memory }))
}
