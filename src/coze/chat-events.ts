/** The vendor's stream events of one turn -> the typed union a chat understands. Unknown ones are kept as `other`, never thrown. */
import type { AgentStep, Attachment, PendingToolCall } from '../chat/chat-state.ts'
import type { TurnEvent } from '../chat/chat-transport.ts'
import { problemFromVendor } from './coze-errors.ts'
import type { StreamEvent } from './event-stream.ts'
import type { WireChat, WireContentPart, WireFailure, WireFunctionCall, WireMessage, WireVerbose } from './wire.ts'

export interface TurnDecoder {
  push(event: StreamEvent): readonly TurnEvent[]
  /** True after a terminal event; whatever follows is ignored. */
  readonly ended: boolean
}

/** JSON that may be anything: an object's fields, all of them uncertain. `undefined` for text that does not parse or is no object. */
export function parseObject<T extends object>(json: string): Partial<T> | undefined {
  try {
    const value: unknown = JSON.parse(json)
    return typeof value === 'object' && value !== null ? value : undefined
  } catch {
    return undefined
  }
}

/** Text and attachments of a message; an `object_string` is a JSON array in a string. */
export function readContent(message: Partial<WireMessage>): { text: string; attachments: readonly Attachment[] } {
  const content = message.content ?? ''
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

/**
 * @param running tools that were called and have not answered, oldest first (answers carry no id of their call);
 * a turn that goes on in a second stream hands the list on.
 */
export function createTurnDecoder(running: AgentStep[] = []): TurnDecoder {
  let started = false
  let ended = false
  let interrupted = false
  let questionId: string | undefined
  /** Messages whose full text came: deltas after it are echoes. */
  const completed = new Set<string>()

  const end = (event: TurnEvent): TurnEvent[] => {
    ended = true
    return [event]
  }

  function readChat(name: string, chat: Partial<WireChat & WireFailure>): TurnEvent[] {
    const events: TurnEvent[] = []
    if (!started && chat.id !== undefined) {
      started = true
      events.push({
        type: 'started',
        turnId: chat.id,
        conversationId: chat.conversation_id ?? '',
        sectionId: chat.section_id,
      })
    }
    const inserted = chat.inserted_additional_messages?.at(-1)?.id
    if (inserted !== undefined) events.push(...saveQuestion(inserted))
    switch (name) {
      case 'chat.completed':
        return [...events, ...end({ type: 'completed' })]
      case 'chat.canceled':
      case 'chat.cancelled':
        return [...events, ...end({ type: 'canceled' })]
      case 'chat.requires_action':
      case 'chat.required_action': {
        const calls = readCalls(chat)
        return [...events, ...end(calls.length > 0 ? { type: 'action-required', calls } : { type: 'input-required' })]
      }
    }
    return events.length > 0 ? events : [{ type: 'other', name }]
  }

  function readCalls(chat: Partial<WireChat>): PendingToolCall[] {
    const calls = chat.required_action?.submit_tool_outputs?.tool_calls ?? []
    return calls
      .filter((call) => call.type !== 'reply_message')
      .map((call) => ({ id: call.id, name: call.function.name, arguments: call.function.arguments }))
  }

  function readFailure(data: Partial<WireChat & WireFailure>): TurnEvent[] {
    const { code = 5000 } = data.last_error ?? data
    return end({ type: 'failed', problem: problemFromVendor(code, data.detail?.logid) })
  }

  function saveQuestion(messageId: string): TurnEvent[] {
    if (questionId === messageId) return []
    questionId = messageId
    return [{ type: 'question-saved', messageId }]
  }

  function readDelta(message: Partial<WireMessage>): TurnEvent[] {
    const { id: messageId = '', content, reasoning_content } = message
    if (!isAnswer(message) || message.content_type === 'card' || completed.has(messageId)) return []
    const events: TurnEvent[] = []
    if (reasoning_content) events.push({ type: 'reasoning-delta', messageId, text: reasoning_content })
    if (content) events.push({ type: 'text-delta', messageId, text: content })
    return events
  }

  function readMessage(name: string, message: Partial<WireMessage>): TurnEvent[] {
    const { id = '', content = '' } = message
    if (message.role === 'user' || message.type === 'question') return saveQuestion(id)
    if (isAnswer(message)) {
      completed.add(id)
      return [
        {
          type: 'message-completed',
          messageId: id,
          ...readContent(message),
          reasoning: message.reasoning_content || undefined,
          contentType: message.content_type === 'card' ? 'card' : 'text',
        },
      ]
    }
    switch (message.type) {
      case 'follow_up':
        return [{ type: 'follow-up', text: content }]
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
        running.push(step)
        return [{ type: 'step', step }]
      }
      case 'tool_response':
      case 'tool_output': {
        const call: AgentStep = running.shift() ?? emptyStep(id, 'tool')
        return [{ type: 'step', step: { ...call, output: content, status: 'done' } }]
      }
      case 'knowledge':
        return [{ type: 'step', step: { ...emptyStep(id, 'knowledge'), output: content } }]
      case 'verbose':
        return readVerbose(name, id, parseObject<WireVerbose>(content))
    }
    return [{ type: 'other', name }]
  }

  function readVerbose(name: string, id: string, verbose: Partial<WireVerbose> | undefined): TurnEvent[] {
    switch (verbose?.msg_type) {
      case 'knowledge_recall':
        return [{ type: 'step', step: { ...emptyStep(id, 'knowledge'), output: verbose.data } }]
      case 'interrupt':
        interrupted = true
        break
      case 'generate_answer_finish':
        // 1: a question node of a chatflow ended the answer.
        if (parseObject<{ finish_reason: number }>(verbose.data ?? '')?.finish_reason === 1) interrupted = true
    }
    return [{ type: 'other', name: verbose?.msg_type ?? name }]
  }

  return {
    get ended() {
      return ended
    },
    push({ name: fullName, data }) {
      if (ended) return []
      const name = fullName.replace(/^conversation\./, '')
      // Chatflows put a `debug_url` into their `done`: it names the owner's workspace and goes no further.
      if (name === 'done' || name === 'stream.done') {
        return end({ type: interrupted ? 'input-required' : 'completed' })
      }
      const value = parseObject<WireChat & WireMessage & WireFailure>(data)
      if (value === undefined) return [{ type: 'other', name }]
      if (name === 'error' || name === 'chat.failed') return readFailure(value)
      if (name === 'message.delta') return readDelta(value)
      if (name === 'message.completed') return readMessage(name, value)
      if (name === 'audio.delta') {
        return [{ type: 'audio-delta', messageId: value.id ?? '', base64: value.content ?? '' }]
      }
      return name.startsWith('chat.') ? readChat(name, value) : [{ type: 'other', name }]
    },
  }
}

function isAnswer(message: Partial<WireMessage>): boolean {
  return message.role !== 'user' && (message.type === 'answer' || !message.type)
}

function emptyStep(id: string, kind: AgentStep['kind']): AgentStep {
  return { id, kind, title: '', input: undefined, output: undefined, status: 'done' }
}
