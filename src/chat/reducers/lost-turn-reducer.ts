/** The rules of a turn whose stream broke off, and of what the server says about it afterwards. */
import type { AssistantMessage, Change, ChatMessage, ChatProblem } from '../chat-state.ts'
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
    const answers = stored.filter(({ role }) => role === 'assistant')
    const answerIds = new Set<string | undefined>(answers.map(({ id }) => id))
    const isOfTurn = (message: ChatMessage): boolean =>
      message.role === 'assistant' && (message.turnId === turnId || answerIds.has(message.id))
    const known = state.messages.filter((message): message is AssistantMessage => isOfTurn(message))
    let blank = known.find(({ id }) => id === undefined)
    const merged = answers.map((answer): AssistantMessage => {
      const shown = known.find(({ id }) => id === answer.id) ?? blank ?? answerFromStored(answer)
      if (shown === blank) blank = undefined
      const { problem: _, ...plain } = replaceText(shown, answer.text || shown.text)
      return {
        ...plain,
        id: answer.id,
        contentType: answer.contentType,
        attachments: answer.attachments,
        ...(answer.reasoning && { reasoning: { durationMs: undefined, ...plain.reasoning, text: answer.reasoning } }),
        textComplete: true,
        status: 'streaming',
      }
    })
    // The question may have come from another tab, or from this one before it was reloaded.
    const questions = stored.filter(({ role }) => role === 'user')
    const question = state.messages.find(
      (message) =>
        message.role === 'user' && (message.turnId === turnId || questions.some(({ id }) => id === message.id)),
    )
    const others = state.messages.filter((message) => !isOfTurn(message))
    const place = question === undefined ? queueStart(others) : others.indexOf(question) + 1
    const messages = [
      ...others.slice(0, place),
      ...(question === undefined ? questions.map(fromStored) : []),
      ...(merged.length > 0 ? merged : known.map((message): ChatMessage => ({ ...message, status: 'streaming' }))),
      ...others.slice(place),
    ].map((message): ChatMessage => {
      if (message !== question || message.role !== 'user') return message
      const { problem: _, ...plain } = message
      return { ...plain, id: message.id ?? questions[0]?.id, status: 'sent' }
    })
    const isLacking = merged.length === 0 && outcome === 'complete'
    const ended = endTurn(isLacking ? 'interrupted' : outcome, isLacking || outcome === 'failed' ? problem : undefined)
    return ended({ ...state, messages, turn: { ...state.turn, turnId } })
  }
