/**
 * The chat itself: holds the state, talks to a transport, and is the only one who writes.
 * Every piece of work carries the signal of the epoch it began in (a session, within it a conversation); once that has
 * aborted, whatever the work still brings is not written.
 */
import { type ErrorCode, toCozeChatError } from '../errors.ts'
import { type Clock, systemClock } from '../platform/clock.ts'
import { createLinkedAbort, type LinkedAbort } from '../platform/linked-abort.ts'
import { type ChatAction, reduceChat } from './chat-reducer.ts'
import { type Attachment, type ChatMessage, type ChatProblem, type ChatState, initialChatState } from './chat-state.ts'
import type { ChatTransport, Conversation, MessagePage, Question } from './chat-transport.ts'
import type { ChatTool } from './page-tools.ts'
import {
  type ChatStoreEvent,
  CONVERSATION_GONE,
  type Connection,
  createTurnRunner,
  type Job,
  type Turn,
} from './turn-runner.ts'

export type { ChatStoreEvent, Connection } from './turn-runner.ts'

export interface ChatStore {
  getState(): ChatState
  /** Calls back after each change; answers the way to stop. */
  subscribe(listener: () => void): () => void
  /** Loads agent, conversation and history once; again after a failure. Never rejects: see `state.problem`. */
  open(): Promise<void>
  /** Shows the question at once and asks it; queued while another answer streams. Resolves when the turn has ended. */
  send(question: string | Question): Promise<void>
  /** Aborts the stream and tells the server. What had arrived stays, marked `stopped`. */
  stop(): void
  /** Asks a failed question again, or an interrupted one's answer. */
  retry(messageKey: string): Promise<void>
  /** Drops the answer to the last question and asks it again. */
  regenerate(): Promise<void>
  /** Takes a question that is still queued or failed out of the list and answers its text, for editing. */
  withdraw(messageKey: string): Question | undefined
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
  recall(): Remembered | Promise<Remembered>
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

interface Loaded {
  conversation: Conversation
  page: MessagePage
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
  let thread = createLinkedAbort(session.signal)
  let opening: Promise<void> | undefined
  let switching: LinkedAbort | undefined
  let queue: Job[] = []
  let turn: Turn | undefined
  /** A question waits for the network to come back. */
  let held = false
  let sectionId: string | undefined
  let olderCursor: string | undefined
  let conversationPage = 0
  let lastKey = 0

  // ---- writing

  function apply(epoch: AbortSignal, action: ChatAction): void {
    if (epoch.aborted) return
    const before = state
    state = reduceChat(state, action)
    if (state !== before) for (const listener of [...listeners]) callHost(listener)
  }
  const set = (epoch: AbortSignal, values: Partial<ChatState>) => apply(epoch, { type: 'set', values })

  function problemOf(thrown: unknown): ChatProblem {
    const { code, retryable, retryAfterMs, upstreamCode, logId } = toCozeChatError(thrown)
    return {
      code,
      retryable,
      ...(retryAfterMs !== undefined && { retryAt: clock.now() + retryAfterMs }),
      ...(upstreamCode !== undefined && { upstreamCode }),
      ...(logId !== undefined && { logId }),
    }
  }

  function emit(epoch: AbortSignal, event: ChatStoreEvent): void {
    if (!epoch.aborted) callHost(() => onEvent?.(event))
  }

  /** Work whose failure concerns the chat as a whole. */
  async function attempt(
    epoch: AbortSignal,
    work: () => Promise<void>,
    onFailure: Partial<ChatState> = {},
  ): Promise<void> {
    try {
      await work()
    } catch (thrown) {
      const problem = problemOf(thrown)
      set(epoch, { ...onFailure, problem })
      emit(epoch, { type: 'error', problem })
    }
  }

  function rememberTurn(epoch: AbortSignal, turnId: string | undefined): void {
    const { conversationId } = state
    if (epoch.aborted || conversationId === undefined) return
    memory?.remember({ conversationId, ...(turnId !== undefined && { turnId }) })
  }

  const runner = createTurnRunner({
    transport,
    clock,
    connection,
    tools,
    toolLimitMs,
    getState: () => state,
    apply,
    emit,
    problemOf,
    rememberTurn,
  })

  // ---- opening and switching conversations

  function open(): Promise<void> {
    if (state.phase === 'ready') return Promise.resolve()
    opening ??= load(session.signal)
    return opening
  }

  async function load(epoch: AbortSignal): Promise<void> {
    set(epoch, { phase: 'opening', problem: undefined })
    const work = async () => {
      const conversation = async () => {
        const remembered = (await memory?.recall()) ?? {}
        return { remembered, loaded: await loadConversation(epoch, remembered.conversationId) }
      }
      const [{ remembered, loaded }] = await Promise.all([conversation(), loadAgent(epoch)])
      if (epoch.aborted) return
      show(loaded, true)
      resume(loaded, remembered)
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

  function show({ conversation, page }: Loaded, keepUnsent: boolean): void {
    thread.abort()
    thread.unlink()
    thread = createLinkedAbort(session.signal)
    turn = undefined
    held = false
    if (!keepUnsent) dropQueue()
    sectionId = conversation.sectionId ?? page.messages.at(-1)?.sectionId
    olderCursor = page.olderCursor
    apply(thread.signal, { type: 'conversation-shown', conversation, page, keepUnsent })
    rememberTurn(thread.signal, undefined)
  }

  /** A reload in mid-answer: the turn goes on at the server, and its answer is fetched from there. */
  function resume({ conversation, page }: Loaded, remembered: Remembered): void {
    const newest = page.messages.at(-1)
    const unanswered = newest?.role === 'user' ? newest.turnId : undefined
    const turnId = remembered.conversationId === conversation.id ? (remembered.turnId ?? unanswered) : unanswered
    if (turnId === undefined) return
    void run(async (current) => {
      current.turnId = turnId
      apply(current.epoch, { type: 'turn-began', turnId })
      await runner.follow(current)
    })
  }

  /** The last switch asked for wins. */
  function switchTo(loadTarget: (signal: AbortSignal) => Promise<Loaded>): Promise<void> {
    switching?.abort()
    const link = createLinkedAbort(session.signal)
    switching = link
    set(link.signal, { problem: undefined })
    return attempt(link.signal, async () => {
      const loaded = await loadTarget(link.signal)
      if (link.signal.aborted) return
      show(loaded, false)
      resume(loaded, {})
    }).finally(link.unlink)
  }

  const startConversation = async (signal: AbortSignal): Promise<Loaded> => ({
    conversation: await transport.createConversation(signal),
    page: { messages: [], olderCursor: undefined },
  })

  // ---- the queue

  function enqueue(key: string, question: Question, replaces?: string): Promise<void> {
    return new Promise((done) => {
      queue.push({ key, question, replaces, done })
      // Being offline is a guess; somebody who writes wants it tried.
      held = false
      if (state.phase !== 'ready') void open()
      pump()
    })
  }

  function pump(): void {
    if (turn !== undefined || held || state.phase !== 'ready') return
    const job = queue.shift()
    if (job === undefined) return
    const served = run((current) => serve(current, job))
    void served.then((ended) => {
      if (ended) job.done()
    })
  }

  /** Answers whether the question is through; otherwise it is back in the queue. */
  async function serve(current: Turn, job: Job): Promise<boolean> {
    const outcome = await runner.ask(current, job)
    if (outcome === 'done') return true
    queue.unshift(job)
    if (outcome === 'conversation-gone') {
      job.moved = true
      await moveUnsent(current, job)
      return false
    }
    held = true
    apply(current.epoch, { type: 'turn-ended', outcome: 'interrupted' })
    apply(current.epoch, { type: 'question-requeued', key: job.key, problem: { code: 'network', retryable: true } })
    return false
  }

  /** The conversation is gone: go on in a new one with what was not asked yet. */
  async function moveUnsent({ session: epoch, epoch: gone }: Turn, { key }: Job): Promise<void> {
    try {
      const loaded = await startConversation(epoch)
      if (gone.aborted) return
      show(loaded, true)
      apply(epoch, { type: 'question-requeued', key })
    } catch (thrown) {
      const problem = problemOf(thrown)
      apply(gone, { type: 'turn-ended', outcome: 'failed', problem })
      emit(gone, { type: 'error', problem })
      dropQueue()
    }
    pump()
  }

  function dropQueue(): void {
    for (const job of queue) job.done()
    queue = []
  }

  /** The chat could not be opened: offline the questions wait, else they are shown as not sent. */
  function failQueue(epoch: AbortSignal): void {
    const { problem } = state
    if (problem === undefined || connection?.isOnline() === false) return
    for (const { key } of queue) apply(epoch, { type: 'question-failed', key, problem })
    dropQueue()
  }

  const stopListening = connection?.onOnline(() => {
    held = false
    if (state.phase === 'failed' && state.problem?.retryable) void open()
    const last = state.messages.at(-1)
    if (last?.status === 'interrupted') void retry(last.key)
    pump()
  })

  async function run<T>(work: (current: Turn) => Promise<T>): Promise<T> {
    const current: Turn = {
      conversationId: state.conversationId ?? '',
      session: session.signal,
      epoch: thread.signal,
      link: createLinkedAbort(thread.signal),
      turnId: undefined,
      stopped: false,
      heardAt: clock.monotonic(),
    }
    turn = current
    const stopWatching = watchSilence(current)
    try {
      return await work(current)
    } finally {
      stopWatching()
      current.link.unlink()
      if (turn === current) {
        turn = undefined
        pump()
      }
    }
  }

  /** One timer however many pieces arrive: it looks when the last one came. */
  function watchSilence(current: Turn): () => void {
    const look = () => {
      const left = current.heardAt + SLOW_AFTER_MS - clock.monotonic()
      if (left <= 0) apply(current.epoch, { type: 'turn-slow' })
      timer = clock.setTimeout(look, left > 0 ? left : SLOW_AFTER_MS)
    }
    let timer = clock.setTimeout(look, SLOW_AFTER_MS)
    return () => clock.clearTimeout(timer)
  }

  // ---- asking again

  /** A question of the list goes to its end and is asked anew; the messages of its first try are deleted at the server. */
  function askAgain(index: number): Promise<void> {
    const question = state.messages[index]
    if (question?.role !== 'user') return Promise.resolve()
    apply(thread.signal, { type: 'question-requeued', key: question.key })
    return enqueue(question.key, questionOf(question), question.turnId)
  }

  async function retry(messageKey: string): Promise<void> {
    const index = state.messages.findIndex(({ key }) => key === messageKey)
    const message = state.messages[index]
    if (message === undefined) return
    const { turnId } = message
    const interrupted = message.status === 'interrupted' || message.problem?.code === 'interrupted'
    if (interrupted && turnId !== undefined) {
      if (turn !== undefined) return
      return run(async (current) => {
        current.turnId = turnId
        apply(current.epoch, { type: 'turn-began', turnId })
        await runner.follow(current)
      })
    }
    if (message.status !== 'failed' && message.status !== 'stopped') return
    return askAgain(questionIndex(state.messages, index))
  }

  function linked<T>(signal: AbortSignal, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const link = createLinkedAbort(session.signal, signal)
    return work(link.signal).finally(link.unlink)
  }

  return {
    getState: () => state,
    subscribe(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    open,
    send(input) {
      const question = typeof input === 'string' ? { text: input, attachments: [] } : input
      if (question.text.trim() === '' && question.attachments.length === 0) return Promise.resolve()
      const key = `q:${++lastKey}`
      apply(session.signal, { type: 'question-queued', key, question, sectionId, now: clock.now() })
      return enqueue(key, question)
    },
    stop() {
      if (turn !== undefined) runner.stop(turn)
    },
    retry,
    async regenerate() {
      if (turn === undefined && queue.length === 0)
        await askAgain(questionIndex(state.messages, state.messages.length - 1))
    },
    withdraw(messageKey) {
      const message = state.messages.find(({ key }) => key === messageKey)
      if (message?.role !== 'user' || (message.status !== 'queued' && message.status !== 'failed')) return undefined
      queue = queue.filter((job) => {
        if (job.key === messageKey) job.done()
        return job.key !== messageKey
      })
      apply(session.signal, { type: 'question-removed', key: messageKey })
      return questionOf(message)
    },
    async loadOlder() {
      const { conversationId, hasOlder, loadingOlder } = state
      if (conversationId === undefined || !hasOlder || loadingOlder) return
      const epoch = thread.signal
      set(epoch, { loadingOlder: true })
      const work = async () => {
        const page = await transport.listMessages(epoch, conversationId, olderCursor)
        if (epoch.aborted) return
        olderCursor = page.olderCursor
        apply(epoch, { type: 'older-shown', page })
      }
      await attempt(epoch, work, { loadingOlder: false })
    },
    newConversation: () => switchTo(startConversation),
    openConversation: (conversationId) => switchTo((signal) => loadConversation(signal, conversationId)),
    clearContext() {
      const { conversationId } = state
      const epoch = thread.signal
      return attempt(epoch, async () => {
        if (conversationId === undefined) return
        const id = await transport.clearContext(epoch, conversationId)
        if (!epoch.aborted) sectionId = id
      })
    },
    async loadConversations(more = false) {
      const epoch = session.signal
      const { conversations } = state
      if (conversations.loading) return
      set(epoch, { conversations: { ...conversations, loading: true } })
      const work = async () => {
        const page = more ? conversationPage + 1 : 1
        const { items, hasMore } = await transport.listConversations(epoch, page)
        if (epoch.aborted) return
        conversationPage = page
        const shown = more ? state.conversations.items : []
        const known = new Set(shown.map(({ id }) => id))
        const added = items.filter(({ id }) => !known.has(id))
        set(epoch, { conversations: { items: [...shown, ...added], hasMore, loading: false } })
      }
      await attempt(epoch, work, { conversations: { ...conversations, loading: false } })
    },
    renameConversation(conversationId, title) {
      const epoch = session.signal
      return attempt(epoch, async () => {
        await transport.renameConversation(epoch, conversationId, title)
        const items = state.conversations.items.map((item) => (item.id === conversationId ? { ...item, title } : item))
        set(epoch, { conversations: { ...state.conversations, items } })
      })
    },
    deleteConversation(conversationId) {
      const epoch = session.signal
      return attempt(epoch, async () => {
        await transport.deleteConversation(epoch, conversationId)
        if (epoch.aborted) return
        const items = state.conversations.items.filter(({ id }) => id !== conversationId)
        set(epoch, { conversations: { ...state.conversations, items } })
        if (state.conversationId === conversationId) await switchTo((signal) => loadConversation(signal))
      })
    },
    async rate(messageKey, kind, details = {}) {
      const { conversationId, messages } = state
      const message = messages.find(({ key }) => key === messageKey)
      if (conversationId === undefined || message?.role !== 'assistant' || message.id === undefined) return
      const { id, feedback } = message
      const epoch = thread.signal
      apply(epoch, { type: 'message-rated', key: messageKey, feedback: kind })
      await attempt(epoch, async () => {
        try {
          await transport.rate(epoch, conversationId, id, kind && { kind, ...details })
        } catch (thrown) {
          apply(epoch, { type: 'message-rated', key: messageKey, feedback })
          throw thrown
        }
      })
    },
    upload: (file, onProgress, signal) => linked(signal, (both) => transport.upload(both, file, onProgress)),
    transcribe: (audio, signal) => linked(signal, (both) => transport.transcribe(both, audio)),
    speak: (text, signal) => linked(signal, (both) => transport.speak(both, text)),
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
    thread = createLinkedAbort(session.signal)
    opening = undefined
    turn = undefined
    held = false
    dropQueue()
    set(session.signal, initialChatState)
  }
}

/** An error of the page's own code must not end a turn; it surfaces as the page's. */
function callHost(callback: () => void): void {
  try {
    callback()
  } catch (error) {
    queueMicrotask(() => {
      throw error
    })
  }
}

/** The question that the message at `index` is, or answers. */
function questionIndex(messages: readonly ChatMessage[], index: number): number {
  while (index >= 0 && messages[index]?.role !== 'user') index--
  return index
}

function questionOf({ text, attachments }: ChatMessage): Question {
  return { text, attachments }
}
