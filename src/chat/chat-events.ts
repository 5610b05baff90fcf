/** What the page around a chat may want to hear of. */
import type { AssistantMessage, ChatProblem } from './chat-state.ts'
import type { Question } from './chat-transport.ts'

export type ChatStoreEvent =
  /** A question was taken, to be asked as soon as it can be; asked again after a failure it is no other question. */
  | { readonly type: 'question'; readonly question: Question }
  /** A finished answer. */
  | { readonly type: 'message'; readonly message: AssistantMessage }
  /** A first question has begun a conversation. */
  | { readonly type: 'begun'; readonly conversationId: string }
  | { readonly type: 'error'; readonly problem: ChatProblem }
