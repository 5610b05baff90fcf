/** Finds out what has become of a turn that we lost sight of, and of a question whose request got lost. */
import { toCozeChatError } from '../../errors.ts'
import type { Clock } from '../../platform/clock.ts'
import type { ChatProblem } from '../chat-state.ts'
import type { ChatTransport, Question, StoredMessage } from '../chat-transport.ts'
import type { Connection } from '../connection.ts'
import { loseTurn, reconcileTurn } from '../reducers/lost-turn-reducer.ts'
import { receive } from '../reducers/turn-reducer.ts'
import type { StateContainer } from '../state-container.ts'
import { createEarlierTurns, type EarlierTurns } from './earlier-turns.ts'
import { createPause } from './pause.ts'
import { INTERRUPTED, type Turn, UNCERTAIN } from './turn.ts'
import type { TurnRunner } from './turn-runner.ts'

export interface TurnRecovery extends EarlierTurns {
  /**
   * Asks how a turn stands until it has ended, then takes the server's word for it. Never rejects.
   * @param problem shown where the server does not say. Default: interrupted
   */
  follow(turn: Turn, problem?: ChatProblem): Promise<void>
  /**
   * Whether a question whose request got lost is at the server after all. If so, the turn has its id then.
   * @throws CozeChatError
   */
  findQuestion(turn: Turn, question: Question): Promise<boolean>
}

const FAILED: ChatProblem = { code: 'upstream_error', retryable: true }
/** How long we go on asking how a lost turn stands. */
const FOLLOW_LIMIT_MS = 5 * 60_000
const FIRST_PAUSE_MS = 1_000
const LONGEST_PAUSE_MS = 10_000
/** The list may lag behind the status, so a turn without an answer is believed only after this many lists. */
const EMPTY_LISTS_ACCEPTED = 3

export function createTurnRecovery(
  container: StateContainer,
  transport: ChatTransport,
  runner: TurnRunner,
  { clock, connection }: { clock: Clock; connection: Connection | undefined },
): TurnRecovery {
  const { apply, problemOf, getState } = container
  const pause = createPause(clock, connection)

  async function follow(turn: Turn, problem: ChatProblem = INTERRUPTED): Promise<void> {
    const { requests } = turn
    apply(turn.writeSignal, loseTurn)
    const givesUpAt = clock.monotonic() + FOLLOW_LIMIT_MS
    let pauseMs = FIRST_PAUSE_MS
    let emptyLists = 0
    while (clock.monotonic() < givesUpAt) {
      try {
        const ended = await lookUp(turn)
        if (ended !== undefined && (ended.isCertain || ++emptyLists >= EMPTY_LISTS_ACCEPTED)) {
          return adopt(turn, ended, problem)
        }
      } catch (thrown) {
        const { code, retryable } = toCozeChatError(thrown)
        if (!requests.signal.aborted && !retryable && !UNCERTAIN.includes(code)) {
          return runner.fail(turn, problemOf(thrown), 'interrupted')
        }
      }
      if (turn.stopped) return runner.cancelAtServer(turn)
      if (requests.signal.aborted) return
      await pause(requests.signal, pauseMs)
      pauseMs = Math.min(pauseMs * 1.5, LONGEST_PAUSE_MS)
    }
    runner.fail(turn, problem, 'interrupted')
  }

  /** @returns undefined while it runs */
  async function lookUp({ requests, conversationId = '', turnId = '' }: Turn): Promise<EndedTurn | undefined> {
    const status = await transport.turnStatus(requests.signal, conversationId, turnId)
    if (status === 'running') return undefined
    const page = await transport.listMessages(requests.signal, conversationId)
    const messages = page.messages.filter((message) => message.turnId === turnId)
    const isAnswered = messages.some(({ role }) => role === 'assistant')
    return { status, messages, isAnswered, isCertain: isAnswered || status === 'failed' || status === 'canceled' }
  }

  /** Shows a turn as the server has it. */
  function adopt(turn: Turn, { status, messages, isAnswered }: EndedTurn, problem: ChatProblem): void {
    const outcome = status === 'failed' ? 'failed' : status === 'canceled' ? 'stopped' : 'complete'
    const failure = outcome === 'failed' && problem === INTERRUPTED ? FAILED : problem
    apply(turn.writeSignal, reconcileTurn(turn.turnId ?? '', messages, outcome, failure))
    runner.announceEnd(turn, outcome === 'failed' || (outcome === 'complete' && !isAnswered) ? failure : undefined)
  }

  /** It is the newest turn with the question's text that is not on screen. */
  async function findQuestion(turn: Turn, question: Question): Promise<boolean> {
    const { signal } = turn.requests
    // The lost request may have begun the conversation that it did not live to name.
    const conversationId = turn.conversationId ?? (await transport.newestConversation(signal, false))?.id
    if (conversationId === undefined) return false
    const { messages } = await transport.listMessages(signal, conversationId)
    const known = new Set(getState().messages.flatMap(({ id, turnId }) => [id, turnId]))
    const newest = messages.findLast(
      ({ role, id, turnId, text }) =>
        role === 'user' && text === question.text && turnId !== undefined && !known.has(id) && !known.has(turnId),
    )
    if (newest?.turnId === undefined) return false
    const { turnId, id: messageId, sectionId } = newest
    runner.start(turn, { type: 'started', turnId, conversationId, sectionId })
    apply(turn.writeSignal, receive({ type: 'question-saved', messageId }, clock.now()))
    return true
  }

  return { follow, findQuestion, ...createEarlierTurns(transport, runner, pause) }
}

interface EndedTurn {
  readonly status: 'completed' | 'failed' | 'canceled' | 'waiting'
  /** Of this turn. */
  readonly messages: readonly StoredMessage[]
  readonly isAnswered: boolean
  /** Nothing more is to be expected in the list. */
  readonly isCertain: boolean
}
