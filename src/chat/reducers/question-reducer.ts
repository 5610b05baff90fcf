/** The rules of a question before and after its turn: queued, refused, asked again, edited, taken back. */
import type { Change, ChatMessage, ChatProblem, UserMessage } from '../chat-state.ts'
import type { Question } from '../chat-transport.ts'
import { patchQuestion, queueStart, replaceMessage, replaceText } from './message-list.ts'

export const queueQuestion =
  (key: string, question: Question, sectionId: string | undefined, now: number): Change =>
  (state) => {
    const message: UserMessage = {
      ...question,
      key,
      id: undefined,
      turnId: undefined,
      sectionId,
      textRevision: 0,
      createdAt: now,
      role: 'user',
      status: 'queued',
    }
    return { ...state, messages: [...state.messages, message], newTopic: false, problem: undefined }
  }

export const failQuestion =
  (key: string, problem: ChatProblem): Change =>
  (state) =>
    patchQuestion(state, key, { status: 'failed', problem })

/** Back into the queue and to the end of the list, without its answers. */
export const requeueQuestion =
  (questionKey: string, problem?: ChatProblem): Change =>
  (state) => {
    const rest: ChatMessage[] = []
    let question: UserMessage | undefined
    let isOfTurn = false
    for (const message of state.messages) {
      if (message.role === 'user') {
        isOfTurn = message.key === questionKey
        if (isOfTurn) question = message
      }
      if (!isOfTurn) rest.push(message)
    }
    if (question === undefined) return state
    const { problem: _, ...plain } = question
    const queued: UserMessage = {
      ...plain,
      ...(problem && { problem }),
      id: undefined,
      turnId: undefined,
      status: 'queued',
    }
    // Before the questions that were written after it.
    rest.splice(queueStart(rest), 0, queued)
    return { ...state, messages: rest, followUps: [] }
  }

/** Puts other words and attachments into a question. */
export const editQuestion =
  (key: string, question: Question): Change =>
  (state) => {
    const old = state.messages.find((message) => message.key === key)
    return old?.role === 'user'
      ? replaceMessage(state, old, { ...replaceText(old, question.text), ...question })
      : state
  }

export const removeMessage =
  (key: string): Change =>
  (state) => ({ ...state, messages: state.messages.filter((message) => message.key !== key) })
