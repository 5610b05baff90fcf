/** The rules of a turn whose stream broke off, and of what the server says about it afterwards. */
import type { AssistantMessage, Change, ChatMessage, ChatProblem, UserMessage } from '../chat-state.ts'
import type { StoredMessage } from '../chat-transport.ts'
import { answerFromStored, fromStored, queueStart, replaceText } from './message-list.ts'
import { endTurn, type TurnOutcome } from './turn-reducer.ts'

/** The connection is gone; the answer so far is no longer streaming and will be looked up. */
export const loseTurn: Change = (state) => ({
  ...state,
  messages: state.messages.map((message) =>
    message.status === 'streaming' ? { ...message, status: 'interrupted' } : message,
  ),
  turn: { ...state.turn, phase: 'waiting', slow: false },
})

/** The server's list has the last word on a turn. */
export const reconcileTurn =
  (turnId: string, stored: readonly StoredMessage[], outcome: TurnOutcome, problem: ChatProblem): Change =>
  (state) => {
    const listed = stored.filter(({ role }) => role === 'assistant')
    const isOfTurn = (message: ChatMessage): message is AssistantMessage =>
      message.role === 'assistant' && (message.turnId === turnId || listed.some(({ id }) => id === message.id))
    const shown = state.messages.filter(isOfTurn)
    const others = state.messages.filter((message) => !isOfTurn(message))
    const questions = stored.filter(({ role }) => role === 'user')
    const answers = listed.length > 0 ? mergeAnswers(listed, shown) : shown
    const messages = placeAfterQuestion(others, turnId, questions, answers)
    const isLacking = listed.length === 0 && outcome === 'complete'
    const ended = endTurn(
      isLacking ? 'interrupted' : outcome,
      isLacking || outcome === 'failed' ? problem : undefined,
      // The outcome of the turn is that of all its answers.
      answers.map(({ key }) => key),
    )
    return ended({ ...state, messages, turn: { phase: 'waiting', turnId, slow: false } })
  }

/** The listed answers. What is on screen of one keeps its key and its steps. */
function mergeAnswers(listed: readonly StoredMessage[], shown: readonly AssistantMessage[]): AssistantMessage[] {
  // An answer whose stream broke off before its id came is the first of the list that is not on screen by its id.
  const unnamed = shown.find(({ id }) => id === undefined)
  const firstNew = listed.find((stored) => !shown.some(({ id }) => id === stored.id))
  return listed.map((stored) => {
    const known = shown.find(({ id }) => id === stored.id) ?? (stored === firstNew ? unnamed : undefined)
    return mergeAnswer(known ?? answerFromStored(stored), stored)
  })
}

function mergeAnswer(shown: AssistantMessage, stored: StoredMessage): AssistantMessage {
  const { problem: _, ...answer } = replaceText(shown, stored.text || shown.text)
  return {
    ...answer,
    id: stored.id,
    contentType: stored.contentType,
    attachments: stored.attachments,
    ...(stored.reasoning && { reasoning: { durationMs: undefined, ...answer.reasoning, text: stored.reasoning } }),
    textComplete: true,
  }
}

/**
 * @param others all messages but the answers of the turn
 * @param questions of the turn, as the server lists them
 */
function placeAfterQuestion(
  others: readonly ChatMessage[],
  turnId: string,
  questions: readonly StoredMessage[],
  answers: readonly AssistantMessage[],
): ChatMessage[] {
  const place = others.findIndex(
    (message) =>
      message.role === 'user' && (message.turnId === turnId || questions.some(({ id }) => id === message.id)),
  )
  const question = others[place]
  if (question?.role === 'user') {
    const { problem: _, ...plain } = question
    const sent: UserMessage = { ...plain, id: question.id ?? questions[0]?.id, status: 'sent' }
    return [...others.slice(0, place), sent, ...answers, ...others.slice(place + 1)]
  }
  // It was asked in another tab, or in this one before it was reloaded.
  const end = queueStart(others)
  return [...others.slice(0, end), ...questions.map(fromStored), ...answers, ...others.slice(end)]
}
