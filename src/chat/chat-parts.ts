/** What a chat does without until somebody asks for it, or until something goes wrong. */
import type { Part } from '../platform/part.ts'
import type { createConversations } from './conversations.ts'
import type { createTurnRecovery } from './turns/turn-recovery.ts'

export interface ConversationOperationsPart {
  readonly createConversations: typeof createConversations
}

export interface RecoveryPart {
  readonly createTurnRecovery: typeof createTurnRecovery
}

export interface ChatParts {
  readonly conversations: Part<ConversationOperationsPart>
  readonly recovery: Part<RecoveryPart>
}
