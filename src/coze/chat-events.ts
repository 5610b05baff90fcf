/** The vendor's stream events of one turn -> the typed union a chat understands. Unknown ones are kept as `other`, never thrown. */
import type { AgentStep } from '../chat/chat-state.ts'
import type { TurnEvent } from '../chat/chat-transport.ts'
import { createLazyPart } from '../platform/lazy-part.ts'
import { parseObject, type StreamEvent } from './event-stream.ts'
import type { WireChat, WireFailure, WireMessage } from './wire.ts'

export interface TurnDecoder {
  /** One at a time and in their order: a rare event waits for the code that reads it. */
  push(event: StreamEvent): Promise<readonly TurnEvent[]>
  /** True after a terminal event; whatever follows is ignored. */
  readonly ended: boolean
}

/** What a stream leaves to its later events, and a turn to its next stream. */
export interface TurnMemory {
  /** Tools that were called and have not answered, oldest first; answers carry no id of their call. */
  readonly runningSteps: AgentStep[]
  /** A chatflow has said that it waits for the visitor. */
  interrupted: boolean
  /** What was heard so far, in Base64, by message. */
  sound?: { length: number; readonly pieces: Map<string, string[]> }
}

/** Any object an event can hold; all of it uncertain. */
export type WireEventObject = Partial<WireChat & WireMessage & WireFailure>

/** Whatever a plain answer does not have: failures, tools, cards, pictures, sound, pauses, coze-studio's own spellings. */
export const loadRareEvents = createLazyPart(() => import('./rare-events.ts'))

export const createTurnMemory = (): TurnMemory => ({ runningSteps: [], interrupted: false })

export function createTurnDecoder(memory: TurnMemory = createTurnMemory()): TurnDecoder {
  let started = false
  let ended = false
  let questionId: string | undefined
  /** Messages whose full text came: deltas after it are echoes. */
  const completed = new Set<string>()

  function saveQuestion(messageId: string | undefined): TurnEvent[] {
    if (messageId === undefined || questionId === messageId) return []
    questionId = messageId
    return [{ type: 'question-saved', messageId }]
  }

  function readDelta(message: WireEventObject): TurnEvent[] {
    const { id: messageId = '', content, reasoning_content } = message
    if (!isAnswer(message) || message.content_type === 'card' || completed.has(messageId)) return []
    const events: TurnEvent[] = []
    if (reasoning_content) events.push({ type: 'reasoning-delta', messageId, text: reasoning_content })
    if (content) events.push({ type: 'text-delta', messageId, text: content })
    return events
  }

  function readMessage(message: WireEventObject): TurnEvent[] | undefined {
    const { id: messageId = '', type, content = '', content_type = 'text', reasoning_content } = message
    if (message.role === 'user' || type === 'question') return saveQuestion(messageId)
    if (isAnswer(message)) {
      completed.add(messageId)
      if (content_type !== 'text') return undefined
      const reasoning = reasoning_content || undefined
      return [{ type: 'message-completed', messageId, text: content, reasoning, contentType: 'text', attachments: [] }]
    }
    if (type === 'follow_up') return [{ type: 'follow-up', text: content }]
    // Reason 0, the end of all answers, comes with every turn; any other is worth a closer look.
    const isFinish = type === 'verbose' && /generate_answer_finish.*finish_reason\W+0\b/.test(content)
    return isFinish ? [{ type: 'other', name: 'generate_answer_finish' }] : undefined
  }

  function readChat(name: string, chat: WireEventObject): TurnEvent[] {
    const events: TurnEvent[] = []
    if (!started && chat.id !== undefined) {
      started = true
      const { id: turnId, conversation_id: conversationId = '', section_id: sectionId } = chat
      events.push({ type: 'started', turnId, conversationId, sectionId })
    }
    events.push(...saveQuestion(chat.inserted_additional_messages?.at(-1)?.id))
    if (name === 'chat.completed') events.push({ type: 'completed' })
    return events.length > 0 ? events : [{ type: 'other', name }]
  }

  async function read(name: string, data: string): Promise<readonly TurnEvent[]> {
    // Chatflows put a `debug_url` into their `done`: it names the owner's workspace and goes no further.
    if (/^(stream\.)?done$/.test(name)) return [{ type: memory.interrupted ? 'input-required' : 'completed' }]
    const value = parseObject<WireChat & WireMessage & WireFailure>(data)
    if (value === undefined) return [{ type: 'other', name }]
    if (name === 'message.delta') return readDelta(value)
    const events = name === 'message.completed' ? readMessage(value) : undefined
    if (events !== undefined) return events
    const news = name.startsWith('chat.') && name !== 'chat.failed' ? readChat(name, value) : []
    if (!memory.sound && /^chat\.(created|in_progress|completed)$/.test(name)) return news
    const { readRareEvent } = await loadRareEvents()
    return readRareEvent(name, value, memory, news)
  }

  return {
    get ended() {
      return ended
    },
    async push({ name, data }) {
      if (ended) return []
      const events = await read(name.replace(/^conversation\./, ''), data)
      ended = /^(completed|canceled|failed|action-required|input-required)$/.test(events.at(-1)?.type ?? '')
      return events
    },
  }
}

function isAnswer({ role, type }: WireEventObject): boolean {
  return role !== 'user' && (type === 'answer' || !type)
}
