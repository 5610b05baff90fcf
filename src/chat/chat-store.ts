/**
 * The chat itself: holds the state, talks to a transport, and is the only one who writes.
 * Every piece of work carries the signal of the epoch it began in (a session, within it a conversation); once that has
 * aborted, whatever the work still brings is not written.
 */
import { type ErrorCode, toCozeChatError } from '../errors.ts'
import { callHost } from '../platform/call-host.ts'
import { type Clock, systemClock, type TimerHandle } from '../platform/clock.ts'
import { createLazyPart } from '../platform/lazy-part.ts'
import { createLinkedAbort } from '../platform/linked-abort.ts'
import type { ChatCore, ChatStoreEvent, Connection, Job, Loaded, Thread, Turn } from './chat-core.ts'
import { beginTurn, type Change, failQuestion, patchTurn, queueQuestion, showConversation } from './chat-reducer.ts'
import { type Attachment, type ChatProblem, type ChatState, initialChatState } from './chat-state.ts'
import type { ChatTransport, Question } from './chat-transport.ts'
import type { Conversations } from './conversations.ts'
import type { ChatTool } from './page-tools.ts'
import { CONVERSATION_GONE, createTurnRunner } from './turn-runner.ts'

export type { ChatStoreEvent, Connection } from './chat-core.ts'

export interface ChatStore {
  getState(): ChatState
  /** Calls back after each change; answers the way to stop. */
  subscribe(listener: () => void): () => void
  /** Loads agent, conversation and history once; again after a failure. Never rejects: see `state.problem`. */
  open(): Promise<void>
  /** Shows the question at once and asks it; queued while another answer streams. Resolves when the turn has ended; never rejects: see the question's `problem`. */
  send(question: string | Question): Promise<void>
  /** Aborts the stream and tells the server. What had arrived stays, marked `stopped`. */
  stop(): void
  /**
   * Asks a failed question again, or an interrupted one's answer.
   * @param words for the newest question, while nothing is under way: these replace it, and its answers go, here and at the server
   */
  retry(messageKey: string, words?: Question): Promise<void>
  /** Drops the answer to the last question and asks it again. */
  regenerate(): Promise<void>
  /** For editing: the question that a message is, or answers; taken out of the list if it is still queued or has failed. */
  withdraw(messageKey: string): Promise<Question | undefined>
  loadOlder(): Promise<void>
  newConversation(): Promise<void>
  clearContext(): Promise<void>
  /** The newest ones; with `more` the page after those shown. */
  loadConversations(more?: boolean): Promise<void>
  openConversation(conversationId: string): Promise<void>
  renameConversation(conversationId: string, title: string): Promise<void>
  deleteConversation(conversationId: string): Promise<void>
  rate(
    messageKey: string,
    kind: 'like' | 'unlike' | undefined,
    details?: { reasons?: readonly string[]; comment?: string },
  ): Promise<void>
  upload(file: File, onProgress: (fraction: number) => void, signal: AbortSignal): Promise<Attachment>
  transcribe(audio: Blob, signal: AbortSignal): Promise<string>
  speak(text: string, signal: AbortSignal): Promise<Blob>
  /** Ends everything under way and empties the state; for logout and change of user. The store is usable again afterwards. */
  reset(): void
  destroy(): void
}

/** Which conversation was open and which turn was under way. */
export interface Remembered {
  readonly conversationId?: string
  readonly turnId?: string
}

/** What outlives a reload, kept for one session only. */
export interface ChatMemory {
  /** @param show puts something into the state until the conversation is there; it may be called later, and too late */
  recall(show: (change: Change) => void): Remembered | Promise<Remembered>
  remember(remembered: Remembered): void
}

export interface ChatStoreOptions {
  transport: ChatTransport
  clock?: Clock
  connection?: Connection
  memory?: ChatMemory
  /** Functions of the page that the agent may call. */
  tools?: Readonly<Record<string, ChatTool>>
  /** Milliseconds one tool may take. Default 30 s. */
  toolLimitMs?: number
  onEvent?: (event: ChatStoreEvent) => void
}

/** Without a sign of life for so long, the visitor is told. */
const SLOW_AFTER_MS = 30_000
/** The agent can be talked to although its profile cannot be read. */
const PROFILE_HIDDEN: readonly ErrorCode[] = ['permission_denied', 'not_published']

export function createChatStore(options: ChatStoreOptions): ChatStore {
  const { transport, clock = systemClock, connection, memory, tools = {}, toolLimitMs = 30_000, onEvent } = options
  const listeners = new Set<() => void>()
  let state = initialChatState
  let session = createLinkedAbort()
  let thread = createThread()
  let opening: Promise<void> | undefined
  let queue: Job[] = []
  let turn: Turn | undefined
  /** A question waits for the network to come back. */
  let held = false
  let lastKey = 0

  const core: ChatCore = {
    transport,
    clock,
    connection,
    tools,
    toolLimitMs,
    getState: () => state,
    apply,
    set,
    emit,
    problemOf,
    attempt,
    rememberTurn,
    session: () => session.signal,
    thread: () => thread,
    loadConversation,
    show,
    resume,
    isIdle: () => turn === undefined && queue.length === 0,
    enqueue,
    putBack(job, hold) {
      queue.unshift(job)
      held = hold
    },
    pump,
    dropJobs,
    takeUp,
  }
  const runner = createTurnRunner(core)
  const loadConversations = createLazyPart(async () => (await import('./conversations.ts')).createConversations(core))
  const loadAskingAgain = createLazyPart(() => import('./asking-again.ts'))

  // ---- writing

  function apply(epoch: AbortSignal, change: Change): void {
    if (epoch.aborted) return
    const before = state
    state = change(state)
    if (state !== before) for (const listener of [...listeners]) callHost(listener)
  }

  function set(epoch: AbortSignal, values: Partial<ChatState>): void {
    apply(epoch, (before) => ({ ...before, ...values }))
  }

  function problemOf(thrown: unknown): ChatProblem {
    const { code, retryable, retryAfterMs, upstreamCode, logId } = toCozeChatError(thrown)
    return {
      code,
      retryable,
      ...(retryAfterMs !== undefined && { retryAt: clock.now() + retryAfterMs }),
      upstreamCode,
      logId,
    }
  }

  function emit(epoch: AbortSignal, event: ChatStoreEvent): void {
    if (!epoch.aborted) callHost(() => onEvent?.(event))
  }

  async function attempt<T>(
    epoch: AbortSignal,
    work: () => Promise<T>,
    onFailure?: Partial<ChatState>,
  ): Promise<T | undefined> {
    try {
      return await work()
    } catch (thrown) {
      const problem = problemOf(thrown)
      set(epoch, { ...onFailure, problem })
      emit(epoch, { type: 'error', problem })
      return undefined
    }
  }

  function rememberTurn(epoch: AbortSignal, turnId: string | undefined): void {
    const { conversationId } = state
    if (epoch.aborted || conversationId === undefined) return
    memory?.remember({ conversationId, ...(turnId !== undefined && { turnId }) })
  }

  // ---- opening

  async function open(): Promise<void> {
    if (state.phase === 'ready') return
    opening ??= load(session.signal)
    return opening
  }

  async function load(epoch: AbortSignal): Promise<void> {
    set(epoch, { phase: 'opening', problem: undefined })
    const loadRemembered = async () => {
      const { conversationId, turnId } = (await memory?.recall((change) => apply(epoch, change))) ?? {}
      const loaded = await loadConversation(epoch, conversationId)
      return [loaded, loaded.conversation.id === conversationId ? turnId : undefined] as const
    }
    const work = async () => {
      const [[loaded, turnId]] = await Promise.all([loadRemembered(), loadAgent(epoch)])
      if (epoch.aborted) return
      show(loaded, true)
      resume(loaded, turnId)
    }
    await attempt(epoch, work, { phase: 'failed' })
    if (epoch.aborted) return
    opening = undefined
    if (state.phase === 'failed') failQueue(epoch)
    pump()
  }

  async function loadAgent(epoch: AbortSignal): Promise<void> {
    try {
      set(epoch, { agent: await transport.loadAgent(epoch) })
    } catch (thrown) {
      if (!PROFILE_HIDDEN.includes(toCozeChatError(thrown).code)) throw thrown
    }
  }

  async function loadConversation(epoch: AbortSignal, conversationId?: string): Promise<Loaded> {
    try {
      const conversation = await transport.openConversation(epoch, conversationId)
      return { conversation, page: await transport.listMessages(epoch, conversation.id) }
    } catch (thrown) {
      if (conversationId === undefined || !CONVERSATION_GONE.includes(toCozeChatError(thrown).code)) throw thrown
      return loadConversation(epoch)
    }
  }

  function createThread(): Thread {
    return { ...createLinkedAbort(session.signal), sectionId: undefined, olderCursor: undefined }
  }

  function show({ conversation, page }: Loaded, keepUnsent: boolean): void {
    thread.abort()
    thread.unlink()
    thread = createThread()
    thread.sectionId = conversation.sectionId ?? page.messages.at(-1)?.sectionId
    thread.olderCursor = page.olderCursor
    turn = undefined
    held = false
    if (!keepUnsent) dropJobs()
    apply(thread.signal, showConversation(conversation, page, keepUnsent))
    rememberTurn(thread.signal, undefined)
  }

  /** A reload in mid-answer: the turn goes on at the server, and its answer is fetched from there. */
  function resume({ page }: Loaded, turnId?: string): void {
    const newest = page.messages.at(-1)
    const lost = turnId ?? (newest?.role === 'user' ? newest.turnId : undefined)
    if (lost !== undefined) void takeUp(lost)
  }

  async function takeUp(turnId: string): Promise<void> {
    if (turn !== undefined) return
    await run((current) => {
      current.turnId = turnId
      apply(current.epoch, beginTurn({ turnId }))
      return runner.follow(current)
    })
  }

  // ---- the queue

  function enqueue(key: string, question: Question, replaces?: string): Promise<void> {
    return new Promise((done) => {
      queue.push({ key, question, replaces, done })
      // Being offline is a guess; somebody who writes wants it tried.
      held = false
      void open()
      pump()
    })
  }

  function pump(): void {
    if (turn !== undefined || held || state.phase !== 'ready') return
    const job = queue.shift()
    if (job === undefined) return
    void run(async (current) => {
      if (await runner.ask(current, job)) job.done()
    })
  }

  function dropJobs(wanted?: string): void {
    queue = queue.filter(({ key, done }) => {
      if (wanted !== undefined && key !== wanted) return true
      done()
      return false
    })
  }

  /** The chat could not be opened: offline the questions wait, else they are shown as not sent. */
  function failQueue(epoch: AbortSignal): void {
    const { problem } = state
    if (problem === undefined || connection?.isOnline() === false) return
    for (const { key } of queue) apply(epoch, failQuestion(key, problem))
    dropJobs()
  }

  const stopListening = connection?.onOnline(() => {
    held = false
    if (state.phase === 'failed' && state.problem?.retryable) void open()
    const last = state.messages.at(-1)
    if (last?.status === 'interrupted') void retry(last.key)
    pump()
  })

  async function run(work: (current: Turn) => Promise<void>): Promise<void> {
    let silence: TimerHandle | undefined
    const current: Turn = {
      conversationId: state.conversationId ?? '',
      session: session.signal,
      epoch: thread.signal,
      link: createLinkedAbort(thread.signal),
      turnId: undefined,
      stopped: false,
      heard() {
        clock.clearTimeout(silence)
        silence = clock.setTimeout(() => apply(current.epoch, patchTurn({ slow: true })), SLOW_AFTER_MS)
      },
    }
    turn = current
    current.heard()
    await work(current)
    clock.clearTimeout(silence)
    current.link.unlink()
    if (turn !== current) return
    turn = undefined
    pump()
  }

  // ---- what is done now and then, by code that comes when it is used

  const retry = (messageKey: string, words?: Question) =>
    attempt(session.signal, async () => (await loadAskingAgain()).retry(core, messageKey, words))

  /** Nothing is done any more once `epoch` has aborted. */
  function manage(epoch: AbortSignal, work: (conversations: Conversations) => Promise<void>): Promise<void> {
    return attempt(epoch, async () => {
      const conversations = await loadConversations()
      if (!epoch.aborted) await work(conversations)
    })
  }

  async function forThisVisitor(): Promise<Conversations> {
    const { signal } = session
    const conversations = await loadConversations()
    signal.throwIfAborted()
    return conversations
  }

  return {
    getState: core.getState,
    subscribe(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    open,
    async send(input) {
      const question = typeof input === 'string' ? { text: input, attachments: [] } : input
      if (question.text.trim() === '' && question.attachments.length === 0) return
      const key = `q:${++lastKey}`
      apply(session.signal, queueQuestion(key, question, thread.sectionId, clock.now()))
      return enqueue(key, question)
    },
    stop() {
      if (turn !== undefined) runner.stop(turn)
    },
    withdraw: (messageKey) => attempt(session.signal, async () => (await loadAskingAgain()).withdraw(core, messageKey)),
    retry,
    regenerate: () => attempt(session.signal, async () => (await loadAskingAgain()).regenerate(core)),
    loadOlder: () => manage(thread.signal, ({ loadOlder }) => loadOlder()),
    clearContext: () => manage(thread.signal, ({ clearContext }) => clearContext()),
    rate: (...args) => manage(thread.signal, ({ rate }) => rate(...args)),
    newConversation: () => manage(session.signal, ({ newConversation }) => newConversation()),
    openConversation: (id) => manage(session.signal, ({ openConversation }) => openConversation(id)),
    loadConversations: (more) => manage(session.signal, (conversations) => conversations.loadConversations(more)),
    renameConversation: (...args) =>
      manage(session.signal, (conversations) => conversations.renameConversation(...args)),
    deleteConversation: (id) => manage(session.signal, ({ deleteConversation }) => deleteConversation(id)),
    upload: async (...args) => (await forThisVisitor()).upload(...args),
    transcribe: async (...args) => (await forThisVisitor()).transcribe(...args),
    speak: async (...args) => (await forThisVisitor()).speak(...args),
    reset,
    destroy() {
      stopListening?.()
      reset()
      session.abort()
      listeners.clear()
    },
  }

  function reset(): void {
    session.abort()
    session = createLinkedAbort()
    thread = createThread()
    opening = undefined
    turn = undefined
    held = false
    dropJobs()
    set(session.signal, initialChatState)
  }
}
