/** Asks one question, and recovers what can be recovered. A question is never sent twice by itself. */
import { toCozeChatError } from '../../errors.ts'
import { CONVERSATION_GONE } from '../chat-session.ts'
import type { Connection } from '../connection.ts'
import { requeueQuestion } from '../reducers/question-reducer.ts'
import { beginTurn, endTurn } from '../reducers/turn-reducer.ts'
import type { StateContainer } from '../state-container.ts'
import type { QueuedQuestion } from './question-queue.ts'
import { INTERRUPTED, type Turn, UNCERTAIN } from './turn.ts'
import type { TurnRecovery } from './turn-recovery.ts'
import type { TurnRunner } from './turn-runner.ts'

/**
 * What is to become of a question. `settled`: its turn has ended, however. `offline`: it was not asked and waits for the network.
 * `conversation-gone`: it was not asked and needs another conversation.
 */
export type AskOutcome = 'settled' | 'offline' | 'conversation-gone'

/** Never rejects. */
export type AskQuestion = (turn: Turn, queued: QueuedQuestion) => Promise<AskOutcome>

export function createAskQuestion(
  container: StateContainer,
  runner: TurnRunner,
  recovery: TurnRecovery,
  connection: Connection | undefined,
): AskQuestion {
  const { apply, problemOf } = container
  /** Keys of the questions that may have reached the server without our knowing. */
  const perhapsAsked = new Set<string>()

  /** @param mayWait for another turn to leave the conversation; once is enough */
  async function tryToAsk(turn: Turn, queued: QueuedQuestion, mayWait: boolean): Promise<AskOutcome> {
    try {
      if (perhapsAsked.has(queued.key) && (await recovery.findQuestion(turn, queued.question))) {
        await recovery.follow(turn)
        return 'settled'
      }
      // Stopped before it was asked.
      if (turn.stopped) return 'settled'
      perhapsAsked.delete(queued.key)
      await runner.ask(turn, queued.question)
      return 'settled'
    } catch (thrown) {
      return recover(turn, queued, thrown, mayWait)
    }
  }

  /**
   * The first case that is true:
   *
   * | case | what is done |
   * |---|---|
   * | another conversation is on screen | nothing |
   * | the visitor has stopped the turn | it is cancelled |
   * | the server has named the turn | its answer is looked up |
   * | another turn keeps the conversation busy | the question is asked once more, after a while |
   * | the conversation is gone | it goes to another one |
   * | nobody knows whether it has arrived, and the browser is offline | it waits for the network |
   * | nobody knows whether it has arrived, and it is at the server | its answer is looked up |
   * | otherwise | it has failed |
   */
  async function recover(turn: Turn, queued: QueuedQuestion, thrown: unknown, mayWait: boolean): Promise<AskOutcome> {
    if (turn.writeSignal.aborted && !turn.stopped) return 'settled'
    const { code } = toCozeChatError(thrown)
    const problem = problemOf(thrown)
    const isUncertain = UNCERTAIN.includes(code)
    if (turn.stopped) {
      await runner.cancelAtServer(turn)
      return 'settled'
    }
    if (turn.turnId !== undefined) {
      await recovery.follow(turn, isUncertain ? INTERRUPTED : problem)
      return 'settled'
    }
    const isLost = isUncertain && turn.isSent
    if (isLost) perhapsAsked.add(queued.key)
    if (code === 'conversation_busy' && mayWait) {
      await recovery.waitUntilFree(turn)
      return tryToAsk(turn, queued, false)
    }
    if (CONVERSATION_GONE.includes(code) && !queued.moved) return 'conversation-gone'
    if (isUncertain && connection?.isOnline() === false) {
      apply(turn.writeSignal, endTurn('interrupted'))
      apply(turn.writeSignal, requeueQuestion(queued.key, { code: 'network', retryable: true }))
      return 'offline'
    }
    if (isLost && (await recovery.findQuestion(turn, queued.question).catch(() => false))) {
      await recovery.follow(turn)
      return 'settled'
    }
    runner.fail(turn, problem, 'failed')
    return 'settled'
  }

  return async (turn, queued) => {
    apply(turn.writeSignal, beginTurn({ key: queued.key }))
    if (queued.replaces !== undefined) await recovery.deleteMessages(turn, queued.replaces)
    return tryToAsk(turn, queued, true)
  }
}
