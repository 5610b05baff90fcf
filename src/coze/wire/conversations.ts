/**
 * Conversations, https://www.coze.cn/docs/developer_guides/create_conversation
 *
 * Shapes only. Ids are decimal strings beyond 2^53, never numbers; times are Unix seconds. A reader must expect unknown fields and
 * values, and here and there a number spelled as a string.
 */
import type { WireAdditionalMessage } from './messages.ts'

export interface WireConversation {
  id: string
  name?: string
  meta_data?: Record<string, string>
  creator_id?: string
  connector_id?: string
  created_at: number
  updated_at?: number
  last_section_id?: string
}

export interface WireCreateConversationRequest {
  bot_id?: string
  name?: string
  messages?: WireAdditionalMessage[]
  connector_id?: string
  meta_data?: Record<string, string>
  app_id?: string
  workflow_id?: string
  conversation_name?: string
  get_or_create?: boolean
  draft_mode?: boolean
}

/** https://www.coze.cn/docs/developer_guides/list_conversations */
export interface WireConversationPage {
  has_more: boolean
  conversations: WireConversation[]
}

/** https://www.coze.cn/docs/developer_guides/clear_conversation_context */
export interface WireSection {
  id: string
  conversation_id: string
}
