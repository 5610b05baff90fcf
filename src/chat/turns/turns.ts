/** Turns one after the other: the questions that wait, and turns that a reload or a broken connection left behind. */
import type { ChatSession, LoadedConversation } from '../chat-session.ts'
import type { ChatProblem } from '../chat-state.ts'
import type { Question } from '../chat-transport.ts'
import { failQuestion, requeueQuestion } from '../reducers/question-reducer.ts'
import { beginTurn, endTurn } from '../reducers/turn-reducer.ts'
import type { StateContainer } from '../state-container.ts'
import type { AskQuestion } from './ask-question.ts'
import { createQuestionQueue, type QueuedQuestion } from './question-queue.ts'
import type { Turn } from './turn.ts'
import type { TurnRecovery } from './turn-recovery.ts'
import type { TurnRunner } from './turn-runner.ts'

export interface Turns {
  /** No turn runs, unless it was stopped and is being cancelled, and no question waits. */
  isIdle(): boolean
  /**
   * Puts a question at the end of the queue; `drainQueue()` asks it. Resolves when its turn has ended, or when it was dropped.
   * @param replaces the turn of an earlier try
   */
  enqueue(key: string, question: Question, replaces: string | undefined): Promise<void>
  /** Asks the next question, if nothing speaks against it. */
  drainQueue(): void
  /** The network may be back: questions that waited for it may be asked. */
  releaseQueue(): void
  dropQuestion(key: string): void
  /** The chat could not be opened: shows the questions that wait as not sent. */
  failQueue(lifetime: AbortSignal, problem: ChatProblem): void
  /** Fetches the answer of a turn that goes on without us. Without effect while another one runs. */
  resumeTurn(turnId: string): Promise<void>
  stop(): void
  /**
   * Puts a conversation on screen.
   * @param keepUnsent questions that were not asked yet stay
   */
  showConversation(loaded: LoadedConversation, keepUnsent: boolean): void
  /** Forgets the running turn and the questions that wait. */
  reset(): void
}

export function createTurns(
  container: StateContainer,
  session: ChatSession,
  runner: TurnRunner,
  recovery: TurnRecovery,
  askQuestion: AskQuestion,
): Turns {
  const { apply, emit, getState, problemOf } = container
  const queue = createQuestionQueue()
  let current: Turn | undefined

  async function run(work: (turn: Turn) => Promise<void>): Promise<void> {
    const turn = runner.begin()
    current = turn
    await work(turn)
    turn.dispose()
    // Another conversation may be on screen by now, with a turn of its own.
    if (current !== turn) return
    current = undefined
    drainQueue()
  }

  function drainQueue(): void {
    if (current !== undefined || getState().phase !== 'ready') return
    const queued = queue.next()
    if (queued !== undefined) void run((turn) => ask(turn, queued))
  }

  async function ask(turn: Turn, queued: QueuedQuestion): Promise<void> {
    const outcome = await askQuestion(turn, queued)
    if (outcome === 'settled') return queued.done()
    queue.putBack(queued)
    if (outcome === 'offline') queue.hold()
    else await moveToNewConversation(turn, queued)
  }

  /** The conversation is gone: goes on in a new one with what was not asked yet. */
  async function moveToNewConversation(turn: Turn, queued: QueuedQuestion): Promise<void> {
    const { writeSignal } = turn
    queued.moved = true
    try {
      const created = await session.create(turn.sessionSignal)
      if (turn.stopped) queue.drop(queued.key)
      if (writeSignal.aborted) return
      showConversation(created, true)
      apply(turn.sessionSignal, requeueQuestion(queued.key))
    } catch (thrown) {
      const problem = problemOf(thrown)
      apply(writeSignal, endTurn('failed', problem))
      emit(writeSignal, { type: 'error', problem })
      queue.drop()
    }
    drainQueue()
  }

  function showConversation(loaded: LoadedConversation, keepUnsent: boolean): void {
    current = undefined
    queue.release()
    if (!keepUnsent) queue.drop()
    session.show(loaded, keepUnsent)
  }

  return {
    isIdle: () => (current === undefined || current.stopped) && queue.isEmpty,
    enqueue: (key, question, replaces) =>
      new Promise((done) => {
        queue.add({ key, question, replaces, done })
      }),
    drainQueue,
    releaseQueue: queue.release,
    dropQuestion: queue.drop,
    failQueue(lifetime, problem) {
      for (const key of queue.keys) apply(lifetime, failQuestion(key, problem))
      queue.drop()
    },
    async resumeTurn(turnId) {
      if (current !== undefined) return
      await run((turn) => {
        turn.turnId = turnId
        apply(turn.writeSignal, beginTurn({ turnId }))
        return recovery.follow(turn)
      })
    },
    stop() {
      if (current !== undefined) runner.stop(current)
    },
    showConversation,
    reset() {
      current = undefined
      queue.release()
      queue.drop()
    },
  }
}
