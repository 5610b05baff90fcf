/** One turn from question to answer, as long as all goes well; the rest is in `turn-recovery.ts`. */
import { CozeChatError, type ErrorCode } from '../errors.ts'
import { createLazyPart } from '../platform/lazy-part.ts'
import type { ChatCore, Job, Turn } from './chat-core.ts'
import { beginTurn, endTurn, holdQuestion, patchTurn, receive } from './chat-reducer.ts'
import type { ChatProblem } from './chat-state.ts'
import type { TurnEvent } from './chat-transport.ts'
import type { TurnRecovery } from './turn-recovery.ts'

export interface TurnRunner {
  /** Answers whether the question is through; otherwise it is back in the queue. Never rejects. */
  ask(turn: Turn, job: Job): Promise<boolean>
  /** Fetches the answer of a turn whose stream we do not have. Never rejects. */
  follow(turn: Turn): Promise<void>
  stop(turn: Turn): void
  // For the recovery:
  /** One request and its answer. */
  put(turn: Turn, job: Job): Promise<void>
  fail(turn: Turn, problem: ChatProblem, outcome: 'failed' | 'interrupted'): void
  /** After the state has left the turn. */
  settle(turn: Turn, problem?: ChatProblem): void
  /** The visitor stopped: what had arrived stays, and the server is told. Never rejects. */
  leave(turn: Turn): Promise<void>
  /** Questions (by key) whose request may have reached the server without our knowing. */
  readonly perhapsAsked: Set<string>
  /** The last turn that we left before its end; it may keep its conversation busy. */
  abandoned: Pick<Turn, 'conversationId' | 'turnId'> | undefined
}

/** What a conversation is refused with that is gone or was never ours. */
export const CONVERSATION_GONE: readonly ErrorCode[] = ['conversation_not_found', 'permission_denied']

export const INTERRUPTED: ChatProblem = { code: 'interrupted', retryable: true }

/** A stop before the server has named the turn waits for its name, without which nothing can be cancelled. */
const STOP_LIMIT_MS = 5_000

export function createTurnRunner(core: ChatCore): TurnRunner {
  const { transport, clock, apply } = core
  const loadRecovery = createLazyPart(async () => (await import('./turn-recovery.ts')).createTurnRecovery(core, runner))
  const loadSteps = createLazyPart(() => import('./agent-steps.ts'))
  const loadPageTools = createLazyPart(() => import('./page-tools.ts'))
  const runner: TurnRunner = {
    ask,
    follow,
    stop,
    put,
    fail,
    settle,
    leave,
    perhapsAsked: new Set(),
    abandoned: undefined,
  }
  return runner

  async function ask(turn: Turn, job: Job): Promise<boolean> {
    apply(turn.epoch, beginTurn({ key: job.key }))
    if (job.replaces !== undefined || runner.perhapsAsked.has(job.key)) {
      return withRecovery(turn, ({ askAgain }) => askAgain(turn, job), job)
    }
    try {
      await put(turn, job)
    } catch (thrown) {
      if (turn.epoch.aborted) return true
      if (!turn.stopped) return withRecovery(turn, ({ recover }) => recover(turn, job, thrown), job)
      runner.perhapsAsked.delete(job.key)
      await leave(turn)
    }
    return true
  }

  async function follow(turn: Turn): Promise<void> {
    await withRecovery(turn, ({ follow }) => follow(turn))
  }

  /** Where the recovery cannot be fetched, what is there stays on screen, and trying again tries that again too; offline by itself. */
  async function withRecovery(
    turn: Turn,
    work: (recovery: TurnRecovery) => Promise<boolean>,
    job?: Job,
  ): Promise<boolean> {
    try {
      return await work(await loadRecovery())
    } catch (thrown) {
      if (turn.turnId === undefined && job && core.connection?.isOnline() === false) {
        apply(turn.epoch, endTurn('interrupted'))
        apply(turn.epoch, holdQuestion(job.key))
        core.putBack(job, true)
        return false
      }
      if (turn.turnId === undefined) fail(turn, core.problemOf(thrown), 'failed')
      // The turn is at the server, so this is no question to be asked again.
      else fail(turn, INTERRUPTED, 'interrupted')
      return true
    }
  }

  async function put(turn: Turn, job: Job): Promise<void> {
    runner.perhapsAsked.add(job.key)
    await converse(turn, transport.ask(turn.link.signal, turn.conversationId, job.question))
    runner.perhapsAsked.delete(job.key)
  }

  /** Reads the answer, runs the tools it asks for, and goes on until the turn has ended. */
  async function converse(turn: Turn, answer: AsyncIterable<TurnEvent>): Promise<void> {
    const { link, conversationId } = turn
    let last = await read(turn, answer)
    while (last.type === 'action-required') {
      const { runPageTools } = await loadPageTools()
      const outputs = await runPageTools(last.calls, link.signal, { ...core, limitMs: core.toolLimitMs })
      const turnId = turn.turnId ?? ''
      last = await read(turn, transport.submitToolOutputs(link.signal, conversationId, turnId, outputs))
    }
    settle(turn, last.type === 'failed' ? last.problem : undefined)
  }

  /** Until the terminal event, which it answers. */
  async function read(turn: Turn, answer: AsyncIterable<TurnEvent>): Promise<TurnEvent> {
    for await (const event of answer) {
      turn.heard()
      if (event.type === 'started') {
        turn.turnId = event.turnId
        core.rememberTurn(turn.epoch, event.turnId)
      } else if (event.type === 'failed' && turn.turnId === undefined) {
        throw new CozeChatError(event.problem.code, 'refused', event.problem)
      }
      const change =
        event.type === 'step' ? (await loadSteps()).showStep(event.step, clock.now()) : receive(event, clock.now())
      apply(turn.epoch, change)
      if (turn.stopped && turn.turnId !== undefined) turn.link.abort()
      if (event.type === 'action-required' || core.getState().turn.phase === 'idle') return event
      if (turn.link.signal.aborted) break
    }
    throw new CozeChatError('interrupted', 'no end', INTERRUPTED)
  }

  function settle(turn: Turn, problem?: ChatProblem): void {
    core.rememberTurn(turn.epoch, undefined)
    if (problem !== undefined) core.emit(turn.epoch, { type: 'error', problem })
    if (turn.turnId === undefined) return
    for (const message of core.getState().messages) {
      if (message.role === 'assistant' && message.status === 'complete' && message.turnId === turn.turnId) {
        core.emit(turn.epoch, { type: 'message', message })
      }
    }
  }

  function fail(turn: Turn, problem: ChatProblem, outcome: 'failed' | 'interrupted'): void {
    apply(turn.epoch, endTurn(outcome, problem))
    settle(turn, problem)
  }

  async function leave(turn: Turn): Promise<void> {
    const { epoch, session, conversationId, turnId } = turn
    apply(epoch, endTurn('stopped'))
    core.rememberTurn(epoch, undefined)
    if (turnId === undefined) return
    runner.abandoned = turn
    await transport.cancel(session, conversationId, turnId).catch(() => {})
  }

  function stop(turn: Turn): void {
    const { link } = turn
    if (turn.stopped || turn.turnId !== undefined) link.abort()
    if (turn.stopped) return
    turn.stopped = true
    apply(turn.epoch, patchTurn({ phase: 'stopping' }))
    if (link.signal.aborted) return
    const timer = clock.setTimeout(link.abort, STOP_LIMIT_MS)
    link.signal.addEventListener('abort', () => clock.clearTimeout(timer))
  }
}
