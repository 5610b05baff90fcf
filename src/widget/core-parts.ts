/** The parts of a chat that have nothing to do with its looks. The widget loads them, and `headless.ts` has them from the beginning. */
import type { ConversationOperationsPart, RecoveryPart } from '../chat/chat-parts.ts'
import type { LastMessagesPart } from '../chat/lazy-last-messages.ts'
import type { MediaCallsPart } from '../coze/coze-parts.ts'
import type { CardsPart } from '../coze/turn/cards.ts'
import type { Part } from '../platform/part.ts'
import type { TokenResponsePart } from '../visitor/token/read-token-response.ts'

export interface CoreParts {
  readonly conversations: Part<ConversationOperationsPart & LastMessagesPart>
  readonly recovery: Part<RecoveryPart>
  readonly cards: Part<CardsPart>
  readonly tokenResponse: Part<TokenResponsePart>
  readonly media: Part<MediaCallsPart>
}
