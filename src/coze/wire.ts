/**
 * What Coze's Open API says on the wire: request bodies, answers and stream events, each with its vendor page.
 * Shapes only. Ids are decimal strings beyond 2^53, never numbers; times are Unix seconds. A reader must expect
 * unknown fields, events and message types, and here and there a number spelled as a string.
 */

/** Channels, https://www.coze.cn/docs/developer_guides/publish_api : the raw API, and the Chat SDK. History is partitioned by them. */
export const CONNECTOR_API = '1024'
export const CONNECTOR_CHAT_SDK = '999'

/** https://www.coze.cn/docs/developer_guides/oauth_jwt */
export const JWT_BEARER_GRANT = 'urn:ietf:params:oauth:grant-type:jwt-bearer'
/** The longest life of an access token, in seconds (86400 is refused). */
export const MAX_TOKEN_SECONDS = 86_399

/** Body codes, https://www.coze.cn/docs/developer_guides/coze_error_codes . HTTP 200 alone does not mean success. */
export const WIRE_CODE = {
  ok: 0,
  badParameter: 4000,
  invalidChat: 4001,
  invalidConversation: 4002,
  metaDataLimit: 4003,
  additionalMessagesLimit: 4004,
  invalidMessage: 4005,
  invalidBot: 4006,
  historyRequired: 4007,
  dailyQuota: 4008,
  busy: 4009,
  promptTooLong: 4010,
  tokenBalance: 4011,
  invalidModel: 4012,
  modelConcurrency: 4013,
  cannotAnswer: 4014,
  notPublished: 4015,
  conversationOccupied: 4016,
  volcanoBalance: 4019,
  rateLimited: 4020,
  modelArrears: 4022,
  accountArrears: 4027,
  pointsUsedUp: 4028,
  planLimit: 4033,
  authenticationInvalid: 4100,
  noPermission: 4101,
  riskControl: 4102,
  cannotCancel: 4104,
  sensitiveContent: 4105,
  notFound: 4200,
  noFile: 4300,
  tooManyFiles: 4301,
  fileTooLarge: 4302,
  fileType: 4303,
  invalidFile: 4304,
  internal: 5000,
  accessTokenInvalid: 700_012_006,
  unboundFromChannel: 702_242_003,
  unknownConversationName: 720_702_204,
} as const

export type WireCode = (typeof WIRE_CODE)[keyof typeof WIRE_CODE]

// OAuth: https://www.coze.cn/docs/developer_guides/oauth_jwt

/** Payload of the RS256 assertion; `session_name` at the top level is what isolates visitors. */
export interface WireAssertionClaims {
  iss: string
  aud: string
  iat: number
  exp: number
  jti: string
  session_name?: string
  session_context?: { device_info?: { device_id?: string; custom_consumer?: string } }
}

export interface WireTokenScope {
  account_permission?: { permission_list: string[] }
  attribute_constraint?: { connector_bot_chat_attribute: { bot_id_list: string[] } } | null
  workspace_permission?: { workspace_id_list: string[]; permission_list: string[] }
  workflow_permission?: { workflow_id_list: string[]; permission_list: string[] }
}

/** Body of `POST /api/permission/oauth2/token`; the assertion travels in the `Authorization` header. */
export interface WireTokenRequest {
  grant_type: string
  /** Default 900. */
  duration_seconds?: number
  scope?: WireTokenScope | null
}

export interface WireTokenAnswer {
  access_token: string
  /** An absolute Unix timestamp in seconds, despite its name. */
  expires_in: number
  token_type?: string
}

export interface WireOAuthError {
  error_code: string
  error_message: string
  error?: string
}

// Envelope: https://www.coze.cn/docs/developer_guides/coze_error_codes

export interface WireDetail {
  logid: string
}

export interface WireEnvelope<T> {
  code: number
  msg: string
  data: T
  detail?: WireDetail
}

/** `code` is never 0. Some chatflow failures spell it as a string. */
export interface WireFailure {
  code: number | string
  msg: string
  detail?: WireDetail
}

// Agents: https://www.coze.cn/docs/developer_guides/get_metadata

export interface WireShortcutComponent {
  name: string
  type: string
  description?: string
  tool_parameter?: string
  options?: string[]
  default_value?: { value: string }
  is_hide?: boolean
}

export interface WireShortcutCommand {
  id: string
  name: string
  command: string
  description?: string
  query_template?: string
  icon_url?: string
  components?: WireShortcutComponent[]
  tool?: { name: string; type: string } | null
  agent_id?: string
}

export interface WireBackgroundImage {
  image_url: string
  theme_color?: string
  canvas_position?: { top: number; left: number; width: number; height: number }
  gradient_position?: { left: number; right: number }
}

export interface WireBackgrounds {
  web_background_image?: WireBackgroundImage
  mobile_background_image?: WireBackgroundImage
}

export interface WireBot {
  bot_id: string
  name: string
  description?: string
  icon_url?: string
  create_time?: number
  update_time?: number
  version?: string
  /** The system prompt: never for a visitor's eyes. */
  prompt_info?: { prompt: string }
  /** One vendor sample spells these two in Pascal case. */
  onboarding_info?: {
    prologue?: string
    suggested_questions?: string[]
    Prologue?: string
    SuggestedQuestions?: string[]
  }
  bot_mode?: number
  plugin_info_list?: unknown[]
  model_info?: Record<string, unknown>
  knowledge?: { knowledge_infos?: unknown[] }
  variables?: unknown[]
  media_config?: { is_voice_call_closed?: boolean }
  owner_user_id?: string
  voice_info_list?: { voice_id: string; language_code: string }[]
  shortcut_commands?: WireShortcutCommand[]
  workflow_info_list?: unknown[]
  background_image_info?: WireBackgrounds
  default_user_input_type?: 'text' | 'voice' | 'call'
  suggest_reply_info?: { reply_mode?: string; customized_prompt?: string }
  folder_id?: string
}

/** `GET /v1/users/me`: the developer's account, not the visitor. */
export interface WireUser {
  user_id: string
  user_name: string
  nick_name: string
  avatar_url: string
}

// Apps and chatflows: https://www.coze.cn/docs/developer_guides/workflow_chat ; shapes of the metadata from coze-studio

export interface WireApp {
  app_id: string
  version?: string
  name?: string
  description?: string
  icon_url?: string
  variables?: unknown[]
}

/** How a chatflow presents itself: what `WireBot` is to an agent. */
export interface WireWorkflowRole {
  id: string
  workflow_id: string
  connector_id?: string
  name?: string
  description?: string
  avatar?: { image_uri?: string; image_url?: string }
  onboarding_info?: { prologue?: string; suggested_questions?: string[]; display_all_suggestions?: boolean }
  suggest_reply_info?: { suggest_reply_mode?: number; customized_suggest_prompt?: string }
  background_image_info?: WireBackgrounds
  audio_config?: {
    voice_config_map?: Record<string, { voice_name: string; voice_id: string }>
    is_text_to_voice_enable?: boolean
    agent_message_type?: number
  }
  user_input_config?: { default_input_mode?: number; send_voice_mode?: number }
}

export interface WireWorkflow {
  role?: WireWorkflowRole
  workflow_detail?: {
    workflow_id: string
    workflow_name: string
    app_id: string
    description: string
    icon_url: string
    creator: { id: string; name: string }
    created_at: number
    updated_at: number
  }
}

// Conversations: https://www.coze.cn/docs/developer_guides/create_conversation

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

// Messages: https://www.coze.cn/docs/developer_guides/message_list

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

/** One item of the JSON array inside an `object_string`. */
export type WireContentPart =
  | { type: 'text'; text: string }
  | { type: 'image' | 'file' | 'audio'; file_id?: string; file_url?: string; name?: string; size?: number }

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

/** https://www.coze.cn/docs/developer_guides/modify_message : answers under `message`, not `data`. */
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

// Chat: https://www.coze.cn/docs/developer_guides/chat_v3

export interface WireAdditionalMessage {
  role: WireRole
  type?: WireMessageType
  content: string
  content_type?: WireContentType
  meta_data?: Record<string, string>
}

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

/** Body of `POST /v1/workflows/chat`, https://www.coze.cn/docs/developer_guides/workflow_chat ; always streams, the conversation is in the body. */
export interface WireWorkflowChatRequest {
  workflow_id: string
  additional_messages: WireAdditionalMessage[]
  parameters?: Record<string, unknown>
  app_id?: string
  bot_id?: string
  conversation_id?: string
  ext?: Record<string, string>
  workflow_version?: string
  connector_id?: string
  suggest_reply_info?: Record<string, unknown>
  session_name?: string
  user_id?: string
}

// Stream: https://www.coze.cn/docs/developer_guides/chat_v3 , "Streaming response"

/** The names of the events and what their `data` line holds, parsed. */
export interface WireEventData {
  'conversation.chat.created': WireChat
  'conversation.chat.in_progress': WireChat
  'conversation.message.delta': WireMessage
  'conversation.message.completed': WireMessage
  'conversation.audio.delta': WireMessage
  'conversation.chat.completed': WireChat
  /** A chat with `last_error`, or the bare error. */
  'conversation.chat.failed': WireChat | WireFailure
  'conversation.chat.requires_action': WireChat
  error: WireFailure
  /** `"[DONE]"` for agents, `{"debug_url":…}` for chatflows, anything or nothing elsewhere. */
  done: unknown
  // coze-studio only, in place of the cloud's spellings
  'conversation.stream.done': unknown
  'conversation.chat.cancelled': WireChat
  'conversation.chat.required_action': WireChat
}

export type WireEventName = keyof WireEventData

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

// Files and audio

/** https://www.coze.cn/docs/developer_guides/upload_files : multipart, one part named `file`. */
export interface WireFile {
  id: string
  bytes: number
  created_at: number
  file_name: string
}

/** https://www.coze.cn/docs/developer_guides/audio_transcriptions : multipart, one part named `file`. */
export interface WireTranscription {
  text: string
}

/** https://www.coze.cn/docs/developer_guides/text_to_speech : answers raw audio, or a JSON failure. */
export interface WireSpeechRequest {
  /** At most 1,024 bytes. */
  input: string
  voice_id: string
  response_format?: 'mp3' | 'wav' | 'pcm' | 'ogg_opus'
  /** 0.2 to 3. */
  speed?: number
  /** Default 24000. The vendor's own Chat SDK misspells it `sampling_rate`. */
  sample_rate?: number
}

/** https://www.coze.cn/docs/developer_guides/list_voices */
export interface WireVoice {
  voice_id: string
  name: string
  language_code: string
  language_name: string
  is_system_voice: boolean
  preview_text?: string
  preview_audio?: string
}

/** https://www.coze.cn/docs/developer_guides/read_variable */
export interface WireVariable {
  keyword: string
  value: string
  create_time?: number
  update_time?: number
}
