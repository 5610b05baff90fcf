/**
 * What of the events of a turn may be seen: for each event the fields that chats read, and nothing of an event that is not
 * listed here. The events: https://www.coze.cn/docs/developer_guides/chat_v3 , "Streaming response"; Coze Studio spells a few of
 * them otherwise: https://github.com/coze-dev/coze-studio . Pure.
 */
import { parseJsonObject } from '../lossless-json.ts'
import { cutFields, type Shape, words } from './shape.ts'
import { isShownWhole, visibleContent } from './visible-content.ts'

export interface VisibleEvent {
  readonly name: string
  /** An object; of the last event of a turn a text, `'[DONE]'` or an empty one. */
  readonly data: Readonly<Record<string, unknown>> | string
}

type Fields = Readonly<Record<string, unknown>>
type FieldShapes = { readonly [field: string]: Shape }

export const DELTA = 'conversation.message.delta'
export const MESSAGE_COMPLETED = 'conversation.message.completed'
export const CHAT_FAILED = 'conversation.chat.failed'
export const ERROR = 'error'

/** Code and log id of a failure; its words may quote anything. */
const FAILURE: FieldShapes = { code: 'code', detail: words('logid') }

const CHAT_EVENT: FieldShapes = {
  ...FAILURE,
  ...words('id', 'conversation_id', 'chat_id', 'section_id', 'status'),
  inserted_additional_messages: [words('id')],
  last_error: { code: 'code' },
  required_action: {
    type: 'word',
    submit_tool_outputs: { tool_calls: [{ ...words('id', 'type'), function: { name: 'text', arguments: 'text' } }] },
  },
}

const TEXTS = { content: 'text', reasoning_content: 'text' } as const

/** What of a message is said piece by piece. */
export const TEXT_FIELDS = Object.keys(TEXTS) as readonly (keyof typeof TEXTS)[]

/** Repeated with every piece of an answer: only what clients read. */
const DELTA_EVENT: FieldShapes = {
  ...words('id', 'role', 'type', 'content_type'),
  ...TEXTS,
}

const MESSAGE_EVENT: FieldShapes = { ...DELTA_EVENT, ...words('conversation_id', 'chat_id') }

const SPEECH_EVENT: FieldShapes = { ...words('id', 'conversation_id', 'chat_id'), content: 'text' }

const CHAT_EVENT_NAMES: ReadonlySet<string> = new Set(
  ['created', 'in_progress', 'completed', 'failed', 'requires_action', 'required_action', 'canceled', 'cancelled'].map(
    (state) => `conversation.chat.${state}`,
  ),
)

/**
 * @param json the event's data as it came
 * @returns `undefined` for an event of which nothing may be seen
 */
export function visibleEvent(name: string, json: string): VisibleEvent | undefined {
  const data = parseJsonObject(json)
  // A chatflow's end holds an address that names the owner's workspace.
  if (name === 'done') return { name, data: data === undefined ? '[DONE]' : {} }
  if (name === 'conversation.stream.done') return { name, data: '' }
  if (data === undefined) return undefined
  if (CHAT_EVENT_NAMES.has(name)) return { name, data: cutFields(CHAT_EVENT, data) }
  switch (name) {
    case DELTA:
      return visibleDelta(data)
    case MESSAGE_COMPLETED:
      return visibleMessage(data)
    case 'conversation.audio.delta':
      return { name, data: cutFields(SPEECH_EVENT, data) }
    case ERROR:
      return visibleFailure(data)
    default:
      return undefined
  }
}

/** The event `error`. */
export function visibleFailure(failure: Fields): VisibleEvent {
  return { name: ERROR, data: cutFields(FAILURE, failure) }
}

/** Only answers are told piece by piece; the pieces of a card are of no use. */
function visibleDelta(data: Fields): VisibleEvent | undefined {
  const isAnswer = data['role'] !== 'user' && (data['type'] === 'answer' || !data['type'])
  if (!isAnswer || data['content_type'] === 'card') return undefined
  const delta = cutFields(DELTA_EVENT, data)
  for (const field of TEXT_FIELDS) if (!delta[field]) delete delta[field]
  return TEXT_FIELDS.some((field) => field in delta) ? { name: DELTA, data: delta } : undefined
}

function visibleMessage(data: Fields): VisibleEvent | undefined {
  const { content: _whole, ...message } = cutFields(MESSAGE_EVENT, data)
  const content = visibleContent(data['type'], data['content'])
  // The end of a message is told even where it has no content, but not of a step that nobody may see or of an unknown type.
  if (content === undefined && !isShownWhole(data['type'])) return undefined
  return { name: MESSAGE_COMPLETED, data: content === undefined ? message : { ...message, content } }
}
