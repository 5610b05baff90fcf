/** The bodies of Coze Studio's successes, each made from the body that Coze sends: https://github.com/coze-dev/coze-studio , `backend/api/model`. */
import type { WireApp, WireBot, WireWorkflow } from '../../../coze/wire/agents.ts'
import type { WireChat } from '../../../coze/wire/chat.ts'
import type { WireConversation, WireConversationPage } from '../../../coze/wire/conversations.ts'
import type { WireFile } from '../../../coze/wire/files-and-audio.ts'
import type { WireMessage, WireMessagePage } from '../../../coze/wire/messages.ts'
import type { Simulation } from '../../world/simulation.ts'
import {
  studioBot,
  studioChat,
  studioConversation,
  studioFile,
  studioListedMessage,
  studioTurnMessage,
} from '../../world/studio-values.ts'

export interface CozeBody {
  code: number
  msg: string
  /** Of the type that the call returns. */
  data?: unknown
}

const OK = { code: 0, msg: '' }
/** A pointer that nobody sets. */
const BASE = { BaseResp: null }

export const nothing = () => ({ ...OK, ...BASE })

export const agent = ({ data }: CozeBody) => ({ data: studioBot(data as WireBot), ...OK })

/** Without an envelope: the handler sends what it has found. */
export const agentOnline = ({ data }: CozeBody) => studioBot(data as WireBot)

export const app = ({ data }: CozeBody) => ({ data: { ...(data as WireApp), variables: null }, ...BASE })

/** Nobody sets the pointers to code and message. */
export const workflow = ({ data }: CozeBody) => ({ data: { role: (data as WireWorkflow).role }, ...BASE })

export function conversations({ data }: CozeBody, simulation: Simulation) {
  const { conversations: found, has_more } = data as WireConversationPage
  const list = found.map((one) => ({
    ...studioConversation(one),
    name: one.name,
    user_id: simulation.store.conversation(one.id)?.userId ?? '',
  }))
  return { ...OK, data: { conversations: list.length === 0 ? null : list, has_more }, ...BASE }
}

export function createdConversation({ data }: CozeBody, simulation: Simulation) {
  const created = data as WireConversation
  const userId = simulation.store.conversation(created.id)?.userId
  return { ...OK, data: { ...studioConversation(created), ...(userId !== undefined && { user_id: userId }) } }
}

export function namedConversation({ data }: CozeBody) {
  const { id, last_section_id } = data as WireConversation
  return { ...OK, data: { id, created_at: 0, meta_data: null, last_section_id } }
}

/** `agw.key` in place of `api.body` leaves the field's own name. */
export function retrievedConversation({ data }: CozeBody) {
  const { name, creator_id, ...conversation } = data as WireConversation
  const found = { ...studioConversation(conversation), creator_d: creator_id, name }
  return { ConversationData: found, ...OK, ...BASE }
}

export function renamedConversation({ data }: CozeBody) {
  const conversation = data as WireConversation
  return { data: { ...studioConversation(conversation), meta_data: null, name: conversation.name }, ...OK, ...BASE }
}

export const section = ({ data }: CozeBody) => ({ ...OK, data, ...BASE })

export function messages(body: CozeBody, { store }: Simulation) {
  const { data, has_more, first_id, last_id } = body as WireMessagePage
  const list = data.map((message) => studioListedMessage(withFiles(message, (id) => store.files.get(id))))
  return { ...(list.length > 0 && { data: list }), has_more, first_id, last_id, ...OK }
}

/** Studio adds name, address and size (as text) to the files of a message. */
function withFiles(message: WireMessage, fileOf: (id: string) => { name: string; bytes: number } | undefined) {
  if (message.content_type !== 'object_string') return message
  const parts = (JSON.parse(message.content) as { file_id?: string }[]).map((part) => {
    const file = fileOf(part.file_id ?? '')
    const address = `https://storage.example/bot_files/${part.file_id}`
    return file === undefined ? part : { ...part, file_url: address, name: file.name, size: String(file.bytes) }
  })
  return { ...message, content: JSON.stringify(parts) }
}

export const chat = ({ data }: CozeBody) => ({ data: studioChat(data as WireChat), ...OK, ...BASE })

/** The one response without a code. */
export const cancelledChat = ({ data }: CozeBody) => ({ ChatV3ChatDetail: studioChat(data as WireChat), ...BASE })

export function turnMessages({ data }: CozeBody) {
  const list = (data as WireMessage[]).map(studioTurnMessage)
  return { ...(list.length > 0 && { Messages: list }), ...OK, ...BASE }
}

export const file = ({ data }: CozeBody) => ({ data: studioFile(data as WireFile), ...OK, ...BASE })
