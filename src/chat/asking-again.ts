/** What a visitor does about an answer or a question of his: asks again, or edits it. Comes when it is used. */
import type { ChatCore } from './chat-core.ts'
import { type Change, replace, replaceText } from './chat-reducer.ts'
import type { ChatMessage, UserMessage } from './chat-state.ts'
import type { Question } from './chat-transport.ts'
import { requeueQuestion } from './recovery-reducer.ts'

export const removeMessage =
  (key: string): Change =>
  (state) => ({ ...state, messages: state.messages.filter((message) => message.key !== key) })

export async function retry(core: ChatCore, messageKey: string, words?: Question): Promise<void> {
  if (words) return rewrite(core, messageKey, words)
  const { messages } = core.getState()
  const index = messages.findIndex(({ key }) => key === messageKey)
  const message = messages[index]
  if (message === undefined) return
  const { status, turnId, problem } = message
  if ((status === 'interrupted' || problem?.code === 'interrupted') && turnId !== undefined) await core.takeUp(turnId)
  else if (status === 'failed' || status === 'stopped') await askAgain(core, index)
}

export async function regenerate(core: ChatCore): Promise<void> {
  const { conversationId, messages } = core.getState()
  // Without one, what is on screen is what was kept of the last visit.
  if (core.isIdle() && conversationId !== undefined) await askAgain(core, messages.length - 1)
}

/** Without effect unless it is the newest question and nothing is under way: then it stays with whoever wrote it. */
async function rewrite(core: ChatCore, messageKey: string, question: Question): Promise<void> {
  const { messages } = core.getState()
  const old = questionBehind(messages, messages.length - 1)
  if (old?.key !== messageKey || !core.isIdle()) return
  const { signal } = core.thread()
  core.apply(signal, (state) => replace(state, old, { ...replaceText(old, question.text), ...question }))
  core.apply(signal, requeueQuestion(messageKey))
  await core.enqueue(messageKey, question, old.turnId)
}

/** The question that the message is, or answers, goes to the end of the list; the messages of its first try are deleted at the server. */
function askAgain(core: ChatCore, index: number): Promise<void> | undefined {
  const question = questionBehind(core.getState().messages, index)
  if (question === undefined) return undefined
  const { key, text, attachments, turnId } = question
  core.apply(core.thread().signal, requeueQuestion(key))
  return core.enqueue(key, { text, attachments }, turnId)
}

export function withdraw(core: ChatCore, messageKey: string): Question | undefined {
  const { messages } = core.getState()
  const question = questionBehind(
    messages,
    messages.findIndex(({ key }) => key === messageKey),
  )
  if (question === undefined) return undefined
  const { key, status, text, attachments } = question
  if (status === 'queued' || status === 'failed') {
    core.dropJobs(key)
    core.apply(core.session(), removeMessage(key))
  }
  return { text, attachments }
}

/** The question that a message is, or answers. */
function questionBehind(messages: readonly ChatMessage[], index: number): UserMessage | undefined {
  return messages.slice(0, index + 1).findLast((message) => message.role === 'user')
}
