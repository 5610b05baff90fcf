/**
 * Agents, https://www.coze.cn/docs/developer_guides/get_metadata ; apps and chatflows, https://www.coze.cn/docs/developer_guides/workflow_chat .
 * The shapes of an app's and a chatflow's profile are those of https://github.com/coze-dev/coze-studio .
 *
 * Shapes only. Ids are decimal strings beyond 2^53, never numbers; times are Unix seconds. A reader must expect unknown fields and
 * values, and here and there a number spelled as a string.
 */

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
