import type { ChatTransport, Question, StoredMessage, ToolOutput, TurnEvent } from '../../src/chat/chat-transport.ts'
import { CozeChatError, type ErrorCode } from '../../src/errors.ts'

export const failure = (code: ErrorCode, retryable = true) => new CozeChatError(code, code, { retryable })

/** What the server does with one question; it may yield events, throw, or wait. */
export type Script = (turn: ScriptedTurn) => AsyncIterable<TurnEvent>

export interface ScriptedTurn {
  readonly turnId: string
  readonly question: Question
  readonly signal: AbortSignal
  /** Saves the question, as the server does when a request arrives. */
  receive(): TurnEvent
  /** Saves an answer and ends the turn. */
  finish(text: string): void
  /** Resolves when the test calls `release()`, rejects when the caller goes away. */
  hold(): Promise<void>
}

export interface ScriptedServer {
  readonly transport: ChatTransport
  /** Every call that reached the server: name and arguments without the signal. */
  readonly calls: (readonly [name: string, ...args: unknown[]])[]
  readonly messages: StoredMessage[]
  readonly status: Map<string, 'running' | 'completed' | 'failed' | 'canceled' | 'waiting'>
  /** For the next question; without one it is answered "answer to …". */
  next(...scripts: Script[]): void
  /** The next calls of this name reject. */
  fail(name: keyof ChatTransport, ...errors: CozeChatError[]): void
  release(): void
  /** Questions that reached the server. */
  readonly asked: readonly string[]
  readonly outputs: readonly ToolOutput[][]
}

export const whole: Script = async function* (turn) {
  yield turn.receive()
  const text = `answer to ${turn.question.text}`
  for (const piece of text.match(/.{1,4}/gsu) ?? []) {
    yield { type: 'text-delta', messageId: `a:${turn.turnId}`, text: piece }
  }
  turn.finish(text)
  yield { ...completedMessage, messageId: `a:${turn.turnId}`, text }
  yield { type: 'completed' }
}

export const completedMessage = {
  type: 'message-completed',
  reasoning: undefined,
  contentType: 'text',
  attachments: [],
} as const

export function createScriptedServer(): ScriptedServer {
  let section = 's1'
  const calls: ScriptedServer['calls'] = []
  const messages: StoredMessage[] = []
  const status: ScriptedServer['status'] = new Map()
  const scripts: Script[] = []
  const failures = new Map<string, CozeChatError[]>()
  const asked: string[] = []
  const outputs: ToolOutput[][] = []
  let held: (() => void)[] = []
  let turns = 0
  let conversations = 1

  const save = (role: StoredMessage['role'], id: string, turnId: string, text: string) =>
    messages.push({
      id,
      turnId,
      sectionId: 's1',
      role,
      contentType: 'text',
      text,
      reasoning: undefined,
      attachments: [],
      createdAt: 0,
    })
  const arrive = (name: string, signal: AbortSignal, ...args: unknown[]) => {
    if (signal.aborted) throw failure('aborted', false)
    const error = failures.get(name)?.shift()
    if (error !== undefined) throw error
    calls.push([name, ...args])
  }
  const until = (signal: AbortSignal) =>
    new Promise<void>((resolve, reject) => {
      held.push(resolve)
      signal.addEventListener('abort', () => reject(failure('aborted', false)))
    })

  async function* play(signal: AbortSignal, turnId: string, question: Question): AsyncGenerator<TurnEvent[]> {
    arrive('ask', signal, question.text)
    const script = scripts.shift() ?? whole
    const events = script({
      turnId,
      question,
      signal,
      receive() {
        asked.push(question.text)
        status.set(turnId, 'running')
        save('user', `u:${turnId}`, turnId, question.text)
        return { type: 'started', turnId, conversationId: 'v1', sectionId: section }
      },
      finish(text) {
        save('assistant', `a:${turnId}`, turnId, text)
        status.set(turnId, 'completed')
      },
      hold: () => until(signal),
    })
    for await (const event of events) yield [event]
  }

  const transport: ChatTransport = {
    async loadAgent(signal) {
      arrive('loadAgent', signal)
      return {
        id: 'b1',
        name: 'Mocha',
        description: '',
        iconUrl: undefined,
        greeting: 'Hi',
        suggestions: [],
        shortcuts: [],
        voice: false,
      }
    },
    async openConversation(signal, conversationId) {
      arrive('openConversation', signal, conversationId)
      return { id: conversationId, sectionId: 's1' }
    },
    async newestConversation(signal, isNew) {
      arrive('newestConversation', signal, isNew)
      return { id: 'v1', sectionId: 's1' }
    },
    async createConversation(signal) {
      arrive('createConversation', signal)
      messages.length = 0
      return { id: `v${++conversations}`, sectionId: 's1' }
    },
    async listConversations(signal, page) {
      arrive('listConversations', signal, page)
      return { items: [{ id: `v${page}`, title: `title ${page}`, updatedAt: 0 }], hasMore: page < 2 }
    },
    renameConversation: async (signal, ...args) => arrive('renameConversation', signal, ...args),
    deleteConversation: async (signal, ...args) => arrive('deleteConversation', signal, ...args),
    async clearContext(signal, conversationId) {
      arrive('clearContext', signal, conversationId)
      section = 's2'
      return section
    },
    async listMessages(signal, conversationId, before) {
      arrive('listMessages', signal, conversationId, before)
      const end = before === undefined ? messages.length : messages.findIndex(({ id }) => id === before)
      const start = Math.max(0, end - 20)
      return { messages: messages.slice(start, end), olderCursor: start > 0 ? messages[start]?.id : undefined }
    },
    async deleteMessage(signal, _conversationId, messageId) {
      arrive('deleteMessage', signal, messageId)
      const index = messages.findIndex(({ id }) => id === messageId)
      if (index >= 0) messages.splice(index, 1)
    },
    ask: (signal, _conversationId, question) => play(signal, `t${++turns}`, question),
    submitToolOutputs(signal, _conversationId, turnId, given) {
      outputs.push([...given])
      return play(signal, turnId, { text: 'outputs', attachments: [] })
    },
    async cancel(signal, _conversationId, turnId) {
      arrive('cancel', signal, turnId)
      status.set(turnId, 'canceled')
    },
    async turnStatus(signal, _conversationId, turnId) {
      arrive('turnStatus', signal, turnId)
      return status.get(turnId) ?? 'completed'
    },
    async upload(signal, file) {
      arrive('upload', signal)
      return { kind: 'file', name: file.name, sizeBytes: 1, mimeType: undefined, url: undefined, fileId: 'f1' }
    },
    async transcribe(signal) {
      arrive('transcribe', signal)
      return 'heard'
    },
    async speak(signal) {
      arrive('speak', signal)
      return new Blob()
    },
    rate: async (signal, ...args) => arrive('rate', signal, ...args),
  }
  return {
    transport,
    calls,
    messages,
    status,
    asked,
    outputs,
    next: (...more) => void scripts.push(...more),
    fail: (name, ...errors) => void failures.set(name, errors),
    release() {
      for (const free of held) free()
      held = []
    },
  }
}
