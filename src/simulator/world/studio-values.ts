/**
 * The records of Coze as open-source Coze Studio writes them: fields by the `json` tags of its Go structs, null for maps and lists
 * that are empty, `omitempty` left out (docs/coze.md 8.2). Pure.
 */
import type { WireBot } from '../../coze/wire/agents.ts'
import type { WireChat } from '../../coze/wire/chat.ts'
import type { WireConversation } from '../../coze/wire/conversations.ts'
import type { WireFile } from '../../coze/wire/files-and-audio.ts'
import type { WireMessage } from '../../coze/wire/messages.ts'
import type { ChatKind } from './store.ts'

/** `backend/application/conversation/openapi_agent_run.go` for agents, `backend/domain/workflow/entity/vo/chatflow.go` for chatflows. */
export function studioChat(chat: WireChat, kind: ChatKind = 'agent') {
  const { id, conversation_id, bot_id, section_id, created_at, completed_at = 0, failed_at } = chat
  const isOver = chat.status === 'completed'
  const usage = isOver && { usage: chat.usage }
  if (kind === 'chatflow') {
    const names = { id, conversation_id, ...(isOver && { bot_id }) }
    return { ...names, status: chat.status, ...usage, execute_id: `7${id.slice(1)}`, section_id }
  }
  // Whoever cancels a chat writes the name of the event into the column of the status.
  const status = chat.status === 'canceled' ? 'conversation.chat.cancelled' : chat.status
  const times = { created_at, completed_at, failed_at: failed_at ?? 0 }
  return { id, conversation_id, bot_id, ...times, status, ...usage, section_id }
}

/** A message of a stream; Studio's chatflows tell no time. */
export function studioStreamMessage(message: WireMessage, kind: ChatKind) {
  const { id, conversation_id, role, type, content, content_type, chat_id, section_id, created_at } = message
  const bot_id = message.bot_id ?? '0'
  const fields = { id, conversation_id, bot_id, role, type, content, content_type, chat_id }
  if (kind === 'chatflow') return { ...fields, section_id }
  const reasoning_content = message.reasoning_content ?? ''
  // An empty map is left out here, and written as null in lists.
  return { ...fields, section_id, created_at, reasoning_content }
}

/** A message of `/v1/conversation/message/list`. */
export function studioListedMessage(message: WireMessage) {
  const { id, role, content, conversation_id, created_at, updated_at, chat_id, content_type, type, section_id } =
    message
  const names = { id, bot_id: message.bot_id ?? '0', role, content, conversation_id, meta_data: null }
  const times = { created_at, updated_at: updated_at ?? created_at }
  const reasoning_content = message.reasoning_content ?? ''
  return { ...names, ...times, chat_id, content_type, type, section_id, reasoning_content }
}

/** A message of `/v3/chat/message/list`. */
export function studioTurnMessage(message: WireMessage) {
  return { ...studioStreamMessage(message, 'agent'), bot_id: message.bot_id ?? '0' }
}

export function studioConversation({ id, created_at, meta_data, connector_id, last_section_id }: WireConversation) {
  const isEmpty = meta_data === undefined || Object.keys(meta_data).length === 0
  return { id, created_at, meta_data: isEmpty ? null : meta_data, connector_id, last_section_id }
}

/** `OpenAPIBotInfo` of `backend/api/model/app/bot_common/bot_common.go`. */
export function studioBot(bot: WireBot) {
  return {
    bot_id: bot.bot_id,
    name: bot.name,
    description: bot.description,
    icon_url: bot.icon_url,
    create_time: 0,
    update_time: 0,
    version: bot.version,
    prompt_info: bot.prompt_info,
    onboarding_info: bot.onboarding_info,
    bot_mode: bot.bot_mode,
    model_info: bot.model_info,
    plugin_info_list: bot.plugin_info_list,
    workflow_info_list: null,
    shortcut_commands: bot.shortcut_commands ?? null,
    default_user_input_type: '',
    suggest_reply_info: null,
    background_image_info: null,
    variables: null,
  }
}

export function studioFile({ id, bytes, created_at, file_name }: WireFile) {
  const uri = `bot_files/${id}/${file_name}`
  return { uri, bytes, CreatedAt: created_at, file_name, url: `https://storage.example/${uri}`, id }
}
