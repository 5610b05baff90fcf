/**
 * (state, action) -> state: every rule of what the visitor sees, without network, clock or timers.
 * One delta costs one copy of the message list and one string concatenation, however long the answer has become.
 */
import {
  type AssistantMessage,
  type ChatMessage,
  type ChatProblem,
  type ChatState,
  initialChatState,
  type UserMessage,
} from './chat-state.ts'
import type { Conversation, MessagePage, Question, StoredMessage, TurnEvent } from './chat-transport.ts'

/** How a turn ended for the visitor. */
export type TurnOutcome = 'complete' | 'stopped' | 'interrupted' | 'failed'

export type ChatAction =
  /** Plain values that need no rule. */
  | { type: 'set'; values: Partial<ChatState> }
  /** Another conversation is on screen. `keepUnsent`: questions written before it was there stay. */
  | { type: 'conversation-shown'; conversation: Conversation; page: MessagePage; keepUnsent: boolean }
  | { type: 'older-shown'; page: MessagePage }
  | { type: 'question-queued'; key: string; question: Question; sectionId: string | undefined; now: number }
  /** Back into the queue and to the end of the list, without its answers. */
  | { type: 'question-requeued'; key: string; problem?: ChatProblem }
  | { type: 'question-removed'; key: string }
  | { type: 'question-failed'; key: string; problem: ChatProblem }
  /** `key` absent: a turn that was already under way before this page came. */
  | { type: 'turn-began'; key?: string; turnId?: string }
  | { type: 'turn-event'; event: TurnEvent; now: number }
  | { type: 'turn-slow' }
  | { type: 'turn-stopping' }
  /** The connection is gone; the answer so far is no longer streaming and will be looked up. */
  | { type: 'turn-lost' }
  | { type: 'turn-ended'; outcome: TurnOutcome; problem?: ChatProblem }
  /** The server's list has the last word on a turn. */
  | {
      type: 'turn-reconciled'
      turnId: string
      messages: readonly StoredMessage[]
      outcome: TurnOutcome
      problem: ChatProblem
    }
  | { type: 'message-rated'; key: string; feedback: AssistantMessage['feedback'] }

const idleTurn = initialChatState.turn

export function reduceChat(state: ChatState, action: ChatAction): ChatState {
  switch (action.type) {
    case 'set':
      return { ...state, ...action.values }
    case 'conversation-shown': {
      const { conversation, page } = action
      const unsent = action.keepUnsent ? state.messages.filter(isUnsent) : []
      return {
        ...state,
        phase: 'ready',
        conversationId: conversation.id,
        messages: [...page.messages.map(fromStored), ...unsent],
        hasOlder: page.olderCursor !== undefined,
        loadingOlder: false,
        turn: idleTurn,
        followUps: [],
        problem: undefined,
      }
    }
    case 'older-shown': {
      const known = new Set(state.messages.map(({ id }) => id))
      const older = action.page.messages.filter(({ id }) => !known.has(id)).map(fromStored)
      const hasOlder = action.page.olderCursor !== undefined
      return { ...state, messages: [...older, ...state.messages], hasOlder, loadingOlder: false }
    }
    case 'question-queued': {
      const { key, question, sectionId, now } = action
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
    case 'question-requeued': {
      const { rest, question } = takeTurn(state.messages, action.key)
      if (question === undefined) return state
      const { problem: _, ...plain } = question
      const queued: UserMessage = {
        ...plain,
        ...withProblem(action.problem),
        id: undefined,
        turnId: undefined,
        status: 'queued',
      }
      // Before the questions that were written after it.
      rest.splice(queueStart(rest), 0, queued)
      return { ...state, messages: rest, followUps: [] }
    }
    case 'question-removed':
      return { ...state, messages: state.messages.filter(({ key }) => key !== action.key) }
    case 'question-failed':
      return patchUser(state, action.key, { status: 'failed', problem: action.problem })
    case 'turn-began': {
      const began: ChatState = {
        ...state,
        followUps: [],
        turn: { phase: 'waiting', turnId: action.turnId, slow: false },
      }
      return action.key === undefined ? began : patchUser(began, action.key, { status: 'sending' })
    }
    case 'turn-event':
      return state.turn.phase === 'idle' ? state : reduceEvent(state, action.event, action.now)
    case 'turn-slow':
      return state.turn.phase === 'idle' || state.turn.slow ? state : { ...state, turn: { ...state.turn, slow: true } }
    case 'turn-stopping':
      return state.turn.phase === 'idle' ? state : { ...state, turn: { ...state.turn, phase: 'stopping' } }
    case 'turn-lost':
      return {
        ...state,
        messages: state.messages.map((message) =>
          message.status === 'streaming' ? { ...message, status: 'interrupted' } : message,
        ),
        turn: { ...state.turn, phase: 'waiting', slow: false },
      }
    case 'turn-ended':
      return endTurn(state, action.outcome, action.problem)
    case 'turn-reconciled':
      return reconcile(state, action)
    case 'message-rated':
      return {
        ...state,
        messages: state.messages.map((message) => {
          if (message.key !== action.key || message.role !== 'assistant') return message
          const { feedback: _, ...plain } = message
          return action.feedback === undefined ? plain : { ...plain, feedback: action.feedback }
        }),
      }
  }
}

function reduceEvent(state: ChatState, event: TurnEvent, now: number): ChatState {
  const turn = state.turn.slow ? { ...state.turn, slow: false } : state.turn
  const next = turn === state.turn ? state : { ...state, turn }
  switch (event.type) {
    case 'started': {
      const { turnId, sectionId } = event
      return patchQuestion({ ...next, turn: { ...turn, turnId } }, { turnId, sectionId, status: 'sent' })
    }
    case 'question-saved':
      return next.messages.some(({ id }) => id === event.messageId)
        ? next
        : patchQuestion(next, { id: event.messageId })
    case 'completed':
    case 'input-required':
      return endTurn(next, 'complete')
    case 'canceled':
      return endTurn(next, 'stopped')
    case 'failed':
      return endTurn(next, 'failed', event.problem)
  }
  // What comes after the visitor pressed stop is not shown.
  if (turn.phase === 'stopping') return next
  const streaming: ChatState = { ...next, turn: { ...turn, phase: 'streaming' } }
  switch (event.type) {
    case 'action-required':
      return { ...next, turn: { ...turn, phase: 'acting' } }
    case 'follow-up':
      return next.followUps.includes(event.text) ? next : { ...next, followUps: [...next.followUps, event.text] }
    case 'text-delta':
      return patchAnswer(streaming, event.messageId, now, (answer) =>
        answer.textComplete ? answer : { ...endReasoning(answer, now), text: answer.text + event.text },
      )
    case 'reasoning-delta':
      return patchAnswer(streaming, event.messageId, now, (answer) =>
        answer.textComplete
          ? answer
          : {
              ...answer,
              reasoning: {
                durationMs: undefined,
                ...answer.reasoning,
                text: (answer.reasoning?.text ?? '') + event.text,
              },
            },
      )
    case 'message-completed':
      return patchAnswer(streaming, event.messageId, now, (answer) => ({
        ...replaceText(endReasoning(answer, now), event.text),
        ...(event.reasoning && {
          reasoning: { durationMs: undefined, ...endReasoning(answer, now).reasoning, text: event.reasoning },
        }),
        contentType: event.contentType,
        attachments: event.attachments,
        textComplete: true,
      }))
    case 'step': {
      const { step } = event
      const { messages } = streaming
      const holder = messages.findIndex(
        (message) => message.role === 'assistant' && message.steps.some(({ id }) => id === step.id),
      )
      const last = lastAnswer(messages)
      // A step that follows a finished text belongs to what comes next.
      const index = holder >= 0 ? holder : last !== undefined && !last.message.textComplete ? last.index : -1
      const found = messages[index]
      if (found?.role !== 'assistant')
        return insertAnswer(streaming, { ...newAnswer(streaming, now), key: `s:${step.id}`, steps: [step] })
      const others = found.steps.filter(({ id }) => id !== step.id)
      const steps = holder >= 0 ? found.steps.map((old) => (old.id === step.id ? step : old)) : [...others, step]
      return replaceAt(streaming, index, { ...found, steps })
    }
    default:
      // `audio-delta` is for whoever plays it, `other` for nobody.
      return next
  }
}

function endTurn(state: ChatState, outcome: TurnOutcome, problem?: ChatProblem): ChatState {
  const { turnId } = state.turn
  // An interrupted answer of an earlier turn stays as it is.
  const isOpen = ({ status, turnId: of }: ChatMessage) =>
    status === 'streaming' || (status === 'interrupted' && of !== undefined && of === turnId)
  const last = lastAnswer(state.messages)?.message
  const onAnswer = last !== undefined && isOpen(last)
  const messages = state.messages.map((message): ChatMessage => {
    if (message.role === 'user') return message.status === 'sending' ? { ...message, status: 'sent' } : message
    if (!isOpen(message)) return message
    return {
      ...message,
      status: outcome,
      steps: message.steps.map((step) =>
        step.status === 'running' ? { ...step, status: outcome === 'complete' ? 'done' : 'failed' } : step,
      ),
      ...(message === last && withProblem(problem)),
    }
  })
  const ended: ChatState = { ...state, messages, turn: idleTurn }
  return problem === undefined || onAnswer ? ended : patchQuestion(ended, { status: 'failed', problem })
}

function reconcile(state: ChatState, action: Extract<ChatAction, { type: 'turn-reconciled' }>): ChatState {
  const { turnId, messages: stored, outcome } = action
  const answers = stored.filter(({ role }) => role === 'assistant')
  const answerIds = new Set<string | undefined>(answers.map(({ id }) => id))
  const isOfTurn = (message: ChatMessage): boolean =>
    message.role === 'assistant' && (message.turnId === turnId || answerIds.has(message.id))
  const known = state.messages.filter((message): message is AssistantMessage => isOfTurn(message))
  let blank = known.find(({ id }) => id === undefined)
  const merged = answers.map((answer): AssistantMessage => {
    const shown = known.find(({ id }) => id === answer.id) ?? blank
    if (shown === undefined) return { ...answerFromStored(answer), status: outcome }
    if (shown === blank) blank = undefined
    const { problem: _, ...plain } = replaceText(shown, answer.text)
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
  const question = state.messages.find((message) => message.role === 'user' && message.turnId === turnId)
  const asked = question === undefined ? stored.filter(({ role }) => role === 'user').map(userFromStored) : []
  const others = state.messages.filter((message) => !isOfTurn(message))
  const place = question === undefined ? queueStart(others) : others.indexOf(question) + 1
  const shown =
    merged.length > 0 ? merged : known.map((message): AssistantMessage => ({ ...message, status: 'streaming' }))
  const questionId = stored.find(({ role }) => role === 'user')?.id
  const messages = [...others.slice(0, place), ...asked, ...shown, ...others.slice(place)].map(
    (message): ChatMessage =>
      message === question && message.role === 'user'
        ? withoutProblem({ ...message, id: message.id ?? questionId, status: 'sent' })
        : message,
  )
  const lacking = merged.length === 0 && outcome === 'complete'
  return endTurn(
    { ...state, messages, turn: { ...state.turn, turnId } },
    lacking ? 'interrupted' : outcome,
    lacking || outcome === 'failed' ? action.problem : undefined,
  )
}

/** Where the tail of queued questions begins: everything of the running turn goes before it. */
function queueStart(messages: readonly ChatMessage[]): number {
  let index = messages.length
  while (messages[index - 1]?.status === 'queued') index--
  return index
}

/** The answer of the running turn that was begun last. */
function lastAnswer(messages: readonly ChatMessage[]): { message: AssistantMessage; index: number } | undefined {
  const index = queueStart(messages) - 1
  const message = messages[index]
  return message?.role === 'assistant' ? { message, index } : undefined
}

function patchAnswer(
  state: ChatState,
  messageId: string,
  now: number,
  patch: (answer: AssistantMessage) => AssistantMessage,
): ChatState {
  const { messages } = state
  for (let index = queueStart(messages) - 1; index >= 0; index--) {
    const message = messages[index]
    if (message?.role !== 'assistant') break
    if (message.id === messageId)
      return message.status === 'streaming' ? replaceAt(state, index, patch(message)) : state
  }
  // An id of an earlier turn: an echo.
  if (messages.some(({ id }) => id === messageId)) return state
  const last = lastAnswer(messages)
  if (last !== undefined && last.message.id === undefined && last.message.status === 'streaming') {
    return replaceAt(state, last.index, patch({ ...last.message, id: messageId, createdAt: now }))
  }
  return insertAnswer(state, patch({ ...newAnswer(state, now), key: `m:${messageId}`, id: messageId }))
}

function patchQuestion(state: ChatState, patch: Partial<UserMessage>): ChatState {
  const { messages } = state
  for (let index = queueStart(messages) - 1; index >= 0; index--) {
    const message = messages[index]
    if (message?.role === 'user') return replaceAt(state, index, { ...message, ...patch })
  }
  return state
}

function patchUser(state: ChatState, key: string, patch: Partial<UserMessage>): ChatState {
  return {
    ...state,
    messages: state.messages.map((message) =>
      message.key === key && message.role === 'user' ? { ...withoutProblem(message), ...patch } : message,
    ),
  }
}

function replaceAt(state: ChatState, index: number, message: ChatMessage): ChatState {
  const messages = state.messages.slice()
  messages[index] = message
  return { ...state, messages }
}

function insertAnswer(state: ChatState, answer: AssistantMessage): ChatState {
  const messages = state.messages.slice()
  messages.splice(queueStart(messages), 0, answer)
  return { ...state, messages }
}

function newAnswer(state: ChatState, now: number): AssistantMessage {
  return {
    key: '',
    id: undefined,
    turnId: state.turn.turnId,
    sectionId: state.messages[queueStart(state.messages) - 1]?.sectionId,
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

/** The first piece of the answer ends the thinking, which began with the message. */
function endReasoning(answer: AssistantMessage, now: number): AssistantMessage {
  const { reasoning } = answer
  if (reasoning === undefined || reasoning.durationMs !== undefined) return answer
  return { ...answer, reasoning: { ...reasoning, durationMs: now - answer.createdAt } }
}

function replaceText<T extends ChatMessage>(message: T, text: string): T {
  if (message.text === text) return message
  return { ...message, text, textRevision: message.text === '' ? message.textRevision : message.textRevision + 1 }
}

function takeTurn(
  messages: readonly ChatMessage[],
  key: string,
): { rest: ChatMessage[]; question: UserMessage | undefined } {
  const rest: ChatMessage[] = []
  let question: UserMessage | undefined
  let inTurn = false
  for (const message of messages) {
    if (message.role === 'user') {
      inTurn = message.key === key
      if (inTurn) question = message
    }
    if (!inTurn) rest.push(message)
  }
  return { rest, question }
}

function fromStored(stored: StoredMessage): ChatMessage {
  return stored.role === 'user' ? userFromStored(stored) : answerFromStored(stored)
}

function userFromStored({ contentType: _, reasoning: __, ...stored }: StoredMessage): UserMessage {
  return { ...stored, key: `m:${stored.id}`, textRevision: 0, role: 'user', status: 'sent' }
}

function answerFromStored({ reasoning, ...stored }: StoredMessage): AssistantMessage {
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

function isUnsent(message: ChatMessage): boolean {
  return message.role === 'user' && message.status !== 'sent'
}

function withProblem(problem: ChatProblem | undefined): { problem?: ChatProblem } {
  return problem === undefined ? {} : { problem }
}

function withoutProblem({ problem: _, ...message }: UserMessage): UserMessage {
  return message
}
