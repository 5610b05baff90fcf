/** Turns one after the other: the questions that wait, and turns that a reload or a broken connection left behind. */
import type { ChatSession, LoadedConversation } from '../chat-session.ts'
import type { ChatProblem } from '../chat-state.ts'
import type { Question } from '../chat-transport.ts'
import { failQuestion, requeueQuestion } from '../reducers/question-reducer.ts'
import { beginTurn } from '../reducers/turn-reducer.ts'
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
  /** There is no conversation: shows the questions that wait as not sent. */
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

/**
 * `settled`: the turn of the question has ended, however. `offline`: it was not asked, and waits for the network with all others.
 * A conversation: it is asked there, and so are the others, since the one on screen is gone.
 */
type Asked = 'settled' | 'offline' | LoadedConversation

export function createTurns(
  container: StateContainer,
  session: ChatSession,
  runner: TurnRunner,
  recovery: TurnRecovery,
  askQuestion: AskQuestion,
): Turns {
  const { apply, getState, problemOf } = container
  const queue = createQuestionQueue()
  let current: Turn | undefined

  function begin(): Turn {
    current = runner.begin()
    return current
  }

  /** Without effect where another conversation is on screen by now, with a turn of its own. */
  function leave(turn: Turn): void {
    if (current !== turn) return
    current = undefined
    drainQueue()
  }

  function drainQueue(): void {
    if (current !== undefined || getState().phase !== 'ready') return
    const queued = queue.next()
    if (queued !== undefined) void run(queued)
  }

  async function run(queued: QueuedQuestion): Promise<void> {
    const turn = begin()
    const asked = await ask(turn, queued)
    turn.dispose()
    if (current !== turn || asked === 'settled') queued.done()
    else {
      queue.putBack(queued)
      if (asked === 'offline') queue.hold()
      else {
        session.show(asked, true)
        apply(turn.sessionSignal, requeueQuestion(queued.key))
      }
    }
    leave(turn)
  }

  async function ask(turn: Turn, queued: QueuedQuestion): Promise<Asked> {
    const { sessionSignal, writeSignal } = turn
    const outcome = await askQuestion(turn, queued)
    if (outcome !== 'conversation-gone') return outcome
    queued.moved = true
    try {
      const created = await session.create(sessionSignal)
      return turn.stopped ? 'settled' : created
    } catch (thrown) {
      const problem = problemOf(thrown)
      runner.fail(turn, problem, 'failed')
      // The questions that wait now may be those of another conversation.
      if (!writeSignal.aborted) failQueue(writeSignal, problem)
      return 'settled'
    }
  }

  function failQueue(lifetime: AbortSignal, problem: ChatProblem): void {
    for (const key of queue.keys) {
      apply(lifetime, failQuestion(key, problem))
      queue.drop(key)
    }
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
    failQueue,
    async resumeTurn(turnId) {
      if (current !== undefined) return
      const turn = begin()
      turn.turnId = turnId
      apply(turn.writeSignal, beginTurn({ turnId }))
      await recovery.follow(turn)
      turn.dispose()
      leave(turn)
    },
    stop() {
      if (current !== undefined) runner.stop(current)
    },
    showConversation(loaded, keepUnsent) {
      current = undefined
      queue.release()
      if (!keepUnsent) queue.drop()
      session.show(loaded, keepUnsent)
    },
    reset() {
      current = undefined
      queue.release()
      queue.drop()
    },
  }
}
