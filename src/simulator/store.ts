/** Everything the simulated Coze remembers. Bounded: the oldest entries go first. */
import type { WireChatStatus, WireMessage, WireTokenScope, WireToolCall } from '../coze/wire.ts'
import { BoundedMap } from './bounded-map.ts'
import type { StreamKind } from './event-stream.ts'
import type { Language } from './language.ts'

export interface Token {
  uid: string
  /** Null: a token without a session; all of those share one bucket. */
  sessionName: string | null
  scope: WireTokenScope | null
  /** Unix seconds. */
  expiresAt: number
  revoked: boolean
}

export interface Chat {
  id: string
  kind: StreamKind
  conversation: Conversation
  botId: string
  status: WireChatStatus
  createdAt: number
  completedAt: number | undefined
  failedAt: number | undefined
  sectionId: string
  metaData: Record<string, string>
  lastError: { code: number; msg: string } | undefined
  inputCount: number
  outputCount: number
  /** The answer being spoken right now. */
  speaking: WireMessage | undefined
  /** Everything but the question, in order. */
  messages: WireMessage[]
  toolCalls: WireToolCall[]
  insertedIds: string[]
  /** `auto_save_history` */
  saves: boolean
  language: Language
}

export interface Conversation {
  id: string
  /** {@link ownerKey}: who may touch it. */
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
  running: Chat | undefined
  /** A question node waits for the visitor. */
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

/** Account and session name; the absence of a name is a bucket of its own, unlike any name. */
export function ownerKey(uid: string, sessionName: string | null): string {
  return JSON.stringify([uid, sessionName])
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
    /** By account, connector, session and user; then by keyword. */
    variables: new BoundedMap<string, Map<string, StoredVariable>>(MAX_VARIABLE_BUCKETS),

    conversation: (id: string) => conversations.get(id),
    conversations: () => conversations.values(),
    conversationsOf: (owner: string): Iterable<Conversation> => byOwner.get(owner) ?? [],
    addConversation(
      fields: Omit<Conversation, 'chats' | 'messages' | 'running' | 'asked' | 'updatedAt' | 'sectionId'>,
    ): Conversation {
      const conversation: Conversation = {
        ...fields,
        updatedAt: fields.createdAt,
        sectionId: fields.id,
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
