/** What a chat store tells whoever made it. */
import type { AssistantMessage, ChatProblem } from './chat-state.ts'
import type { Question } from './chat-transport.ts'

export type ChatStoreEvent =
  /** A question was taken, and will be asked as soon as it can be. Asking it again after a failure is not reported. */
  | { readonly type: 'question'; readonly question: Question }
  /** A finished answer. */
  | { readonly type: 'message'; readonly message: AssistantMessage }
  /** A first question has begun a conversation. */
  | { readonly type: 'begun'; readonly conversationId: string }
  | { readonly type: 'error'; readonly problem: ChatProblem }
