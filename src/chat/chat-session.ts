/** A session lasts as long as its visitor; within it, one conversation is on screen at a time. */
import { type ErrorCode, toCozeChatError } from '../errors.ts'
import { createLinkedAbort, type LinkedAbort } from '../platform/waiting/linked-abort.ts'
import type { ChatMemory, Recalled } from './chat-memory.ts'
import type { ChatTransport, Conversation, MessagePage } from './chat-transport.ts'
import { showConversation } from './reducers/show-conversation.ts'
import type { StateContainer } from './state-container.ts'

/** A conversation on screen. Its signal aborts when another one takes its place, and with the session. */
export interface Thread extends LinkedAbort {
  /** Context window of the next question. */
  sectionId: string | undefined
  /** What the next question waits for: a new topic begins with it. */
  beforeAsk?: (() => Promise<void>) | undefined
  olderCursor: string | undefined
}

/** A conversation and its newest messages. */
export interface LoadedConversation {
  /** Undefined: the first question begins it. */
  readonly conversation: Conversation | undefined
  readonly page: MessagePage
}

export interface ChatSession {
  /** Aborts when the session ends. */
  readonly signal: AbortSignal
  readonly thread: Thread
  /** Loads the wanted conversation; the newest one where none is wanted, or where it is gone. */
  load(signal: AbortSignal, wanted?: Pick<Recalled, 'conversationId' | 'isNew'>): Promise<LoadedConversation>
  /** A new conversation. */
  create(signal: AbortSignal): Promise<LoadedConversation>
  /** @param keepUnsent questions that were not asked yet stay on screen */
  show(loaded: LoadedConversation, keepUnsent: boolean): void
  /** Keeps the running turn for a reload; `undefined`: none runs. */
  rememberTurn(lifetime: AbortSignal, turnId: string | undefined): void
  /** Ends this session and begins another, with nothing on screen. */
  restart(): void
  destroy(): void
}

/** How the server refuses a conversation that is gone, or that belongs to somebody else. */
export const CONVERSATION_GONE: readonly ErrorCode[] = ['conversation_not_found', 'permission_denied']

const NO_MESSAGES: MessagePage = { messages: [], olderCursor: undefined }

export function createChatSession(
  container: StateContainer,
  transport: ChatTransport,
  memory: ChatMemory | undefined,
): ChatSession {
  let session = createLinkedAbort()
  let thread = createThread(session.signal)

  const load: ChatSession['load'] = async (signal, { conversationId, isNew = false } = {}) => {
    if (conversationId === undefined) {
      const conversation = await transport.newestConversation(signal, isNew)
      const isEmpty = isNew || conversation === undefined
      return { conversation, page: isEmpty ? NO_MESSAGES : await transport.listMessages(signal, conversation.id) }
    }
    try {
      // Side by side: both are refused where the conversation is not theirs.
      const [conversation, page] = await Promise.all([
        transport.openConversation(signal, conversationId),
        transport.listMessages(signal, conversationId),
      ])
      return { conversation, page }
    } catch (thrown) {
      if (!CONVERSATION_GONE.includes(toCozeChatError(thrown).code)) throw thrown
      return load(signal)
    }
  }

  function rememberTurn(lifetime: AbortSignal, turnId: string | undefined): void {
    const { conversationId } = container.getState()
    if (lifetime.aborted || conversationId === undefined) return
    memory?.remember({ conversationId, ...(turnId !== undefined && { turnId }) })
  }

  return {
    get signal() {
      return session.signal
    },
    get thread() {
      return thread
    },
    load,
    async create(signal) {
      return { conversation: await transport.createConversation(signal), page: NO_MESSAGES }
    },
    show({ conversation, page }, keepUnsent) {
      thread.abort()
      thread.unlink()
      thread = createThread(session.signal)
      thread.sectionId = conversation?.sectionId ?? page.messages.at(-1)?.sectionId
      thread.olderCursor = page.olderCursor
      container.apply(thread.signal, showConversation(conversation, page, keepUnsent))
      rememberTurn(thread.signal, undefined)
      // The one that was remembered is gone.
      if (conversation === undefined && memory?.lastConversation() !== undefined) memory.remember({})
    },
    rememberTurn,
    restart() {
      session.abort()
      session = createLinkedAbort()
      thread = createThread(session.signal)
    },
    destroy: () => session.abort(),
  }
}

function createThread(session: AbortSignal): Thread {
  return { ...createLinkedAbort(session), sectionId: undefined, olderCursor: undefined }
}
