/**
 * Turns: what Coze calls a chat, https://www.coze.cn/docs/developer_guides/chat_v3
 *
 * Shapes only. Ids are decimal strings beyond 2^53, never numbers; times are Unix seconds. A reader must expect unknown fields and
 * values, and here and there a number spelled as a string.
 */
import type { WireAdditionalMessage } from './messages.ts'

/** Body of `POST /v3/chat?conversation_id=`. `session_name` is what the isolation guide adds; Coze reads it from the token alone. */
export interface WireChatRequest {
  bot_id: string
  user_id: string
  stream?: boolean
  additional_messages?: WireAdditionalMessage[]
  auto_save_history?: boolean
  parameters?: Record<string, unknown> | undefined
  custom_variables?: Record<string, string> | undefined
  meta_data?: Record<string, string> | undefined
  extra_params?: Record<string, string>
  shortcut_command?: { command_id: string; parameters?: Record<string, unknown> }
  enable_card?: boolean
  publish_status?: 'published_online' | 'unpublished_draft'
  bot_version?: string
  connector_id?: string
  session_name?: string
}

/** Body of `POST /v1/workflows/chat`, https://www.coze.cn/docs/developer_guides/workflow_chat ; always streams, the conversation is in the body. */
export interface WireWorkflowChatRequest {
  workflow_id: string
  additional_messages: WireAdditionalMessage[]
  parameters?: Record<string, unknown>
  app_id?: string
  bot_id?: string
  conversation_id?: string | undefined
  ext?: Record<string, string>
  workflow_version?: string
  connector_id?: string
  suggest_reply_info?: Record<string, unknown>
  session_name?: string
  user_id?: string
}

export type WireChatStatus = 'created' | 'in_progress' | 'completed' | 'failed' | 'requires_action' | 'canceled'

export interface WireToolCall {
  id: string
  type: 'function' | 'reply_message'
  function: { name: string; arguments: string }
}

export interface WireChat {
  id: string
  conversation_id: string
  bot_id?: string
  status: WireChatStatus
  created_at?: number
  completed_at?: number
  failed_at?: number | null
  meta_data?: Record<string, string>
  section_id?: string
  last_error?: { code: number | string; msg: string } | null
  usage?: { token_count: number; output_count: number; input_count: number }
  required_action?: { type: 'submit_tool_outputs'; submit_tool_outputs: { tool_calls: WireToolCall[] } }
  inserted_additional_messages?: { id: string }[]
  execute_id?: string
}

/** https://www.coze.cn/docs/developer_guides/chat_cancel */
export interface WireCancelRequest {
  conversation_id: string
  chat_id: string
}

/** https://www.coze.cn/docs/developer_guides/chat_submit_tool_outputs */
export interface WireToolOutputsRequest {
  tool_outputs: { tool_call_id: string; output: string }[]
  stream?: boolean
}
