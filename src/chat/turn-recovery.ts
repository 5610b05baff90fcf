/**
 * What becomes of a question when something went wrong, or the page was reloaded in mid-answer. A question is never sent twice by
 * itself. A chunk of its own: most turns just end.
 */
import { type ErrorCode, toCozeChatError } from '../errors.ts'
import type { ChatCore, Job, Turn } from './chat-core.ts'
import { endTurn, receive } from './chat-reducer.ts'
import type { ChatProblem } from './chat-state.ts'
import type { StoredMessage } from './chat-transport.ts'
import { loseTurn, reconcileTurn, requeueQuestion } from './recovery-reducer.ts'
import { CONVERSATION_GONE, INTERRUPTED, type TurnRunner } from './turn-runner.ts'

export interface TurnRecovery {
  /** Asks a question that was perhaps asked before. Answers whether it is through; otherwise it is back in the queue. */
  askAgain(turn: Turn, job: Job): Promise<boolean>
  /** The first try threw. Answers like `askAgain`. */
  recover(turn: Turn, job: Job, thrown: unknown): Promise<boolean>
  /** Asks how a turn stands that we lost sight of until it has ended, then takes the server's words for it. Answers `true`. */
  follow(turn: Turn): Promise<boolean>
}

/** The server may have taken the request or not. */
const UNCERTAIN: readonly ErrorCode[] = [
  'network',
  'timeout',
  'interrupted',
  'bad_response',
  'stream_too_large',
  'internal',
]
const FAILED: ChatProblem = { code: 'upstream_error', retryable: true }

/** How long we go on asking how a lost turn stands. */
const FOLLOW_LIMIT_MS = 5 * 60_000
const FIRST_PAUSE_MS = 1_000
const LONGEST_PAUSE_MS = 10_000
/** The list may lag behind the status. */
const EMPTY_LISTS_ACCEPTED = 3
/** Seconds we wait for another turn to leave the conversation. */
const BUSY_SECONDS = 10

export function createTurnRecovery(core: ChatCore, runner: TurnRunner): TurnRecovery {
  const { transport, clock, connection, apply } = core
  const { perhapsAsked } = runner

  async function askAgain(turn: Turn, job: Job): Promise<boolean> {
    if (job.replaces !== undefined) await forget(turn, job.replaces)
    return tryAgain(turn, job, true)
  }

  async function tryAgain(turn: Turn, job: Job, mayWait: boolean): Promise<boolean> {
    let sent = false
    try {
      if (perhapsAsked.has(job.key) && (await findQuestion(turn, job))) {
        return await follow(turn)
      }
      sent = true
      await runner.put(turn, job)
      return true
    } catch (thrown) {
      return recover(turn, job, thrown, sent, mayWait)
    }
  }

  async function recover(turn: Turn, job: Job, thrown: unknown, sent = true, mayWait = true): Promise<boolean> {
    const { code } = toCozeChatError(thrown)
    const problem = core.problemOf(thrown)
    if (turn.epoch.aborted) return true
    const uncertain = UNCERTAIN.includes(code)
    if (sent && (!uncertain || turn.turnId !== undefined)) perhapsAsked.delete(job.key)
    if (turn.stopped) {
      await runner.leave(turn)
    } else if (turn.turnId !== undefined) {
      return follow(turn, uncertain ? INTERRUPTED : problem)
    } else if (code === 'conversation_busy' && mayWait) {
      await waitUntilFree(turn)
      return tryAgain(turn, job, false)
    } else if (CONVERSATION_GONE.includes(code) && !job.moved) {
      await moveUnsent(turn, job)
      return false
    } else if (uncertain && connection?.isOnline() === false) {
      apply(turn.epoch, endTurn('interrupted'))
      apply(turn.epoch, requeueQuestion(job.key, { code: 'network', retryable: true }))
      core.putBack(job, true)
      return false
    } else if (uncertain && sent && (await findQuestion(turn, job).catch(() => false))) {
      return follow(turn)
    } else {
      runner.fail(turn, problem, 'failed')
    }
    return true
  }

  /** The conversation is gone: go on in a new one with what was not asked yet. */
  async function moveUnsent({ session, epoch }: Turn, job: Job): Promise<void> {
    job.moved = true
    core.putBack(job, false)
    try {
      const loaded = {
        conversation: await transport.createConversation(session),
        page: { messages: [], olderCursor: undefined },
      }
      if (epoch.aborted) return
      core.show(loaded, true)
      apply(session, requeueQuestion(job.key))
    } catch (thrown) {
      const problem = core.problemOf(thrown)
      apply(epoch, endTurn('failed', problem))
      core.emit(epoch, { type: 'error', problem })
      core.dropJobs()
    }
    core.pump()
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

  /** Whether a question whose request got lost is at the server after all: the newest turn with its text that we do not know. */
  async function findQuestion(turn: Turn, { question }: Job): Promise<boolean> {
    const { conversationId } = turn
    const { messages } = await transport.listMessages(turn.link.signal, conversationId)
    const known = new Set<string | undefined>()
    for (const { id, turnId } of core.getState().messages) known.add(id).add(turnId)
    const newest = messages.findLast(
      ({ role, id, turnId, text }) =>
        role === 'user' && text === question.text && turnId !== undefined && !known.has(id) && !known.has(turnId),
    )
    if (newest?.turnId === undefined) return false
    const { turnId, id: messageId, sectionId } = newest
    turn.turnId = turnId
    core.rememberTurn(turn.epoch, turnId)
    const now = clock.now()
    apply(turn.epoch, receive({ type: 'started', turnId, conversationId, sectionId }, now))
    apply(turn.epoch, receive({ type: 'question-saved', messageId }, now))
    return true
  }

  async function follow(turn: Turn, problem = INTERRUPTED): Promise<boolean> {
    await lookUntilEnded(turn, problem)
    return true
  }

  async function lookUntilEnded(turn: Turn, problem: ChatProblem): Promise<void> {
    const { epoch, link, conversationId, turnId = '' } = turn
    apply(epoch, loseTurn)
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
          return runner.fail(turn, core.problemOf(thrown), 'interrupted')
        }
      }
      if (turn.stopped) return runner.leave(turn)
      if (link.signal.aborted) return
      await pause(link.signal, pauseMs)
    }
    runner.fail(turn, problem, 'interrupted')
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
    apply(turn.epoch, reconcileTurn(turn.turnId ?? '', messages, outcome, failure))
    const answered = messages.some(({ role }) => role === 'assistant')
    runner.settle(turn, outcome === 'failed' || (outcome === 'complete' && !answered) ? failure : undefined)
  }

  /** Something else runs in the conversation: end it if it was ours, else wait for it. */
  async function waitUntilFree({ link, conversationId }: Turn): Promise<void> {
    const { signal } = link
    const { abandoned } = runner
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

  return { askAgain, recover, follow }
}
