/** One turn from question to answer: streamed, stopped, lost and looked up again. A question is never sent twice by itself. */
import { CozeChatError, type ErrorCode, toCozeChatError } from '../errors.ts'
import type { Clock } from '../platform/clock.ts'
import type { LinkedAbort } from '../platform/linked-abort.ts'
import type { ChatAction } from './chat-reducer.ts'
import type { AssistantMessage, ChatProblem, ChatState } from './chat-state.ts'
import type { ChatTransport, Question, StoredMessage, TurnEvent } from './chat-transport.ts'
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
  /** Monotonic milliseconds of the last sign of life. */
  heardAt: number
}

export interface TurnContext {
  transport: ChatTransport
  clock: Clock
  connection: Connection | undefined
  tools: Readonly<Record<string, ChatTool>>
  toolLimitMs: number
  getState(): ChatState
  /** Inert once `epoch` has aborted. */
  apply(epoch: AbortSignal, action: ChatAction): void
  emit(epoch: AbortSignal, event: ChatStoreEvent): void
  problemOf(thrown: unknown): ChatProblem
  /** Keeps the running turn for a reload; `undefined`: none runs. */
  rememberTurn(epoch: AbortSignal, turnId: string | undefined): void
}

/** `offline` and `conversation-gone`: the question has to be asked again, later or elsewhere. */
export type AskOutcome = 'done' | 'offline' | 'conversation-gone'

/** What a conversation is refused with that is gone or was never ours. */
export const CONVERSATION_GONE: readonly ErrorCode[] = ['conversation_not_found', 'permission_denied']

/** The server may have taken the request or not. */
const UNCERTAIN: readonly ErrorCode[] = [
  'network',
  'timeout',
  'interrupted',
  'bad_response',
  'stream_too_large',
  'internal',
]
const TERMINAL: readonly TurnEvent['type'][] = ['completed', 'canceled', 'failed', 'input-required', 'action-required']
const INTERRUPTED: ChatProblem = { code: 'interrupted', retryable: true }
const FAILED: ChatProblem = { code: 'upstream_error', retryable: true }

/** How long we go on asking how a lost turn stands. */
const FOLLOW_LIMIT_MS = 5 * 60_000
const FIRST_PAUSE_MS = 1_000
const LONGEST_PAUSE_MS = 10_000
/** The list may lag behind the status. */
const EMPTY_LISTS_ACCEPTED = 3
/** Seconds we wait for another turn to leave the conversation. */
const BUSY_SECONDS = 10
/** A stop before the server has named the turn waits for its name, without which nothing can be cancelled. */
const STOP_LIMIT_MS = 5_000

export function createTurnRunner(context: TurnContext) {
  const { transport, clock, connection, apply } = context
  /** Questions (by key) whose request may have reached the server without our knowing. */
  const perhapsAsked = new Set<string>()
  /** The last turn that we left before its end; it may keep its conversation busy. */
  let abandoned: { conversationId: string; turnId: string } | undefined

  async function ask(turn: Turn, job: Job): Promise<AskOutcome> {
    const { epoch, link, conversationId } = turn
    apply(epoch, { type: 'turn-began', key: job.key })
    if (job.replaces !== undefined) await forget(turn, job.replaces)
    for (let mayWait = true; ; mayWait = false) {
      let sent = false
      try {
        if (perhapsAsked.has(job.key) && (await findQuestion(turn, job))) {
          await follow(turn)
          return 'done'
        }
        perhapsAsked.add(job.key)
        sent = true
        await converse(turn, transport.ask(link.signal, conversationId, job.question))
        perhapsAsked.delete(job.key)
        return 'done'
      } catch (thrown) {
        const { code } = toCozeChatError(thrown)
        const problem = context.problemOf(thrown)
        if (epoch.aborted) return 'done'
        const uncertain = UNCERTAIN.includes(code)
        if (sent && (!uncertain || turn.turnId !== undefined)) perhapsAsked.delete(job.key)
        if (turn.stopped) {
          await leave(turn)
          return 'done'
        }
        if (turn.turnId !== undefined) {
          await follow(turn, uncertain ? INTERRUPTED : problem)
          return 'done'
        }
        if (code === 'conversation_busy' && mayWait) {
          await waitUntilFree(turn)
          continue
        }
        if (CONVERSATION_GONE.includes(code) && !job.moved) return 'conversation-gone'
        if (uncertain && connection?.isOnline() === false) return 'offline'
        if (uncertain && sent && (await findQuestion(turn, job).catch(() => false))) {
          await follow(turn)
          return 'done'
        }
        fail(turn, problem)
        return 'done'
      }
    }
  }

  /** A turn that stays would be asked about twice in the agent's eyes; but a chat goes on without that too. */
  async function forget({ link, conversationId }: Turn, turnId: string): Promise<void> {
    try {
      const { messages } = await transport.listMessages(link.signal, conversationId)
      const outdated = messages.filter((message) => message.turnId === turnId)
      await Promise.all(outdated.map(({ id }) => transport.deleteMessage(link.signal, conversationId, id)))
    } catch {
      // Whatever stands in the way will show when the question is asked.
    }
  }

  /** Reads the answer, runs the tools it asks for, and goes on until the turn has ended. */
  async function converse(turn: Turn, answer: AsyncIterable<TurnEvent>): Promise<void> {
    const { link, conversationId } = turn
    let last = await drain(turn, answer)
    while (last.type === 'action-required') {
      // Its own chunk: most agents never act.
      const { runPageTools } = await import('./page-tools.ts')
      const outputs = await runPageTools(last.calls, link.signal, { ...context, limitMs: context.toolLimitMs })
      const turnId = turn.turnId ?? ''
      last = await drain(turn, transport.submitToolOutputs(link.signal, conversationId, turnId, outputs))
    }
    settle(turn, last.type === 'failed' ? last.problem : undefined)
  }

  /** Until the terminal event, which it answers. */
  async function drain(turn: Turn, answer: AsyncIterable<TurnEvent>): Promise<TurnEvent> {
    for await (const event of answer) {
      turn.heardAt = clock.monotonic()
      if (event.type === 'started') {
        turn.turnId = event.turnId
        context.rememberTurn(turn.epoch, event.turnId)
      } else if (event.type === 'failed' && turn.turnId === undefined) {
        const { code, retryable } = event.problem
        throw new CozeChatError(code, 'The turn was refused.', { ...event.problem, retryable })
      }
      apply(turn.epoch, { type: 'turn-event', event, now: clock.now() })
      if (turn.stopped && turn.turnId !== undefined) turn.link.abort()
      if (TERMINAL.includes(event.type)) return event
      if (turn.link.signal.aborted) break
    }
    throw new CozeChatError('interrupted', 'The answer ended before it was complete.', { retryable: true })
  }

  /** After the state has left the turn. */
  function settle(turn: Turn, problem?: ChatProblem): void {
    context.rememberTurn(turn.epoch, undefined)
    if (problem !== undefined) context.emit(turn.epoch, { type: 'error', problem })
    for (const message of context.getState().messages) {
      const finished = message.role === 'assistant' && message.status === 'complete' && message.turnId === turn.turnId
      if (finished && turn.turnId !== undefined) context.emit(turn.epoch, { type: 'message', message })
    }
  }

  function fail(turn: Turn, problem: ChatProblem, outcome: 'failed' | 'interrupted' = 'failed'): void {
    apply(turn.epoch, { type: 'turn-ended', outcome, problem })
    settle(turn, problem)
  }

  /** Whether a question whose request got lost is at the server after all: the newest turn with its text that we do not know. */
  async function findQuestion(turn: Turn, { question }: Job): Promise<boolean> {
    const { messages } = await transport.listMessages(turn.link.signal, turn.conversationId)
    const known = new Set<string | undefined>()
    for (const { id, turnId } of context.getState().messages) known.add(id).add(turnId)
    const found = messages.filter(
      ({ role, id, turnId, text }) =>
        role === 'user' && text === question.text && turnId !== undefined && !known.has(id) && !known.has(turnId),
    )
    const newest = found.at(-1)
    if (newest?.turnId === undefined) return false
    const { turnId, id: messageId } = newest
    turn.turnId = turnId
    context.rememberTurn(turn.epoch, turnId)
    const now = clock.now()
    const started = {
      type: 'started',
      turnId,
      conversationId: turn.conversationId,
      sectionId: newest.sectionId,
    } as const
    apply(turn.epoch, { type: 'turn-event', event: started, now })
    apply(turn.epoch, { type: 'turn-event', event: { type: 'question-saved', messageId }, now })
    return true
  }

  /** Asks how a turn stands that we lost sight of until it has ended, then takes the server's words for it. Never rejects. */
  async function follow(turn: Turn, problem = INTERRUPTED): Promise<void> {
    const { epoch, link, conversationId, turnId = '' } = turn
    apply(epoch, { type: 'turn-lost' })
    const givesUpAt = clock.monotonic() + FOLLOW_LIMIT_MS
    let emptyLists = 0
    for (
      let pauseMs = FIRST_PAUSE_MS;
      clock.monotonic() < givesUpAt;
      pauseMs = Math.min(pauseMs * 1.5, LONGEST_PAUSE_MS)
    ) {
      try {
        const status = await transport.turnStatus(link.signal, conversationId, turnId)
        if (status !== 'running') {
          const page = await transport.listMessages(link.signal, conversationId)
          const messages = page.messages.filter((message) => message.turnId === turnId)
          const answered = messages.some(({ role }) => role === 'assistant')
          if (answered || status === 'failed' || status === 'canceled' || ++emptyLists >= EMPTY_LISTS_ACCEPTED) {
            return adopt(turn, status, messages, problem)
          }
        }
      } catch (thrown) {
        const { code, retryable } = toCozeChatError(thrown)
        if (!link.signal.aborted && !retryable && !UNCERTAIN.includes(code)) {
          return fail(turn, context.problemOf(thrown), 'interrupted')
        }
      }
      if (turn.stopped) return leave(turn)
      if (link.signal.aborted) return
      await pause(link.signal, pauseMs)
    }
    fail(turn, problem, 'interrupted')
  }

  /** Shows a turn as the server has it. */
  function adopt(
    turn: Turn,
    status: 'completed' | 'failed' | 'canceled' | 'waiting',
    messages: readonly StoredMessage[],
    problem: ChatProblem,
  ): void {
    const outcome = status === 'failed' ? 'failed' : status === 'canceled' ? 'stopped' : 'complete'
    const failure = outcome === 'failed' && problem === INTERRUPTED ? FAILED : problem
    apply(turn.epoch, { type: 'turn-reconciled', turnId: turn.turnId ?? '', messages, outcome, problem: failure })
    const answered = messages.some(({ role }) => role === 'assistant')
    settle(turn, outcome === 'failed' || (outcome === 'complete' && !answered) ? failure : undefined)
  }

  /** Something else runs in the conversation: end it if it was ours, else wait for it. */
  async function waitUntilFree({ link, conversationId }: Turn): Promise<void> {
    const { signal } = link
    try {
      let turnId = abandoned?.conversationId === conversationId ? abandoned.turnId : undefined
      if (turnId !== undefined) await transport.cancel(signal, conversationId, turnId)
      else turnId = (await transport.listMessages(signal, conversationId)).messages.at(-1)?.turnId
      for (let seconds = 0; seconds < BUSY_SECONDS; seconds++) {
        await pause(signal, 1000)
        if (turnId === undefined || (await transport.turnStatus(signal, conversationId, turnId)) !== 'running') return
      }
    } catch {
      // The answer to asking once more tells what is wrong.
    }
  }

  /** The visitor stopped: what had arrived stays, and the server is told. Never rejects. */
  async function leave(turn: Turn): Promise<void> {
    const { epoch, session, conversationId, turnId } = turn
    apply(epoch, { type: 'turn-ended', outcome: 'stopped' })
    context.rememberTurn(epoch, undefined)
    if (turnId === undefined) return
    abandoned = { conversationId, turnId }
    await transport.cancel(session, conversationId, turnId).catch(() => {})
  }

  function stop(turn: Turn): void {
    const { link } = turn
    if (turn.stopped || turn.turnId !== undefined) link.abort()
    if (turn.stopped) return
    turn.stopped = true
    apply(turn.epoch, { type: 'turn-stopping' })
    if (link.signal.aborted) return
    const timer = clock.setTimeout(link.abort, STOP_LIMIT_MS)
    link.signal.addEventListener('abort', () => clock.clearTimeout(timer))
  }

  /** Ends early when the network comes back or nobody waits any more. */
  function pause(signal: AbortSignal, ms: number): Promise<void> {
    return new Promise((resolve) => {
      const end = () => {
        clock.clearTimeout(timer)
        stopListening?.()
        signal.removeEventListener('abort', end)
        resolve()
      }
      const timer = clock.setTimeout(end, ms)
      const stopListening = connection?.onOnline(end)
      signal.addEventListener('abort', end)
      if (signal.aborted) end()
    })
  }

  return { ask, follow, stop }
}
