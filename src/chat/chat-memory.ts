/** What of a chat outlives a reload, for one session only. */
import type { Change } from './chat-state.ts'

/** Which conversation was open and which turn was under way. */
export interface Remembered {
  readonly conversationId?: string
  readonly turnId?: string
}

export interface Recalled extends Remembered {
  /** The service says that they are new, so there is nothing to look up. A remembered conversation wins over it. */
  readonly isNew?: boolean
}

export interface ChatMemory {
  /** @param show puts something into the state until the conversation is there; may be called later, and also too late */
  recall(show: (change: Change) => void): Recalled | Promise<Recalled>
  /** The conversation that was begun last, by this tab or by another one of the same visitor. Asks nobody. */
  lastConversation(): string | undefined
  /** Called when a conversation is shown, when a turn gets its id, and when it has ended. */
  remember(remembered: Remembered): void
}
