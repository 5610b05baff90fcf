/** Everything the simulated Coze remembers. All of it is bounded: the oldest entries are forgotten first. */
import type { WireChatStatus, WireToolCall } from '../../coze/wire/chat.ts'
import type { WireMessage } from '../../coze/wire/messages.ts'
import type { WireTokenScope } from '../../coze/wire/oauth.ts'
import { BoundedMap } from './bounded-map.ts'
import type { Language } from './language.ts'

export interface Token {
  uid: string
  /** Null: a token without a session; all of these share one bucket. */
  sessionName: string | null
  scope: WireTokenScope | null
  /** Unix seconds. */
  expiresAt: number
  revoked: boolean
}

/** `agent`: asked by `/v3/chat`; `chatflow`: asked by `/v1/workflows/chat`. */
export type ChatKind = 'agent' | 'chatflow'

/** One turn of a conversation. */
export interface Chat {
  id: string
  kind: ChatKind
  conversation: Conversation
  botId: string
  status: WireChatStatus
  createdAt: number
  completedAt: number | undefined
  failedAt: number | undefined
  sectionId: string
  metaData: Record<string, string>
  lastError: { code: number; msg: string } | undefined
  /** Tokens, estimated. */
  inputCount: number
  /** Tokens, estimated. */
  outputCount: number
  /** The answer that is being streamed right now. */
  speaking: WireMessage | undefined
  /** Every message of the turn but the question, in order. */
  messages: WireMessage[]
  /** Functions of the page whose results the turn waits for. */
  toolCalls: WireToolCall[]
  /** Ids of the messages that came with the request. */
  insertedIds: string[]
  /** `auto_save_history`: whether the messages stay in the conversation. */
  saves: boolean
  language: Language
}

export interface Conversation {
  id: string
  /** {@link ownerKey} of the account and session that may use it. */
  owner: string
  uid: string
  sessionName: string | null
  botId: string | undefined
  appId: string | undefined
  connectorId: string
  userId: string | undefined
  name: string
  metaData: Record<string, string>
  createdAt: number
  updatedAt: number
  sectionId: string
  messages: WireMessage[]
  chats: BoundedMap<string, Chat>
  /** The chat that keeps others out until it has ended. */
  running: Chat | undefined
  /** A question node of a chatflow waits for the visitor's next message. */
  asked: boolean
}

export interface StoredFile {
  id: string
  uid: string
  bytes: number
  createdAt: number
  name: string
  mediaType: string
}

export interface Feedback {
  type: 'like' | 'unlike'
  reasons: string[]
  comment: string
}

export interface StoredVariable {
  value: string
  createdAt: number
  updatedAt: number
}

const MAX_TOKENS = 100_000
const MAX_CONVERSATIONS = 20_000
const MAX_CHATS_PER_CONVERSATION = 1_000
const MAX_MESSAGES_PER_CONVERSATION = 20_000
const MAX_FILES = 10_000
const MAX_FEEDBACK = 10_000
const MAX_VARIABLE_BUCKETS = 10_000

/** Key of everything that belongs to one session of an account. No session name is a bucket of its own, unlike any name. */
export function ownerKey(uid: string, sessionName: string | null): string {
  return JSON.stringify([uid, sessionName])
}

/** Key of the variables of one user in one channel. */
export function variablesKey(owner: string, connectorId: string, userId: string): string {
  return JSON.stringify([owner, connectorId, userId])
}

export type Store = ReturnType<typeof createStore>

export function createStore() {
  const byOwner = new Map<string, Set<Conversation>>()
  const forget = (conversation: Conversation) => {
    const siblings = byOwner.get(conversation.owner)
    siblings?.delete(conversation)
    if (siblings?.size === 0) byOwner.delete(conversation.owner)
  }
  const conversations = new BoundedMap<string, Conversation>(MAX_CONVERSATIONS, forget)
  return {
    tokens: new BoundedMap<string, Token>(MAX_TOKENS),
    /** `jti` → expiry of its assertion. */
    usedJti: new BoundedMap<string, number>(MAX_TOKENS),
    files: new BoundedMap<string, StoredFile>(MAX_FILES),
    /** By message id. */
    feedback: new BoundedMap<string, Feedback>(MAX_FEEDBACK),
    /** By {@link variablesKey}, then by keyword. */
    variables: new BoundedMap<string, Map<string, StoredVariable>>(MAX_VARIABLE_BUCKETS),

    conversation: (id: string) => conversations.get(id),
    conversations: () => conversations.values(),
    conversationsOf: (owner: string): Iterable<Conversation> => byOwner.get(owner) ?? [],
    addConversation(
      fields: Omit<Conversation, 'chats' | 'messages' | 'running' | 'asked' | 'updatedAt'>,
    ): Conversation {
      const conversation: Conversation = {
        ...fields,
        updatedAt: fields.createdAt,
        messages: [],
        chats: new BoundedMap(MAX_CHATS_PER_CONVERSATION),
        running: undefined,
        asked: false,
      }
      conversations.set(conversation.id, conversation)
      const siblings = byOwner.get(conversation.owner) ?? new Set()
      byOwner.set(conversation.owner, siblings.add(conversation))
      return conversation
    },
    deleteConversation(conversation: Conversation) {
      conversations.delete(conversation.id)
      forget(conversation)
    },
    addMessage(conversation: Conversation, message: WireMessage) {
      conversation.messages.push(message)
      if (conversation.messages.length > MAX_MESSAGES_PER_CONVERSATION) conversation.messages.shift()
      conversation.updatedAt = message.created_at ?? conversation.updatedAt
    },
  }
}
