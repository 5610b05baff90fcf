/** What a page holds in its hands: the chat's handle, its state and its events. */
import type { ErrorCode } from '../errors.ts'
import type { HandoffContext } from '../options/handoff.ts'
import type { ChatWidgetOptions } from '../options/widget-options.ts'
import type { IdentityKind } from '../protocol/token-endpoint.ts'

export interface SessionDetail {
  sessionId: string
  subject: string
  kind: IdentityKind
}

export interface TokenDetail {
  /** Milliseconds this token is good for from now on. */
  expiresInMs: number
  /** How many times it was renewed since this visitor's chat began. */
  renewals: number
}

/** `begin`: the first question began it. All others: the visitor pressed a button. `clear`: the agent shall forget what was said. */
export type ConversationAction = 'begin' | 'new' | 'open' | 'rename' | 'delete' | 'clear' | 'save'

/** Payload of each event; the same object is the `detail` of the DOM events `coze-chat:<type>` and `coze-chat-<type>`. */
export interface ChatEventMap {
  ready: Record<string, never>
  open: Record<string, never>
  close: Record<string, never>
  /** A question, and a finished answer. No other event holds words of a visitor's. */
  message: { role: 'user' | 'assistant'; text: string }
  /** Answers that came while the chat was closed. */
  unread: { count: number }
  /** A suggested question was chosen. What is offered after an answer may quote the visitor, and so it comes without its words. */
  suggestion: { readonly kind: 'opening' | 'followUp'; readonly index: number; readonly label?: string }
  /** The visitor has rated an answer, said why (`reasons`, and whether also in words of their own), or taken the rating back (`none`). */
  feedback: {
    readonly rating: 'like' | 'unlike' | 'none'
    readonly messageId: string | undefined
    readonly reasons?: readonly ('wrong' | 'incomplete' | 'unclear' | 'unhelpful')[]
    readonly commented?: boolean
  }
  /** The first question began one, or the visitor did something with one; its id, where it has one already. */
  conversation: { readonly action: ConversationAction; readonly id: string | undefined }
  /** A link in an answer was followed: its address without query and fragment. */
  link: { readonly url: string }
  /** The visitor wants a person. */
  handoff: HandoffContext
  session: SessionDetail
  token: TokenDetail
  /** The visitor has agreed to what the option `consent` says, or has taken that back. */
  consent: { given: boolean }
  /** A bubble beside the launcher was shown, pressed, or put away. */
  teaser: { text: string; action: 'shown' | 'opened' | 'dismissed' }
  error: { code: ErrorCode; retryable: boolean; cause: unknown }
  destroy: Record<string, never>
}

export type ChatEventType = keyof ChatEventMap

/** What a listener of all events is given. */
export type AnyChatEvent = {
  [Type in ChatEventType]: { readonly type: Type; readonly detail: ChatEventMap[Type] }
}[ChatEventType]

export interface ChatWidgetState {
  readonly open: boolean
  readonly unread: number
  /**
   * `idle`: only the launcher is there, or not even that while another element serves the agent. `failed`: the options are wrong or not
   * enough, or the chat could not be loaded.
   */
  readonly status: 'idle' | 'loading' | 'ready' | 'failed' | 'destroyed'
  readonly session: SessionDetail | undefined
  readonly token: TokenDetail | undefined
}

/** The handle: the script's `window.cozeChat`, what `createChatWidget()` returns, the element's `chat`. */
export interface ChatWidget {
  open(): void
  close(): void
  toggle(): void
  /**
   * Does not open the chat. Resolves when the answer has ended.
   *
   * With `ui: 'official'` it rejects with the code `sdk_unusable`: Coze's Chat SDK cannot be spoken to from outside. It works
   * again where the light chat has taken over (`officialFallback`).
   */
  send(text: string): Promise<void>
  /** With `ui: 'official'` it rejects with the code `sdk_unusable`, as `send()` does. */
  newConversation(): Promise<void>
  /** Call it when a visitor has signed in, or another one has. */
  identify(credentials?: { userToken?: string }): Promise<void>
  /** Forgets this visitor: token, history on the page, storage. Other tabs follow. */
  logout(): Promise<void>
  /**
   * For a visitor who takes back what they agreed to (option `consent`): the chat stops, nothing more is sent, and they are asked again.
   * What Coze keeps of earlier conversations stays, until the visitor deletes it from the list of conversations.
   */
  withdrawConsent(): Promise<void>
  /** Changes these options and keeps the others. */
  setOptions(options: ChatWidgetOptions): void
  /**
   * Returns an unsubscribe function. A listener of `ready` that comes late is called, too.
   * @example chat.on('message', ({ role, text }) => console.log(role, text))
   */
  on<T extends ChatEventType>(type: T, listener: (detail: ChatEventMap[T]) => void): () => void
  /**
   * Every event from now on.
   * @example chat.on('*', ({ type, detail }) => analytics.track(`chat_${type}`, detail))
   */
  on(type: '*', listener: (event: AnyChatEvent) => void): () => void
  /** Takes the chat out of the page and leaves nothing behind. */
  destroy(): void
  readonly state: ChatWidgetState
}
