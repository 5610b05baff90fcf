/** What the reducers share: finding, replacing and making messages. */
import type { AssistantMessage, ChatMessage, ChatState, UserMessage } from '../chat-state.ts'
import type { StoredMessage } from '../chat-transport.ts'

/** Where the tail of queued questions begins: everything of the running turn goes before it. */
export function queueStart(messages: readonly ChatMessage[]): number {
  let index = messages.length
  while (messages[index - 1]?.status === 'queued') index--
  return index
}

export function replaceMessage(state: ChatState, old: ChatMessage, message: ChatMessage): ChatState {
  const messages = state.messages.slice()
  messages[messages.lastIndexOf(old)] = message
  return { ...state, messages }
}

export function replaceText<T extends ChatMessage>(message: T, text: string): T {
  if (message.text === text) return message
  return { ...message, text, textRevision: message.textRevision + (message.text === '' ? 0 : 1) }
}

export function findById({ messages }: ChatState, messageId: string): ChatMessage | undefined {
  return messages.findLast(({ id }) => id === messageId)
}

/** Patches the question with this key, and takes the problem away that it had. */
export function patchQuestion(state: ChatState, key: string | undefined, patch: Partial<UserMessage>): ChatState {
  const found = state.messages.find((message) => message.key === key)
  if (found?.role !== 'user') return state
  const { problem: _, ...message } = found
  return replaceMessage(state, found, { ...message, ...patch })
}

/** The question of the turn. A turn that was begun elsewhere may have none here: then the last one is an earlier turn's. */
function turnQuestion({ messages }: ChatState, turnId: string | undefined): UserMessage | undefined {
  const question = messages.slice(0, queueStart(messages)).findLast(({ role }) => role === 'user')
  return question?.role === 'user' && (question.turnId ?? turnId) === turnId ? question : undefined
}

export function patchTurnQuestion(
  state: ChatState,
  turnId: string | undefined,
  patch: Partial<UserMessage>,
): ChatState {
  const question = turnQuestion(state, turnId)
  return question === undefined ? state : replaceMessage(state, question, { ...question, ...patch })
}

/** A message has one id for ever: under another it would stand there twice when the server lists it. */
export function nameTurnQuestion(state: ChatState, id: string): ChatState {
  const question = turnQuestion(state, state.turn.turnId)
  return question === undefined || question.id !== undefined || findById(state, id) !== undefined
    ? state
    : replaceMessage(state, question, { ...question, id })
}

/** The answer of the running turn that was begun last. */
export function lastAnswer({ messages }: ChatState): AssistantMessage | undefined {
  const message = messages[queueStart(messages) - 1]
  return message?.role === 'assistant' ? message : undefined
}

export function insertAnswer(state: ChatState, answer: AssistantMessage): ChatState {
  const messages = state.messages.slice()
  messages.splice(queueStart(messages), 0, answer)
  return { ...state, messages }
}

export function newAnswer({ messages, turn }: ChatState, key: string, now: number): AssistantMessage {
  return {
    key,
    id: undefined,
    turnId: turn.turnId,
    sectionId: messages[queueStart(messages) - 1]?.sectionId,
    text: '',
    textRevision: 0,
    createdAt: now,
    role: 'assistant',
    status: 'streaming',
    contentType: 'text',
    steps: [],
    attachments: [],
  }
}

export function fromStored(stored: StoredMessage): ChatMessage {
  if (stored.role === 'assistant') return answerFromStored(stored)
  const { contentType: _, reasoning: __, ...question } = stored
  return { ...question, key: `m:${stored.id}`, textRevision: 0, role: 'user', status: 'sent' }
}

export function answerFromStored({ reasoning, ...stored }: StoredMessage): AssistantMessage {
  return {
    ...stored,
    key: `m:${stored.id}`,
    textRevision: 0,
    role: 'assistant',
    status: 'complete',
    ...(reasoning && { reasoning: { text: reasoning, durationMs: undefined } }),
    steps: [],
  }
}
