/** What the parts of a chat share; the store makes it. Types only. */
import type { Clock } from '../platform/clock.ts'
import type { LinkedAbort } from '../platform/linked-abort.ts'
import type { Change } from './chat-reducer.ts'
import type { AssistantMessage, ChatProblem, ChatState } from './chat-state.ts'
import type { ChatTransport, Conversation, MessagePage, Question } from './chat-transport.ts'
import type { ChatTool } from './page-tools.ts'

/** What the page around the chat may want to hear of. */
export type ChatStoreEvent =
  /** A finished answer. */
  | { readonly type: 'message'; readonly message: AssistantMessage }
  | { readonly type: 'error'; readonly problem: ChatProblem }

/** Whether the browser believes to be online: a hint to try sooner, never a reason not to try. */
export interface Connection {
  isOnline(): boolean
  /** Answers the way to stop. */
  onOnline(listener: () => void): () => void
}

/** A question on its way. */
export interface Job {
  readonly key: string
  readonly question: Question
  /** The turn of an earlier try, whose messages are deleted at the server before asking again. */
  readonly replaces: string | undefined
  /** Called when the turn has ended, however. */
  readonly done: () => void
  /** The conversation was gone once and this question has moved to a new one. */
  moved?: boolean
}

export interface Turn {
  readonly conversationId: string
  /** Aborts with the session. */
  readonly session: AbortSignal
  /** Aborts with the conversation on screen; nothing is written after it. */
  readonly epoch: AbortSignal
  /** Aborts with the epoch, or when the visitor stops this turn. */
  readonly link: LinkedAbort
  turnId: string | undefined
  stopped: boolean
  /** Call at each sign of life: after a long silence the visitor is told. */
  heard(): void
}

/** A conversation on screen. */
export interface Thread extends LinkedAbort {
  /** Context window of the next question. */
  sectionId: string | undefined
  olderCursor: string | undefined
}

export interface Loaded {
  readonly conversation: Conversation
  readonly page: MessagePage
}

export interface ChatCore {
  readonly transport: ChatTransport
  readonly clock: Clock
  readonly connection: Connection | undefined
  readonly tools: Readonly<Record<string, ChatTool>>
  readonly toolLimitMs: number
  getState(): ChatState
  /** The only way to write; inert once `epoch` has aborted. */
  apply(epoch: AbortSignal, change: Change): void
  set(epoch: AbortSignal, values: Partial<ChatState>): void
  emit(epoch: AbortSignal, event: ChatStoreEvent): void
  problemOf(thrown: unknown): ChatProblem
  /** Work whose failure concerns the chat as a whole; never rejects. */
  attempt<T>(epoch: AbortSignal, work: () => Promise<T>, onFailure?: Partial<ChatState>): Promise<T | undefined>
  /** Keeps the running turn for a reload; `undefined`: none runs. */
  rememberTurn(epoch: AbortSignal, turnId: string | undefined): void

  session(): AbortSignal
  thread(): Thread
  /** Falls back to the newest one where `conversationId` is gone. */
  loadConversation(signal: AbortSignal, conversationId?: string): Promise<Loaded>
  /** `keepUnsent`: questions that were not asked yet stay. */
  show(loaded: Loaded, keepUnsent: boolean): void
  /** Fetches the answer of a turn that goes on without us, if there is one: the newest question's, or the one named. */
  resume(loaded: Loaded, turnId?: string): void

  /** No turn runs and no question waits. */
  isIdle(): boolean
  enqueue(key: string, question: Question, replaces?: string): Promise<void>
  /** To the front of the queue. `hold`: nothing is asked until the network is back. */
  putBack(job: Job, hold: boolean): void
  /** Asks the next question, if that may be. */
  pump(): void
  /** Forgets the questions that wait, or the one with this key. */
  dropJobs(key?: string): void
  /** Takes up a turn that was lost, in place of a question. */
  takeUp(turnId: string): Promise<void>
}
