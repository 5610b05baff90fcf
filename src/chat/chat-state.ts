/**
 * What a chat looks like to whoever draws it: plain read-only values, oldest message first.
 * Nothing here knows which vendor answers.
 */
import type { ErrorCode } from '../errors.ts'

/** An error as a value: enough to choose a sentence and a button. */
export interface ChatProblem {
  readonly code: ErrorCode
  readonly retryable: boolean
  /** Wall-clock time (ms) before which trying again is useless. */
  readonly retryAt?: number
  /** The vendor's own code and request id, for "details". */
  readonly upstreamCode?: string | undefined
  readonly logId?: string | undefined
}

export interface AgentShortcut {
  readonly id: string
  readonly name: string
  readonly command: string
  readonly description: string
  /** `{{name}}` placeholders are filled from the shortcut's fields. */
  readonly template: string
}

/** The agent as its visitor may see it. */
export interface AgentProfile {
  readonly id: string
  readonly name: string
  readonly description: string
  readonly iconUrl: string | undefined
  /** Opening message, Markdown. */
  readonly greeting: string
  readonly suggestions: readonly string[]
  readonly shortcuts: readonly AgentShortcut[]
  /** Whether the agent takes voice input. */
  readonly voice: boolean
  /** Addresses of its background picture, for wide and for narrow places. */
  readonly background?: { readonly wide: string | undefined; readonly narrow: string | undefined }
}

export interface Attachment {
  readonly kind: 'image' | 'file' | 'audio'
  readonly name: string
  readonly sizeBytes: number | undefined
  readonly mimeType: string | undefined
  /** Where it can be shown from: an object URL of this tab, or the vendor's file host. */
  readonly url: string | undefined
  /** The vendor's id once uploaded. */
  readonly fileId: string | undefined
}

/** One thing the agent did on the way to its answer. */
export interface AgentStep {
  readonly id: string
  readonly kind: 'tool' | 'knowledge' | 'other'
  /** What a visitor may read: the tool's name, or empty. */
  readonly title: string
  readonly input: string | undefined
  readonly output: string | undefined
  readonly status: 'running' | 'done' | 'failed'
}

export interface Reasoning {
  readonly text: string
  /** Milliseconds from the first piece of reasoning to the first piece of the answer; undefined while it goes on or when it came from history. */
  readonly durationMs: number | undefined
}

export type UserMessageStatus = 'queued' | 'sending' | 'sent' | 'failed'
export type AssistantMessageStatus = 'streaming' | 'complete' | 'stopped' | 'interrupted' | 'failed'

interface MessageBase {
  /** Stable for the life of this object in the list; never shown, never sent. */
  readonly key: string
  /** The vendor's message id once known. */
  readonly id: string | undefined
  /** The vendor's id of the turn (Coze: chat id); a question and its answers share it. */
  readonly turnId: string | undefined
  /** The context window that it belongs to; a change between neighbours is drawn as a divider. */
  readonly sectionId: string | undefined
  readonly text: string
  /** Grows when `text` was replaced rather than appended to: a renderer that appends has to start over then. */
  readonly textRevision: number
  /** Milliseconds since the epoch. */
  readonly createdAt: number
}

export interface UserMessage extends MessageBase {
  readonly role: 'user'
  readonly status: UserMessageStatus
  readonly attachments: readonly Attachment[]
  readonly problem?: ChatProblem
}

export interface AssistantMessage extends MessageBase {
  readonly role: 'assistant'
  readonly status: AssistantMessageStatus
  readonly contentType: 'text' | 'card'
  /** The whole text is there, though the turn may go on (follow-up questions, another answer). */
  readonly textComplete?: boolean
  readonly reasoning?: Reasoning
  readonly steps: readonly AgentStep[]
  readonly attachments: readonly Attachment[]
  readonly feedback?: 'like' | 'unlike'
  readonly problem?: ChatProblem
}

export type ChatMessage = UserMessage | AssistantMessage

/** A function of the page that the agent calls; the turn goes on when it has its output. */
export interface PendingToolCall {
  readonly id: string
  readonly name: string
  /** JSON text as the agent wrote it. */
  readonly arguments: string
}

/** Nothing is under way. */
export interface IdleTurn {
  readonly phase: 'idle'
  readonly turnId: undefined
  readonly slow: false
}

export interface RunningTurn {
  /** `waiting`: the question is out, nothing came back yet. `streaming`: the answer grows. `acting`: the page runs a tool for the agent. */
  readonly phase: 'waiting' | 'streaming' | 'acting'
  /** Undefined until the server has named it. */
  readonly turnId: string | undefined
  /** True after 30 s without a sign of life: to be said, but not yet given up. */
  readonly slow: boolean
}

export type ChatTurn = IdleTurn | RunningTurn

export interface ConversationSummary {
  readonly id: string
  readonly title: string
  /** Milliseconds since the epoch. */
  readonly updatedAt: number
}

export interface ConversationList {
  readonly items: readonly ConversationSummary[]
  readonly hasMore: boolean
  readonly loading: boolean
}

/** `idle`: not opened yet. `opening`: token, agent and history are on their way. `ready`: the visitor can write. `failed`: `problem` says why. */
export type ChatPhase = 'idle' | 'opening' | 'ready' | 'failed'

export interface ChatState {
  readonly phase: ChatPhase
  readonly agent: AgentProfile | undefined
  /** Its profile is on its way. The visitor may be able to write before it has come. */
  readonly loadingAgent: boolean
  readonly conversationId: string | undefined
  readonly messages: readonly ChatMessage[]
  readonly hasOlder: boolean
  readonly loadingOlder: boolean
  readonly turn: ChatTurn
  readonly followUps: readonly string[]
  /** The next question begins a new topic: the agent will remember nothing of what is above. Until then it can be undone. */
  readonly newTopic: boolean
  readonly conversations: ConversationList
  /** What concerns the chat as a whole; problems of one message are on the message. */
  readonly problem: ChatProblem | undefined
}

/** One step from a state to the next. Pure: no network, clock or timers. */
export type Change = (state: ChatState) => ChatState

export const initialChatState: ChatState = {
  phase: 'idle',
  agent: undefined,
  loadingAgent: false,
  conversationId: undefined,
  messages: [],
  hasOlder: false,
  loadingOlder: false,
  turn: { phase: 'idle', turnId: undefined, slow: false },
  followUps: [],
  newTopic: false,
  conversations: { items: [], hasMore: false, loading: false },
  problem: undefined,
}
