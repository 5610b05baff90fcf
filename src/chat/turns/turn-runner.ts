/** Runs one turn, from a request to the end of its answer. What to do when it breaks off is decided elsewhere. */
import { CozeChatError } from '../../errors.ts'
import type { ChatSession } from '../chat-session.ts'
import type { ChatProblem } from '../chat-state.ts'
import type { ChatTransport, Question, TurnEvent } from '../chat-transport.ts'
import { endTurn, nameConversation, patchTurn, receiveAll } from '../reducers/turn-reducer.ts'
import type { StateContainer } from '../state-container.ts'
import { type PageToolsOptions, runPageTools } from './page-tools.ts'
import { createTurn, INTERRUPTED, type Turn } from './turn.ts'

export type StartedEvent = Extract<TurnEvent, { type: 'started' }>

export interface TurnRunner {
  begin(): Turn
  /**
   * One request and its answer, until the turn has ended.
   * @throws CozeChatError what went wrong; the state is still in the turn then
   */
  ask(turn: Turn, question: Question): Promise<void>
  /** The server has named the turn, and the conversation where the turn begins it. */
  start(turn: Turn, event: StartedEvent): void
  /** Tells the page of the answers, or of the problem. To be called after the state has left the turn. */
  announceEnd(turn: Turn, problem?: ChatProblem): void
  fail(turn: Turn, problem: ChatProblem, outcome: 'failed' | 'interrupted'): void
  /** Ends the turn for the visitor at once: what had arrived stays. `cancelAtServer` follows, when the turn can be cancelled. */
  stop(turn: Turn): void
  /** The visitor has stopped the turn: tells the server. Never rejects. */
  cancelAtServer(turn: Turn): Promise<void>
  /** The last turn that was left before its end; it may keep its conversation busy. */
  readonly lastLeft: Turn | undefined
}

export function createTurnRunner(
  container: StateContainer,
  session: ChatSession,
  transport: ChatTransport,
  pageTools: PageToolsOptions,
): TurnRunner {
  const { apply, emit, getState } = container
  const { clock } = pageTools
  let lastLeft: Turn | undefined

  const begin = () =>
    createTurn(session, getState().conversationId, clock, (signal) => apply(signal, patchTurn({ slow: true })))

  /** Reads the answer, runs the tools that it asks for, and goes on until the turn has ended. */
  async function ask(turn: Turn, question: Question): Promise<void> {
    const { requests } = turn
    if (session.thread.beforeAsk) await session.thread.beforeAsk()
    turn.isSent = true
    let last = await readAnswer(turn, transport.ask(requests.signal, turn.conversationId, question))
    while (last.type === 'action-required') {
      const outputs = await runPageTools(last.calls, requests.signal, pageTools)
      const { conversationId = '', turnId = '' } = turn
      last = await readAnswer(turn, transport.submitToolOutputs(requests.signal, conversationId, turnId, outputs))
    }
    announceEnd(turn, last.type === 'failed' ? last.problem : undefined)
  }

  /** @returns the event that ended the stream */
  async function readAnswer(turn: Turn, answer: AsyncIterable<readonly TurnEvent[]>): Promise<TurnEvent> {
    for await (const events of answer) {
      turn.heard()
      for (const event of events) {
        if (event.type === 'started') {
          const { conversationId } = event
          if (turn.conversationId === undefined) emit(turn.writeSignal, { type: 'begun', conversationId })
          nameTurn(turn, event)
        }
        if (event.type === 'failed' && turn.turnId === undefined) {
          throw new CozeChatError(event.problem.code, 'The question was refused.', event.problem)
        }
      }
      if (turn.stopped) {
        // We waited only for the id of the turn, and for the id of the conversation that it began.
        if (turn.turnId !== undefined) turn.requests.abort()
        apply(turn.conversationSignal, nameConversation(turn.conversationId))
      } else {
        apply(turn.writeSignal, receiveAll(events, clock.now()))
        if (events.some(({ type }) => type === 'started')) session.rememberTurn(turn.writeSignal, turn.turnId)
        const last = events.at(-1)
        if (last?.type === 'action-required' || (last && getState().turn.phase === 'idle')) return last
      }
      if (turn.requests.signal.aborted) break
    }
    throw new CozeChatError('interrupted', 'The stream ended before the answer did.', INTERRUPTED)
  }

  function nameTurn(turn: Turn, event: StartedEvent): void {
    turn.turnId = event.turnId
    turn.conversationId ??= event.conversationId || undefined
  }

  function start(turn: Turn, event: StartedEvent): void {
    nameTurn(turn, event)
    apply(turn.writeSignal, receiveAll([event], clock.now()))
    session.rememberTurn(turn.writeSignal, event.turnId)
  }

  function announceEnd(turn: Turn, problem?: ChatProblem): void {
    session.rememberTurn(turn.writeSignal, undefined)
    if (problem !== undefined) emit(turn.writeSignal, { type: 'error', problem })
    if (turn.turnId === undefined) return
    for (const message of getState().messages) {
      if (message.role === 'assistant' && message.status === 'complete' && message.turnId === turn.turnId) {
        emit(turn.writeSignal, { type: 'message', message })
      }
    }
  }

  return {
    begin,
    ask,
    start,
    announceEnd,
    fail(turn, problem, outcome) {
      apply(turn.writeSignal, endTurn(outcome, problem))
      announceEnd(turn, problem)
    },
    stop(turn) {
      const { writeSignal } = turn
      apply(writeSignal, endTurn('stopped'))
      session.rememberTurn(writeSignal, undefined)
      turn.stop()
    },
    async cancelAtServer(turn) {
      const { conversationId, turnId } = turn
      if (conversationId === undefined || turnId === undefined) return
      lastLeft = turn
      await transport.cancel(turn.sessionSignal, conversationId, turnId).catch(() => {})
    },
    get lastLeft() {
      return lastLeft
    },
  }
}
