/**
 * Decodes the stream of one turn, in Coze's form or in the gateway's shorter one, into the events that a chat understands.
 * What is unknown is kept as `other` and never thrown.
 * The events: https://www.coze.cn/docs/developer_guides/chat_v3 , "Streaming response". Coze Studio spells a few of them otherwise:
 * https://github.com/coze-dev/coze-studio .
 */
import type { PendingToolCall } from '../../chat/chat-state.ts'
import type { TurnEvent } from '../../chat/chat-transport.ts'
import { problemFromVendor } from '../coze-errors.ts'
import type { StreamEvent } from '../event-stream.ts'
import { listOf, parseObject, textOf, type Uncertain } from '../parse-object.ts'
import { VENDOR_CODES } from '../vendor-codes.ts'
import type { WireChat } from '../wire/chat.ts'
import type { WireFailure } from '../wire/envelope.ts'
import type { WireMessage } from '../wire/messages.ts'
import { printedCode } from '../wire/studio.ts'
import { readStep } from './agent-steps.ts'
import type { CardReader } from './cards.ts'
import { readContent } from './message-content.ts'
import { createTurnMemory, type TurnMemory } from './turn-memory.ts'

export interface TurnDecoder {
  /** Never throws. */
  push(event: StreamEvent): readonly TurnEvent[]
  /** True after a terminal event. Whatever follows is ignored. */
  readonly ended: boolean
}

/** Any object that an event can hold; all of it is uncertain. */
type WireEventObject = Uncertain<WireChat & WireMessage & WireFailure>

const TERMINAL: ReadonlySet<TurnEvent['type']> = new Set([
  'completed',
  'canceled',
  'failed',
  'action-required',
  'input-required',
])

/** @param memory of the same turn's earlier stream; default: a new turn's */
export function createTurnDecoder(cards: CardReader, memory: TurnMemory = createTurnMemory()): TurnDecoder {
  let started = false
  let ended = false
  let questionId: string | undefined
  /** The piece of an answer that the gateway's nameless events go on with. */
  let lastPiece: WireEventObject = {}
  /** Messages whose full text came: deltas after it are echoes. */
  const completed = new Set<string>()

  function read(name: string, data: string): readonly TurnEvent[] {
    // Chatflows put a `debug_url` into their `done`, which names the owner's workspace and must go no further.
    if (name === 'done' || name === 'stream.done') {
      return [{ type: memory.waitsForVisitor ? 'input-required' : 'completed' }]
    }
    if (name === '' && data.startsWith('"')) return readMore(data)
    // Coze Studio's event `error` may be plain text.
    const value: WireEventObject | undefined = parseObject(data) ?? (name === 'error' ? { msg: data } : undefined)
    if (value === undefined) return [{ type: 'other', name }]
    switch (name) {
      case 'message.delta':
        return readDelta(value)
      case 'message.completed':
        return readMessage(value)
      case 'audio.delta':
        memory.speech.add(value.id ?? '', value.content ?? '')
        return [{ type: 'other', name }]
      case 'chat.completed':
        // The player is there before the turn ends.
        return [...playersOf(memory), ...readChat(value), { type: 'completed' }]
      case 'chat.failed':
      case 'error':
        return [readFailure(value)]
      case 'chat.canceled':
      case 'chat.cancelled':
        return [...readChat(value), { type: 'canceled' }]
      case 'chat.requires_action':
      case 'chat.required_action':
        return [...readChat(value), readRequiredAction(value)]
    }
    const news = name.startsWith('chat.') ? readChat(value) : []
    return news.length > 0 ? news : [{ type: 'other', name }]
  }

  /** The first chat object names the turn. */
  function readChat(chat: WireEventObject): TurnEvent[] {
    const events: TurnEvent[] = []
    if (!started && chat.id) {
      started = true
      const { id: turnId, conversation_id: conversationId = '', section_id: sectionId } = chat
      events.push({ type: 'started', turnId, conversationId, sectionId })
    }
    return [...events, ...readQuestionId(listOf(chat.inserted_additional_messages).at(-1)?.id)]
  }

  function readQuestionId(messageId: string | undefined): TurnEvent[] {
    if (messageId === undefined || questionId === messageId) return []
    questionId = messageId
    return [{ type: 'question-saved', messageId }]
  }

  function readDelta(message: WireEventObject): TurnEvent[] {
    const { id: messageId = '' } = message
    lastPiece = message
    if (!isAnswer(message) || message.content_type === 'card' || completed.has(messageId)) return []
    const events: TurnEvent[] = []
    const reasoning = textOf(message.reasoning_content)
    const text = textOf(message.content)
    if (reasoning) events.push({ type: 'reasoning-delta', messageId, text: reasoning })
    if (text) events.push({ type: 'text-delta', messageId, text })
    return events
  }

  /** More text for the message and the field that the last piece was for: `data:"at nine."`. */
  function readMore(data: string): readonly TurnEvent[] {
    const { text } = parseObject<{ text: string }>(`{"text":${data}}`) ?? {}
    return readDelta({ ...lastPiece, [lastPiece.reasoning_content ? 'reasoning_content' : 'content']: text })
  }

  function readMessage(message: WireEventObject): TurnEvent[] {
    const { id = '', type } = message
    const content = textOf(message.content)
    if (message.role === 'user' || type === 'question') return readQuestionId(id)
    if (isAnswer(message)) {
      // An empty one says nothing of the pieces that came, nor of those that may still come.
      if (content) completed.add(id)
      return readAnswer(message, cards)
    }
    if (type === 'follow_up') return [{ type: 'follow-up', text: content }]
    return [readStep(message, memory, cards) ?? { type: 'other', name: 'message.completed' }]
  }

  return {
    get ended() {
      return ended
    },
    push({ name, data }) {
      if (ended) return []
      const bareName = name.replace(/^conversation\./, '')
      let events: readonly TurnEvent[]
      try {
        events = read(bareName, data)
      } catch {
        // Whatever else is wrong with it: it costs its own part of the answer, and the turn ends where it ends.
        events = [bareEvent(bareName)]
      }
      const last = events.at(-1)
      ended = last !== undefined && TERMINAL.has(last.type)
      return events
    },
  }
}

function isAnswer({ role, type }: WireEventObject): boolean {
  return role !== 'user' && (type === 'answer' || !type)
}

function readAnswer(message: WireEventObject, cards: CardReader): TurnEvent[] {
  const isCard = message.content_type === 'card'
  const answer: TurnEvent = {
    type: 'message-completed',
    messageId: message.id ?? '',
    ...readContent(message, cards),
    reasoning: textOf(message.reasoning_content) || undefined,
    contentType: isCard ? 'card' : 'text',
  }
  if (!isCard) return [answer]
  // What a button of a card would send is a question that the visitor may ask next.
  const followUps = cards.read(textOf(message.content)).messages.map((text) => ({ type: 'follow-up', text }) as const)
  return [answer, ...followUps]
}

/** Sound stands beside what was written, and so under ids of its own. */
function playersOf({ speech }: TurnMemory): TurnEvent[] {
  return speech.take().map(({ messageId, sound }) => ({
    type: 'message-completed',
    messageId: `sound:${messageId}`,
    text: '',
    reasoning: undefined,
    contentType: 'text',
    attachments: [sound],
  }))
}

/** A failure is either a chat with `last_error`, or the bare error. */
function readFailure(value: WireEventObject): TurnEvent {
  const { code = VENDOR_CODES.internal.number, msg } = value.last_error ?? value
  return { type: 'failed', problem: problemFromVendor(printedCode(msg) ?? code, value.detail?.logid) }
}

/** A chatflow that asks something itself "calls" `reply_message`: the visitor's next question answers it. */
function readRequiredAction({ required_action }: WireEventObject): TurnEvent {
  const calls = listOf(required_action?.submit_tool_outputs?.tool_calls).flatMap((call): PendingToolCall[] => {
    const { id, type, function: { name, arguments: json = '{}' } = {} } = call
    return type === 'reply_message' || id === undefined || name === undefined ? [] : [{ id, name, arguments: json }]
  })
  return calls.length > 0 ? { type: 'action-required', calls } : { type: 'input-required' }
}

/** What an event means whose content cannot be read. */
function bareEvent(name: string): TurnEvent {
  switch (name) {
    case 'chat.completed':
      return { type: 'completed' }
    case 'chat.failed':
    case 'error':
      return readFailure({})
    case 'chat.canceled':
    case 'chat.cancelled':
      return { type: 'canceled' }
    case 'chat.requires_action':
    case 'chat.required_action':
      return { type: 'input-required' }
  }
  return { type: 'other', name }
}

/** Whether a card has to be read with this event. */
export function holdsCard({ name, data }: StreamEvent): boolean {
  return name.endsWith('message.completed') && data.includes('"card"')
}

/** Neighbouring pieces of one text as one: a long answer comes in thousands of them. */
export function joinPieces(events: readonly TurnEvent[]): readonly TurnEvent[] {
  const joined: TurnEvent[] = []
  for (const event of events) {
    const last = joined.at(-1)
    const isPiece = event.type === 'text-delta' || event.type === 'reasoning-delta'
    if (isPiece && last?.type === event.type && last.messageId === event.messageId) {
      joined[joined.length - 1] = { ...last, text: last.text + event.text }
    } else joined.push(event)
  }
  return joined
}
