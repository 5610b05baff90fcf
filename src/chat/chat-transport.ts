/**
 * What a chat needs from any back end. A vendor's transport supplies it; a second back end is one more transport.
 * Every method rejects with a `CozeChatError`; after its `signal` has aborted, with code `aborted`.
 */
import type {
  AgentProfile,
  AgentStep,
  Attachment,
  ChatProblem,
  ConversationSummary,
  PendingToolCall,
} from './chat-state.ts'

export interface Conversation {
  readonly id: string
  /** The current context window. */
  readonly sectionId: string | undefined
}

/** A message as the back end remembers it. */
export interface StoredMessage {
  readonly id: string
  readonly turnId: string | undefined
  readonly sectionId: string | undefined
  readonly role: 'user' | 'assistant'
  readonly contentType: 'text' | 'card'
  readonly text: string
  readonly reasoning: string | undefined
  readonly attachments: readonly Attachment[]
  readonly createdAt: number
}

export interface MessagePage {
  /** Oldest first. */
  readonly messages: readonly StoredMessage[]
  /** To be handed back as `before`, for the page before this one; undefined at the beginning of the conversation. */
  readonly olderCursor: string | undefined
}

export interface Question {
  readonly text: string
  readonly attachments: readonly Attachment[]
}

/** What happens during one turn, in order. A vendor's events that nobody knows are kept as `other` and not thrown. */
export type TurnEvent =
  | {
      readonly type: 'started'
      readonly turnId: string
      readonly conversationId: string
      readonly sectionId: string | undefined
    }
  /** The server's id of the question, where the server tells it. */
  | { readonly type: 'question-saved'; readonly messageId: string }
  | { readonly type: 'text-delta'; readonly messageId: string; readonly text: string }
  | { readonly type: 'reasoning-delta'; readonly messageId: string; readonly text: string }
  /** The whole message. Its text wins over the deltas. */
  | {
      readonly type: 'message-completed'
      readonly messageId: string
      readonly text: string
      readonly reasoning: string | undefined
      readonly contentType: 'text' | 'card'
      readonly attachments: readonly Attachment[]
    }
  | { readonly type: 'step'; readonly step: AgentStep }
  | { readonly type: 'follow-up'; readonly text: string }
  /** The turn pauses until `submitToolOutputs` is called. */
  | { readonly type: 'action-required'; readonly calls: readonly PendingToolCall[] }
  /** A chatflow asked something; the next question answers it. */
  | { readonly type: 'input-required' }
  | { readonly type: 'completed' }
  | { readonly type: 'canceled' }
  | { readonly type: 'failed'; readonly problem: ChatProblem }
  | { readonly type: 'other'; readonly name: string }

export interface ToolOutput {
  readonly callId: string
  readonly output: string
}

export interface ChatTransport {
  loadAgent(signal: AbortSignal): Promise<AgentProfile>
  /** Rejects with `conversation_not_found` or `permission_denied` where it is gone or somebody else's. */
  openConversation(signal: AbortSignal, conversationId: string): Promise<Conversation>
  /**
   * The newest conversation of this session. Undefined where there is none and the first question begins it.
   * @param isNew nobody has been here before: there is nothing to look up
   */
  newestConversation(signal: AbortSignal, isNew: boolean): Promise<Conversation | undefined>
  createConversation(signal: AbortSignal): Promise<Conversation>
  listConversations(
    signal: AbortSignal,
    page: number,
  ): Promise<{ items: readonly ConversationSummary[]; hasMore: boolean }>
  renameConversation(signal: AbortSignal, conversationId: string, title: string): Promise<void>
  deleteConversation(signal: AbortSignal, conversationId: string): Promise<void>
  /** Starts a new context window and returns its id. */
  clearContext(signal: AbortSignal, conversationId: string): Promise<string>
  listMessages(signal: AbortSignal, conversationId: string, before?: string): Promise<MessagePage>
  deleteMessage(signal: AbortSignal, conversationId: string, messageId: string): Promise<void>
  /**
   * Asks. Each step of the iteration is what one piece of the network brought. It ends after a terminal event (`completed`, `canceled`, `failed`, `action-required`, `input-required`).
   * A connection that ends without one throws `interrupted`. Ending the iteration early closes the connection;
   * after the terminal event it may take a moment to end by itself.
   * @param conversationId undefined: the question begins a conversation, which `started` names
   */
  ask(signal: AbortSignal, conversationId: string | undefined, question: Question): AsyncIterable<readonly TurnEvent[]>
  submitToolOutputs(
    signal: AbortSignal,
    conversationId: string,
    turnId: string,
    outputs: readonly ToolOutput[],
  ): AsyncIterable<readonly TurnEvent[]>
  /** Tells the server to stop; the caller also ends the iteration. Resolves as well where the turn had already ended. */
  cancel(signal: AbortSignal, conversationId: string, turnId: string): Promise<void>
  /** How a turn that we lost sight of stands. */
  turnStatus(
    signal: AbortSignal,
    conversationId: string,
    turnId: string,
  ): Promise<'running' | 'completed' | 'failed' | 'canceled' | 'waiting'>
  /** @param onProgress part of the file that has left, 0 to 1 */
  upload(signal: AbortSignal, file: File, onProgress: (fraction: number) => void): Promise<Attachment>
  transcribe(signal: AbortSignal, audio: Blob): Promise<string>
  speak(signal: AbortSignal, text: string): Promise<Blob>
  rate(
    signal: AbortSignal,
    conversationId: string,
    messageId: string,
    /** Undefined takes the rating back. */
    rating: { kind: 'like' | 'unlike'; reasons?: readonly string[]; comment?: string } | undefined,
  ): Promise<void>
}
