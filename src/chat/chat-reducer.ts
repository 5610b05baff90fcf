/**
 * State -> state: the rules of what the visitor sees during a turn, without network, clock or timers. What only a mishap needs is
 * in `recovery-reducer.ts`.
 * One delta costs one copy of the message list and one string concatenation, however long the answer has become.
 */
import {
  type AssistantMessage,
  type ChatMessage,
  type ChatProblem,
  type ChatState,
  type ChatTurn,
  initialChatState,
  type UserMessage,
} from './chat-state.ts'
import type { Conversation, MessagePage, Question, StoredMessage, TurnEvent } from './chat-transport.ts'

export type Change = (state: ChatState) => ChatState

/** How a turn ended for the visitor. */
export type TurnOutcome = 'complete' | 'stopped' | 'interrupted' | 'failed'

/** Another conversation is on screen. `keepUnsent`: questions written before it was there stay. */
export const showConversation =
  ({ id }: Conversation, { messages, olderCursor }: MessagePage, keepUnsent: boolean): Change =>
  (state) => ({
    ...initialChatState,
    agent: state.agent,
    conversations: state.conversations,
    phase: 'ready',
    conversationId: id,
    messages: [
      ...messages.map(fromStored),
      ...state.messages.filter(({ role, status }) => keepUnsent && role === 'user' && status !== 'sent'),
    ],
    hasOlder: olderCursor !== undefined,
  })

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
    return { ...state, messages: [...state.messages, message], problem: undefined }
  }

export const failQuestion =
  (key: string, problem: ChatProblem): Change =>
  (state) =>
    patchUser(state, key, { status: 'failed', problem })

/** Where it stands, until the network is back. */
export const holdQuestion =
  (key: string): Change =>
  (state) =>
    patchUser(state, key, { status: 'queued', problem: { code: 'network', retryable: true } })

/** `key` absent: a turn that was already under way before this page came. */
export const beginTurn =
  ({ key, turnId }: { key?: string; turnId?: string }): Change =>
  (state) =>
    patchUser({ ...state, followUps: [], turn: { phase: 'waiting', turnId, slow: false } }, key, { status: 'sending' })

/** Without effect when none runs. */
export const patchTurn =
  (patch: Partial<ChatTurn>): Change =>
  (state) =>
    state.turn.phase === 'idle' ? state : { ...state, turn: { ...state.turn, ...patch } }

export const receive =
  (event: TurnEvent, now: number): Change =>
  (before) => {
    if (before.turn.phase === 'idle') return before
    const state = before.turn.slow ? patchTurn({ slow: false })(before) : before
    const { turn } = state
    switch (event.type) {
      case 'started': {
        const { turnId, sectionId } = event
        return patchQuestion({ ...state, turn: { ...turn, turnId } }, { turnId, sectionId, status: 'sent' })
      }
      case 'question-saved':
        return findId(state, event.messageId) ? state : patchQuestion(state, { id: event.messageId })
      case 'completed':
      case 'input-required':
        return endTurn('complete')(state)
      case 'canceled':
        return endTurn('stopped')(state)
      case 'failed':
        return endTurn('failed', event.problem)(state)
    }
    // What comes after the visitor pressed stop is not shown.
    if (turn.phase === 'stopping') return state
    switch (event.type) {
      case 'action-required':
        return patchTurn({ phase: 'acting' })(state)
      case 'follow-up':
        return state.followUps.includes(event.text) ? state : { ...state, followUps: [...state.followUps, event.text] }
      case 'text-delta':
      case 'reasoning-delta':
      case 'message-completed':
        return patchAnswer(patchTurn({ phase: 'streaming' })(state), event, now)
    }
    // A step is shown by `agent-steps.ts`; `audio-delta` is for whoever plays it, `other` for nobody.
    return state
  }

export const endTurn =
  (outcome: TurnOutcome, problem?: ChatProblem): Change =>
  (state) => {
    const { turnId } = state.turn
    // An interrupted answer of an earlier turn stays as it is.
    const isOpen = (message: ChatMessage | undefined) =>
      message?.status === 'streaming' ||
      (message?.status === 'interrupted' && message.turnId !== undefined && message.turnId === turnId)
    const last = lastAnswer(state)
    // Stopped before the first word: an answer without words says so, and can be asked for again.
    const begun =
      outcome === 'stopped' && !last
        ? insertAnswer(state, newAnswer(state, `s:${turnId}`, state.messages.at(-1)?.createdAt ?? 0))
        : state
    const messages = begun.messages.map((message): ChatMessage => {
      if (message.role === 'user') return message.status === 'sending' ? { ...message, status: 'sent' } : message
      if (!isOpen(message)) return message
      return {
        ...message,
        status: outcome,
        steps: message.steps.map((step) =>
          step.status === 'running' ? { ...step, status: outcome === 'complete' ? 'done' : 'failed' } : step,
        ),
        ...(message === last && problem && { problem }),
      }
    })
    const ended = { ...state, messages, turn: initialChatState.turn }
    return problem === undefined || isOpen(last) ? ended : patchQuestion(ended, { status: 'failed', problem })
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

/** Where the tail of queued questions begins: everything of the running turn goes before it. */
export function queueStart(messages: readonly ChatMessage[]): number {
  let index = messages.length
  while (messages[index - 1]?.status === 'queued') index--
  return index
}

export function replaceText<T extends ChatMessage>(message: T, text: string): T {
  if (message.text === text) return message
  return { ...message, text, textRevision: message.textRevision + (message.text === '' ? 0 : 1) }
}

const findId = ({ messages }: ChatState, messageId: string) => messages.findLast(({ id }) => id === messageId)

/** The answer of the running turn that was begun last. */
export function lastAnswer({ messages }: ChatState): AssistantMessage | undefined {
  const message = messages[queueStart(messages) - 1]
  return message?.role === 'assistant' ? message : undefined
}

type AnswerEvent = Extract<TurnEvent, { type: 'text-delta' | 'reasoning-delta' | 'message-completed' }>

function patchAnswer(state: ChatState, event: AnswerEvent, now: number): ChatState {
  const { messageId } = event
  const known = findId(state, messageId)
  // An id of an earlier turn is an echo.
  if (known !== undefined) {
    return known.role === 'assistant' && known.status === 'streaming'
      ? replace(state, known, grow(known, event, now))
      : state
  }
  const last = lastAnswer(state)
  // Steps came before the first words.
  return last !== undefined && last.id === undefined && last.status === 'streaming'
    ? replace(state, last, grow({ ...last, id: messageId, createdAt: now }, event, now))
    : insertAnswer(state, grow({ ...newAnswer(state, `m:${messageId}`, now), id: messageId }, event, now))
}

/** The whole message wins over its pieces, and over those that come after it. */
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
  const { text, contentType, attachments } = event
  const whole = event.reasoning ? { durationMs: undefined, ...thought, text: event.reasoning } : thought
  return {
    ...replaceText(answer, text),
    ...(whole && { reasoning: whole }),
    contentType,
    attachments,
    textComplete: true,
  }
}

/** The question of the running turn. */
function patchQuestion(state: ChatState, patch: Partial<UserMessage>): ChatState {
  const question = state.messages.slice(0, queueStart(state.messages)).findLast(({ role }) => role === 'user')
  return question?.role === 'user' ? replace(state, question, { ...question, ...patch }) : state
}

/** A problem that it had is over. */
function patchUser(state: ChatState, key: string | undefined, patch: Partial<UserMessage>): ChatState {
  const found = state.messages.find((message) => message.key === key)
  if (found?.role !== 'user') return state
  const { problem: _, ...message } = found
  return replace(state, found, { ...message, ...patch })
}

export function replace(state: ChatState, old: ChatMessage, message: ChatMessage): ChatState {
  const messages = state.messages.slice()
  messages[messages.lastIndexOf(old)] = message
  return { ...state, messages }
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
