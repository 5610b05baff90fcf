/**
 * Messages, https://www.coze.cn/docs/developer_guides/message_list
 *
 * Shapes only. Ids are decimal strings beyond 2^53, never numbers; times are Unix seconds. A reader must expect unknown fields and
 * values, and here and there a number spelled as a string.
 */
import type { WireDetail } from './envelope.ts'

export type WireRole = 'user' | 'assistant'

export type WireMessageType =
  | 'question'
  | 'answer'
  | 'function_call'
  | 'tool_response'
  | 'tool_output'
  | 'knowledge'
  | 'verbose'
  | 'follow_up'
  | ''

export type WireContentType = 'text' | 'object_string' | 'card' | 'audio'

export interface WireMessage {
  id: string
  conversation_id: string
  bot_id?: string
  chat_id?: string
  role: WireRole
  type: WireMessageType
  content: string
  content_type: WireContentType
  meta_data?: Record<string, string>
  created_at?: number
  updated_at?: number
  section_id?: string
  reasoning_content?: string
}

export interface WireAdditionalMessage {
  role: WireRole
  type?: WireMessageType
  content: string
  content_type?: WireContentType
  meta_data?: Record<string, string>
}

/** One item of the JSON array inside an `object_string`. */
export interface WireContentPart {
  type: 'text' | 'image' | 'file' | 'audio'
  /** Of a `text` only. */
  text?: string
  file_id?: string
  file_url?: string
  name?: string
  /** Bytes; Coze Studio spells them as text. */
  size?: number | string
}

/** JSON inside the content of a `verbose` message; `data` is JSON again. */
export interface WireVerbose {
  msg_type: string
  data: string
  from_module: string | null
  from_unit: string | null
}

/** JSON inside the content of a `function_call` message. */
export interface WireFunctionCall {
  name: string
  arguments: Record<string, unknown>
  plugin_id?: string
  plugin_name?: string
  plugin?: string
  api_id?: string
  api_name?: string
  plugin_type?: number
  thought?: string
}

export interface WireMessageListRequest {
  order?: 'asc' | 'desc'
  chat_id?: string
  before_id?: string
  after_id?: string | undefined
  limit?: number
  include_middle_message?: boolean
}

/** The list is at the top level beside its cursors, not under `data`. */
export interface WireMessagePage {
  code: number
  msg: string
  data: WireMessage[]
  first_id: string
  last_id: string
  has_more: boolean
  detail?: WireDetail
}

/** https://www.coze.cn/docs/developer_guides/modify_message : the message is under `message`, not `data`. */
export interface WireModifiedMessage {
  code: number
  msg: string
  message: WireMessage
  detail?: WireDetail
}

/** https://www.coze.cn/docs/developer_guides/create_message_feedback */
export interface WireFeedbackRequest {
  feedback_type: 'like' | 'unlike'
  reason_types?: string[]
  comment?: string
}
