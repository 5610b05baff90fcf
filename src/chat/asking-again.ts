/** What a visitor does about an answer: asks for it again. Comes when it is used. */
import type { ChatCore } from './chat-core.ts'
import { requeueQuestion } from './recovery-reducer.ts'

export async function retry(core: ChatCore, messageKey: string): Promise<void> {
  const { messages } = core.getState()
  const index = messages.findIndex(({ key }) => key === messageKey)
  const message = messages[index]
  if (message === undefined) return
  const { status, turnId, problem } = message
  if ((status === 'interrupted' || problem?.code === 'interrupted') && turnId !== undefined) await core.takeUp(turnId)
  else if (status === 'failed' || status === 'stopped') await askAgain(core, index)
}

export async function regenerate(core: ChatCore): Promise<void> {
  if (core.isIdle()) await askAgain(core, core.getState().messages.length - 1)
}

/** The question that the message is, or answers, goes to the end of the list; the messages of its first try are deleted at the server. */
function askAgain(core: ChatCore, index: number): Promise<void> | undefined {
  const question = core
    .getState()
    .messages.slice(0, index + 1)
    .findLast(({ role }) => role === 'user')
  if (question?.role !== 'user') return undefined
  const { key, text, attachments, turnId } = question
  core.apply(core.thread().signal, requeueQuestion(key))
  return core.enqueue(key, { text, attachments }, turnId)
}
