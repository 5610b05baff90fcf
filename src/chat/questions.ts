/** What visitors do with questions: ask, ask again, edit, take back. */
import { asSeen } from '../platform/addresses/address-words.ts'
import type { Clock } from '../platform/clock.ts'
import type { ChatSession } from './chat-session.ts'
import type { ChatMessage, UserMessage } from './chat-state.ts'
import type { Question } from './chat-transport.ts'
import type { Opening } from './open-chat.ts'
import { editQuestion, queueQuestion, removeMessage, requeueQuestion } from './reducers/question-reducer.ts'
import type { StateContainer } from './state-container.ts'
import type { Turns } from './turns/turns.ts'

export interface Questions {
  send(question: Question): Promise<void>
  /** @param words in place of the newest question's, while nothing is under way */
  retry(messageKey: string, words?: Question): Promise<void>
  regenerate(): Promise<void>
  withdraw(messageKey: string): Question | undefined
}

export function createQuestions(
  container: StateContainer,
  session: ChatSession,
  opening: Opening,
  turns: Turns,
  clock: Clock,
): Questions {
  const { apply, emit, getState } = container
  let lastKey = 0

  function ask(key: string, question: Question, replaces?: string): Promise<void> {
    const asked = turns.enqueue(key, question, replaces)
    // That the browser is offline is a guess. Somebody who asks wants it tried.
    turns.releaseQueue()
    void opening.open()
    turns.drainQueue()
    return asked
  }

  /** The messages of its first try are deleted at the server. */
  function askAgain({ key, text, attachments, turnId }: UserMessage): Promise<void> {
    apply(session.thread.signal, requeueQuestion(key))
    return ask(key, { text, attachments }, turnId)
  }

  async function editAndAsk(messageKey: string, question: Question): Promise<void> {
    const { messages } = getState()
    const newest = questionBehind(messages, messages.length - 1)
    // Otherwise the new words stay with whoever wrote them.
    if (newest?.key !== messageKey || !turns.isIdle()) return
    const { signal } = session.thread
    apply(signal, editQuestion(messageKey, question))
    apply(signal, requeueQuestion(messageKey))
    emit(signal, { type: 'question', question })
    await ask(messageKey, question, newest.turnId)
  }

  return {
    async send(question) {
      // Characters that nobody sees are no question.
      if (asSeen(question.text).trim() === '' && question.attachments.length === 0) return
      // After `destroy()` nobody would ask it, and whoever waits for its turn would wait for ever.
      if (session.signal.aborted) return
      const key = `q:${++lastKey}`
      apply(session.signal, queueQuestion(key, question, session.thread.sectionId, clock.now()))
      emit(session.signal, { type: 'question', question })
      await ask(key, question)
    },

    async retry(messageKey, words) {
      if (words !== undefined) return editAndAsk(messageKey, words)
      const { messages } = getState()
      const index = messages.findIndex(({ key }) => key === messageKey)
      const message = messages[index]
      if (message === undefined) return
      const { status, turnId, problem } = message
      if ((status === 'interrupted' || problem?.code === 'interrupted') && turnId !== undefined) {
        await turns.resumeTurn(turnId)
      } else if (status === 'failed' || status === 'stopped') {
        const question = questionBehind(messages, index)
        if (question !== undefined) await askAgain(question)
      }
    },

    async regenerate() {
      const { conversationId, messages } = getState()
      // Without a conversation, what is on screen is what was kept of the last visit.
      if (conversationId === undefined || !turns.isIdle()) return
      const question = questionBehind(messages, messages.length - 1)
      if (question !== undefined) await askAgain(question)
    },

    withdraw(messageKey) {
      const { messages } = getState()
      const index = messages.findIndex(({ key }) => key === messageKey)
      const question = questionBehind(messages, index)
      if (question === undefined) return undefined
      const { key, status, text, attachments } = question
      if (status === 'queued' || status === 'failed') {
        turns.dropQuestion(key)
        apply(session.signal, removeMessage(key))
      }
      return { text, attachments }
    },
  }
}

/** The question that a message is, or answers. */
function questionBehind(messages: readonly ChatMessage[], index: number): UserMessage | undefined {
  return messages.slice(0, index + 1).findLast((message) => message.role === 'user')
}
