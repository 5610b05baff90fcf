/**
 * The rules of what a visitor sees during a turn. One delta costs one copy of the message list and one
 * string concatenation, however long the answer has become.
 */
import {
  type AgentStep,
  type AssistantMessage,
  type Change,
  type ChatMessage,
  type ChatProblem,
  type ChatState,
  initialChatState,
  type RunningTurn,
  type UserMessage,
} from '../chat-state.ts'
import type { TurnEvent } from '../chat-transport.ts'
import {
  findById,
  insertAnswer,
  lastAnswer,
  nameTurnQuestion,
  newAnswer,
  patchQuestion,
  patchTurnQuestion,
  queueStart,
  replaceMessage,
  replaceText,
} from './message-list.ts'

/** How a turn ended for the visitor. */
export type TurnOutcome = 'complete' | 'stopped' | 'interrupted' | 'failed'

/** `key` absent: a turn that was already under way before this page came. */
export const beginTurn =
  ({ key, turnId }: { key?: string; turnId?: string }): Change =>
  (state) =>
    patchQuestion({ ...state, followUps: [], turn: { phase: 'waiting', turnId, slow: false } }, key, {
      status: 'sending',
    })

/** Without effect when none runs. */
export const patchTurn =
  (patch: Partial<RunningTurn>): Change =>
  (state) =>
    state.turn.phase === 'idle' ? state : { ...state, turn: { ...state.turn, ...patch } }

/** A first question has begun a conversation, which the server has named. */
export const nameConversation =
  (conversationId: string | undefined): Change =>
  (state) =>
    state.conversationId === undefined && conversationId !== undefined ? { ...state, conversationId } : state

/** What one piece of the network brought. */
export const receiveAll =
  (events: readonly TurnEvent[], now: number): Change =>
  (before) => {
    let state = before
    // Not `reduce`: Prototype.js puts another function in its place (F54).
    for (const event of events) state = receive(event, now)(state)
    return state
  }

export const receive =
  (event: TurnEvent, now: number): Change =>
  (before) => {
    if (before.turn.phase === 'idle') return before
    const state = before.turn.slow ? patchTurn({ slow: false })(before) : before
    switch (event.type) {
      case 'started': {
        const { turnId, sectionId } = event
        const named = nameConversation(event.conversationId || undefined)(patchTurn({ turnId })(state))
        return patchTurnQuestion(named, turnId, { turnId, sectionId, status: 'sent' })
      }
      case 'question-saved':
        return nameTurnQuestion(state, event.messageId)
      case 'completed':
      case 'input-required':
        return endTurn('complete')(state)
      case 'canceled':
        return endTurn('stopped')(state)
      case 'failed':
        return endTurn('failed', event.problem)(state)
      case 'action-required':
        return patchTurn({ phase: 'acting' })(state)
      case 'follow-up':
        return state.followUps.includes(event.text) ? state : { ...state, followUps: [...state.followUps, event.text] }
      case 'text-delta':
      case 'reasoning-delta':
      case 'message-completed':
        return patchAnswer(patchTurn({ phase: 'streaming' })(state), event, now)
      case 'step':
        return showStep(patchTurn({ phase: 'streaming' })(state), event.step, now)
    }
    // `other` means nothing to a chat, but it is a sign of life.
    return state
  }

/**
 * @param problem shown on the newest answer of the turn, or on its question where no answer has begun
 * @param listed keys of answers that end with the turn although they were complete already. Default: none
 */
export const endTurn =
  (outcome: TurnOutcome, problem?: ChatProblem, listed: readonly string[] = []): Change =>
  (state) => {
    const { turnId } = state.turn
    // An interrupted answer of an earlier turn stays as it is.
    const isOpen = (answer: AssistantMessage) =>
      answer.status === 'streaming' ||
      (answer.status === 'interrupted' && answer.turnId !== undefined && answer.turnId === turnId) ||
      listed.includes(answer.key)
    const last = lastAnswer(state)
    const messages = state.messages.map((message) => {
      if (message.role === 'user') return settleQuestion(message)
      return isOpen(message) ? closeAnswer(message, outcome, message === last ? problem : undefined) : message
    })
    const ended = { ...state, messages, turn: initialChatState.turn }
    if (outcome === 'stopped' && last === undefined) return addStoppedAnswer(ended, turnId)
    return problem === undefined || (last !== undefined && isOpen(last))
      ? ended
      : patchTurnQuestion(ended, turnId, { status: 'failed', problem })
  }

function closeAnswer(answer: AssistantMessage, status: TurnOutcome, problem: ChatProblem | undefined): ChatMessage {
  const steps = answer.steps.map(
    (step): AgentStep =>
      step.status === 'running' ? { ...step, status: status === 'complete' ? 'done' : 'failed' } : step,
  )
  return { ...answer, status, steps, ...(problem && { problem }) }
}

function settleQuestion(question: UserMessage): ChatMessage {
  return question.status === 'sending' ? { ...question, status: 'sent' } : question
}

/** Stopped before the first word: an answer without words says so, and can be asked for again. */
function addStoppedAnswer(state: ChatState, turnId: string | undefined): ChatState {
  // The turn may have no name yet, but it has a question, which has one stopped answer at most.
  const question = state.messages[queueStart(state.messages) - 1]
  const answer = newAnswer(state, `s:${question?.key}`, state.messages.at(-1)?.createdAt ?? 0)
  return insertAnswer(state, { ...answer, turnId, status: 'stopped' })
}

type AnswerEvent = Extract<TurnEvent, { type: 'text-delta' | 'reasoning-delta' | 'message-completed' }>

function patchAnswer(state: ChatState, event: AnswerEvent, now: number): ChatState {
  const { messageId } = event
  const known = findById(state, messageId)
  // An id of an earlier turn is an echo.
  if (known !== undefined) {
    return known.role === 'assistant' && known.status === 'streaming'
      ? replaceMessage(state, known, grow(known, event, now))
      : state
  }
  const last = lastAnswer(state)
  // Steps came before the first words.
  return last !== undefined && last.id === undefined && last.status === 'streaming'
    ? replaceMessage(state, last, grow({ ...last, id: messageId, createdAt: now }, event, now))
    : insertAnswer(state, grow({ ...newAnswer(state, `m:${messageId}`, now), id: messageId }, event, now))
}

/** The whole message wins over its pieces and over those that come after it, unless it is empty: then what was streamed stays. */
function grow(answer: AssistantMessage, event: AnswerEvent, now: number): AssistantMessage {
  const { reasoning } = answer
  if (event.type !== 'message-completed' && answer.textComplete) return answer
  if (event.type === 'reasoning-delta') {
    return {
      ...answer,
      reasoning: { text: (reasoning?.text ?? '') + event.text, durationMs: reasoning?.durationMs },
    }
  }
  // The first piece of the answer ends the thinking, which began with the message.
  const thinks = reasoning !== undefined && reasoning.durationMs === undefined
  const thought = thinks ? { ...reasoning, durationMs: now - answer.createdAt } : reasoning
  if (event.type === 'text-delta') {
    return { ...answer, ...(thought && { reasoning: thought }), text: answer.text + event.text }
  }
  const { contentType, attachments } = event
  const text = event.text || answer.text
  const whole = event.reasoning ? { durationMs: undefined, ...thought, text: event.reasoning } : thought
  return {
    ...replaceText(answer, text),
    ...(whole && { reasoning: whole }),
    contentType,
    attachments,
    textComplete: text !== '' || attachments.length > 0,
  }
}

/** What the agent did on the way to its answer. */
function showStep(state: ChatState, step: AgentStep, now: number): ChatState {
  const holder = state.messages.find(
    (message): message is AssistantMessage =>
      message.role === 'assistant' && message.steps.some(({ id }) => id === step.id),
  )
  if (holder !== undefined) {
    const steps = holder.steps.map((old) => (old.id === step.id ? step : old))
    return replaceMessage(state, holder, { ...holder, steps })
  }
  const last = lastAnswer(state)
  // A step that follows a finished text belongs to what comes next.
  return last === undefined || last.textComplete
    ? insertAnswer(state, { ...newAnswer(state, `s:${step.id}`, now), steps: [step] })
    : replaceMessage(state, last, { ...last, steps: [...last.steps, step] })
}
