/**
 * The events that a plain answer does not have: failures, tools, knowledge, cards, pictures, sound, pauses, and coze-studio's own
 * spellings. A chunk of its own, read when the first of them comes.
 */
import type { AgentStep, Attachment, PendingToolCall } from '../chat/chat-state.ts'
import type { TurnEvent } from '../chat/chat-transport.ts'
import { readCard } from './card-text.ts'
import type { TurnMemory, WireEventObject } from './chat-events.ts'
import { problemFromVendor } from './coze-errors.ts'
import { parseObject } from './event-stream.ts'
import { soundAttachment } from './sound.ts'
import type { WireContentPart, WireFunctionCall, WireMessage, WireVerbose } from './wire.ts'

/** Base64 characters of one turn: four minutes of speech. What comes after them is not heard. */
const MAX_SOUND = 16 * 1024 * 1024

/**
 * @param name without its `conversation.`
 * @param news what else the event says
 */
export function readRareEvent(
  name: string,
  value: WireEventObject,
  memory: TurnMemory,
  news: readonly TurnEvent[],
): readonly TurnEvent[] {
  switch (name) {
    case 'error':
    case 'chat.failed': {
      const { code = 5000 } = value.last_error ?? value
      return [...news, { type: 'failed', problem: problemFromVendor(code, value.detail?.logid) }]
    }
    case 'chat.canceled':
    case 'chat.cancelled':
      return [...news, { type: 'canceled' }]
    case 'chat.requires_action':
    case 'chat.required_action': {
      const calls = readCalls(value)
      return [...news, calls.length > 0 ? { type: 'action-required', calls } : { type: 'input-required' }]
    }
    case 'audio.delta':
      return readSound(value, memory)
    case 'chat.completed':
      // The player is there before the turn ends.
      return [...playersOf(memory), ...news]
    case 'message.completed':
      return readMessage(value, memory)
  }
  return [...news, { type: 'other', name }]
}

function readSound({ id: messageId = '', content: base64 = '' }: WireEventObject, memory: TurnMemory): TurnEvent[] {
  memory.sound ??= { length: 0, pieces: new Map() }
  const { sound } = memory
  sound.length += base64.length
  const pieces = sound.pieces.get(messageId) ?? []
  if (sound.length <= MAX_SOUND) pieces.push(base64)
  sound.pieces.set(messageId, pieces)
  return [{ type: 'audio-delta', messageId, base64 }]
}

/** Beside what was written, and so under names of their own. */
function playersOf(memory: TurnMemory): TurnEvent[] {
  const sounds = [...(memory.sound?.pieces ?? [])]
  delete memory.sound
  return sounds.flatMap(([id, pieces]) => {
    const attachment = soundAttachment(pieces)
    if (attachment === undefined) return []
    const whole = { text: '', reasoning: undefined, contentType: 'text', attachments: [attachment] } as const
    return [{ type: 'message-completed', messageId: `sound:${id}`, ...whole }]
  })
}

function readCalls({ required_action }: WireEventObject): PendingToolCall[] {
  const calls = required_action?.submit_tool_outputs?.tool_calls ?? []
  return calls
    .filter((call) => call.type !== 'reply_message')
    .map((call) => ({ id: call.id, name: call.function.name, arguments: call.function.arguments }))
}

function readMessage(message: WireEventObject, memory: TurnMemory): TurnEvent[] {
  const { id = '', content = '' } = message
  switch (message.type) {
    case 'answer':
    case '':
    case undefined: {
      const isCard = message.content_type === 'card'
      return [
        {
          type: 'message-completed',
          messageId: id,
          ...readContent(message),
          reasoning: message.reasoning_content || undefined,
          contentType: isCard ? 'card' : 'text',
        },
        // What a button of a card would send is a question that the visitor may ask next.
        ...(isCard ? readCard(content).messages.map((text) => ({ type: 'follow-up', text }) as const) : []),
      ]
    }
    case 'function_call': {
      const call = parseObject<WireFunctionCall>(content)
      const step: AgentStep = {
        id,
        kind: 'tool',
        title: call?.plugin_name || call?.plugin || call?.name || '',
        input: call?.arguments === undefined ? content : JSON.stringify(call.arguments),
        output: undefined,
        status: 'running',
      }
      memory.runningSteps.push(step)
      return [{ type: 'step', step }]
    }
    case 'tool_response':
    case 'tool_output': {
      const call = memory.runningSteps.shift() ?? emptyStep(id, 'tool')
      return [{ type: 'step', step: { ...call, output: readContent(message).text, status: 'done' } }]
    }
    case 'knowledge':
      return [{ type: 'step', step: { ...emptyStep(id, 'knowledge'), output: content } }]
    case 'verbose':
      return [readVerbose(id, parseObject<WireVerbose>(content), memory)]
  }
  return [{ type: 'other', name: 'message.completed' }]
}

function readVerbose(id: string, verbose: Partial<WireVerbose> = {}, memory: TurnMemory): TurnEvent {
  const { msg_type: name = 'message.completed', data = '' } = verbose
  if (name === 'knowledge_recall') return { type: 'step', step: { ...emptyStep(id, 'knowledge'), output: data } }
  // 1: a question node of a chatflow ended the answer.
  const finished = name === 'generate_answer_finish' ? parseObject<{ finish_reason: number }>(data) : undefined
  if (name === 'interrupt' || finished?.finish_reason === 1) memory.interrupted = true
  return { type: 'other', name }
}

/** Text and attachments of a message; an `object_string` is a JSON array in a string, a card becomes Markdown, speech a file. */
export function readContent(message: Partial<WireMessage>): { text: string; attachments: readonly Attachment[] } {
  const content = message.content ?? ''
  if (message.content_type === 'card') return { text: readCard(content).text, attachments: [] }
  const sound = message.content_type === 'audio' ? soundAttachment([content]) : undefined
  if (sound !== undefined) return { text: '', attachments: [sound] }
  const parts = message.content_type === 'object_string' ? parseObject<WireContentPart[]>(content) : undefined
  if (!Array.isArray(parts)) return { text: content, attachments: [] }
  let text = ''
  const attachments: Attachment[] = []
  for (const part of parts as WireContentPart[]) {
    if (part.type === 'text') text += part.text
    else
      attachments.push({
        kind: part.type,
        name: part.name ?? '',
        sizeBytes: part.size,
        mimeType: undefined,
        url: part.file_url,
        fileId: part.file_id,
      })
  }
  return { text, attachments }
}

function emptyStep(id: string, kind: AgentStep['kind']): AgentStep {
  return { id, kind, title: '', input: undefined, output: undefined, status: 'done' }
}
