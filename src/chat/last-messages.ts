/**
 * The newest messages of the conversation on screen, kept in the browser, so that visitors who come back see them at once instead of
 * after two requests. They are shown only for a subject that the server has just confirmed, and the server's own list takes their
 * place.
 */
import { systemClock } from '../platform/clock.ts'
import { randomId } from '../platform/random.ts'
import { createSealedStore, type SealedStore } from '../platform/storage/sealed-store.ts'
import type { AgentProfile, Attachment, Change, ChatMessage, ChatState } from './chat-state.ts'
import type { StoredMessage } from './chat-transport.ts'
import { fromStored } from './reducers/message-list.ts'

/** Whose messages they are: what has to be known of the visitor here. */
export interface KnownVisitor {
  /** Something was kept here for somebody. */
  readonly hasKept: boolean
  readonly state: { readonly subject: string | undefined }
  /** Aborts when somebody else may be there. */
  readonly signal: AbortSignal
  /** With the seal that the token service gives out for the confirmed subject alone. */
  readonly introduction: { readonly seal: string | undefined } | undefined
  /** What is remembered for the confirmed subject; gone the moment they leave. */
  recall(): { readonly conversationId?: string; readonly seal?: string }
  remember(memory: { seal: string }): void
  on(type: 'change', listener: () => void): unknown
}

export interface LastMessages {
  /** Gets ready for `show`, before it is known who is there: nothing is read. */
  prepare(): void
  /** Puts what is kept into the state, unless the server was faster. Never rejects. */
  show(apply: (change: Change) => void): Promise<void>
  /** Keeps what is on screen, once a turn has ended. Never rejects. */
  keep(state: ChatState): Promise<void>
}

interface Kept {
  readonly conversationId: string
  readonly agent: AgentProfile | undefined
  readonly messages: readonly StoredMessage[]
  readonly hasOlder: boolean
}

/** As many as the first page of the server's list, which takes their place: the length of the chat does not change then. */
const MAX_MESSAGES = 20
const MAX_BYTES = 200_000
/** There may be several agents on one origin, and visitors whose secrets are gone. */
const LIMITS = { maxAgeMs: 30 * 86_400_000, maxEntries: 10 }
/** What was kept in another form is not found. */
const VERSION = 1

/**
 * @param agent separates several agents on one origin
 * @param sealed where they are kept
 */
export function createLastMessages(
  agent: string,
  visitor: KnownVisitor,
  sealed: SealedStore = createSealedStore('coze-chat', LIMITS, systemClock),
): LastMessages {
  let kept: ChatState['messages'] | undefined
  let isInUse = false

  function startUse(): void {
    if (isInUse) return
    isInUse = true
    visitor.on('change', () => {
      // Not a word of the visitor who has gone may stay in memory (F24).
      kept = undefined
      // Also takes away what earlier visitors left: the keys to it are gone already.
      void sealed.clear()
    })
  }

  /** Undefined where the visitor is known only by the id of the tab: the next one to sign in would have the same. */
  function entryName(): string | undefined {
    const { subject } = visitor.state
    return subject === undefined || subject.startsWith('l_') ? undefined : `${VERSION} ${agent} ${subject}`
  }

  return {
    prepare: sealed.open,

    async show(apply) {
      const { signal } = visitor
      const { conversationId, seal } = visitor.recall()
      if (seal === undefined) return
      startUse()
      const name = entryName()
      if (name === undefined || conversationId === undefined) return
      const found = (await sealed.read(name, seal)) as Kept | undefined
      if (!signal.aborted && found?.conversationId === conversationId) apply(showKept(found))
    },

    async keep(state) {
      const { phase, turn, messages } = state
      if (phase !== 'ready' || turn.phase !== 'idle' || messages === kept || messages.at(-1)?.status === 'queued')
        return
      startUse()
      kept = messages
      const { signal } = visitor
      const { seal = visitor.introduction?.seal ?? randomId() } = visitor.recall()
      const name = entryName()
      if (name === undefined) return
      const written = await sealed.write(name, seal, summary(state))
      if (signal.aborted) await sealed.clear()
      else if (written) visitor.remember({ ...visitor.recall(), seal })
    },
  }
}

/** Nothing can be asked of these: there is no conversation in the state before the server has named it. */
const showKept =
  ({ agent, messages, hasOlder }: Kept): Change =>
  (state) => {
    if (state.phase !== 'opening' || state.messages.some(({ id }) => id !== undefined)) return state
    return {
      ...state,
      agent: state.agent ?? agent,
      messages: [...messages.map(fromStored), ...state.messages],
      hasOlder,
    }
  }

/** Undefined where there is nothing to keep. */
function summary({ conversationId = '', agent, messages, hasOlder }: ChatState): Kept | undefined {
  const kept: StoredMessage[] = []
  let bytes = 0
  for (const message of messages.slice(-MAX_MESSAGES).reverse()) {
    if (message.status !== 'sent' && message.status !== 'complete' && message.status !== 'stopped') continue
    const stored = toStored(message)
    bytes += new TextEncoder().encode(JSON.stringify(stored)).length
    if (bytes > MAX_BYTES) break
    kept.unshift(stored)
  }
  if (kept.length === 0) return undefined
  return {
    conversationId,
    agent: agent && { ...agent, iconUrl: lastingUrl(agent.iconUrl) },
    messages: kept,
    hasOlder: hasOlder || kept.length < messages.length,
  }
}

/** As the server's list has it: without what was seen only while the answer came. */
function toStored(message: ChatMessage): StoredMessage {
  const { key, id = key, turnId, sectionId, role, text, createdAt, attachments } = message
  const answer = message.role === 'assistant' ? message : undefined
  return {
    id,
    turnId,
    sectionId,
    role,
    contentType: answer?.contentType ?? 'text',
    text,
    reasoning: answer?.reasoning?.text,
    attachments: attachments.map((attachment): Attachment => ({ ...attachment, url: lastingUrl(attachment.url) })),
    createdAt,
  }
}

/** A query may hold a signature, which expires and must not be kept; an object URL ends with its page. */
function lastingUrl(url: string | undefined): string | undefined {
  return url !== undefined && /^https:[^?]*$/.test(url) ? url : undefined
}
