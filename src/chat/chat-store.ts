/** The chat: its state, and everything that a visitor can do. The parts that do it are put together here. */
import { type Clock, systemClock } from '../platform/clock.ts'
import { createLinkedAbort } from '../platform/waiting/linked-abort.ts'
import type { ChatMemory } from './chat-memory.ts'
import type { ChatParts } from './chat-parts.ts'
import { createChatSession } from './chat-session.ts'
import { type Attachment, type ChatState, initialChatState } from './chat-state.ts'
import type { ChatStoreEvent } from './chat-store-events.ts'
import type { ChatTransport, Question } from './chat-transport.ts'
import type { Connection } from './connection.ts'
import type { Conversations } from './conversations.ts'
import { createLazyConversations } from './lazy-conversations.ts'
import { createOpening } from './open-chat.ts'
import { createQuestions } from './questions.ts'
import { createStateContainer } from './state-container.ts'
import { createAskQuestion } from './turns/ask-question.ts'
import { createLazyRecovery } from './turns/lazy-recovery.ts'
import type { ChatTool } from './turns/page-tools.ts'
import { createTurnRunner } from './turns/turn-runner.ts'
import { createTurns } from './turns/turns.ts'

export interface ChatStore extends Conversations {
  getState(): ChatState
  /** Calls back after each change. Returns an unsubscribe function. */
  subscribe(listener: () => void): () => void
  /** Loads agent, conversation and history once; again after a failure. Never rejects: see `state.problem`. */
  open(): Promise<void>
  /**
   * Shows the question at once and asks it; queued while another answer streams. Resolves when the turn has ended; never rejects: see
   * the question's `problem`. Without effect for a question without words and attachments.
   */
  send(question: string | Question): Promise<void>
  /** Aborts the stream and tells the server. What had arrived stays, marked `stopped`. */
  stop(): void
  /**
   * Asks a failed or stopped question again, or fetches an interrupted answer.
   * @param words replace the newest question, while nothing is under way; its answers are deleted, here and at the server
   */
  retry(messageKey: string, words?: Question): Promise<void>
  /** Drops the answer to the last question and asks it again. */
  regenerate(): Promise<void>
  /** For editing: the question that a message is, or answers; taken out of the list if it is still queued or has failed. */
  withdraw(messageKey: string): Promise<Question | undefined>
  /**
   * @param onProgress part of the file that has left, 0 to 1
   * @throws CozeChatError
   */
  upload(file: File, onProgress: (fraction: number) => void, signal: AbortSignal): Promise<Attachment>
  /** @throws CozeChatError */
  transcribe(audio: Blob, signal: AbortSignal): Promise<string>
  /** @throws CozeChatError */
  speak(text: string, signal: AbortSignal): Promise<Blob>
  /** Ends everything under way and empties the state; for logout and change of user. The store is usable again afterwards. */
  reset(): void
  destroy(): void
}

export interface ChatStoreOptions {
  transport: ChatTransport
  parts: ChatParts
  clock?: Clock
  connection?: Connection
  memory?: ChatMemory
  /** Functions of the page that the agent may call. */
  tools?: Readonly<Record<string, ChatTool>>
  onEvent?: (event: ChatStoreEvent) => void
}

export function createChatStore(options: ChatStoreOptions): ChatStore {
  const { transport, parts, clock = systemClock, connection, memory, tools = {} } = options
  const container = createStateContainer(clock, options.onEvent)
  const session = createChatSession(container, transport, memory)
  const runner = createTurnRunner(container, session, transport, { clock, tools })
  const recovery = createLazyRecovery(parts.recovery, runner, ({ createTurnRecovery }) =>
    createTurnRecovery(container, transport, runner, { clock, connection }),
  )
  const askQuestion = createAskQuestion(container, runner, recovery, connection)
  const turns = createTurns(container, session, runner, recovery, askQuestion)
  const opening = createOpening(container, session, transport, turns, { memory, connection })
  const questions = createQuestions(container, session, opening, turns, clock)
  const conversations = createLazyConversations(parts.conversations, container, session, ({ createConversations }) =>
    createConversations(container, session, transport, turns),
  )

  const stopListening = connection?.onOnline(() => {
    const { phase, problem, messages } = container.getState()
    turns.releaseQueue()
    if (phase === 'failed' && problem?.retryable) void opening.open()
    const last = messages.at(-1)
    if (last?.status === 'interrupted') void questions.retry(last.key)
    turns.drainQueue()
  })

  /** Ends with the session too. */
  function linked<T>(signal: AbortSignal, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const link = createLinkedAbort(session.signal, signal)
    return work(link.signal).finally(link.unlink)
  }

  function reset(): void {
    session.restart()
    opening.reset()
    turns.reset()
    container.set(session.signal, initialChatState)
  }

  return {
    getState: container.getState,
    subscribe: container.subscribe,
    open: opening.open,
    send: (input) => questions.send(typeof input === 'string' ? { text: input, attachments: [] } : input),
    stop: turns.stop,
    retry: questions.retry,
    regenerate: questions.regenerate,
    withdraw: async (messageKey) => questions.withdraw(messageKey),
    ...conversations,
    upload: (file, onProgress, signal) => linked(signal, (both) => transport.upload(both, file, onProgress)),
    transcribe: (audio, signal) => linked(signal, (both) => transport.transcribe(both, audio)),
    speak: (text, signal) => linked(signal, (both) => transport.speak(both, text)),
    reset,
    destroy() {
      stopListening?.()
      reset()
      session.destroy()
      container.destroy()
    },
  }
}
