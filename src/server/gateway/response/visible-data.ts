/** What of Coze's agents, apps, conversations, messages, chats and files a visitor may see. */
import { isJsonObject } from '../lossless-json.ts'
import { cutFields, type Shape, values } from './shape.ts'
import { visibleContent } from './visible-content.ts'

const BACKGROUND: Shape = {
  ...values('image_url', 'theme_color'),
  canvas_position: 'map',
  gradient_position: 'map',
}
const BACKGROUNDS: Shape = { web_background_image: BACKGROUND, mobile_background_image: BACKGROUND }

/** Not visible: system prompt, model, plugins, workflows, knowledge, variables, owner, folder. */
export const AGENT: Shape = {
  ...values('bot_id', 'name', 'description', 'icon_url', 'version', 'update_time', 'default_user_input_type'),
  onboarding_info: values('prologue', 'suggested_questions', 'Prologue', 'SuggestedQuestions'),
  shortcut_commands: [
    {
      ...values('id', 'name', 'command', 'description', 'query_template', 'icon_url'),
      components: [{ ...values('name', 'type', 'description', 'options', 'is_hide'), default_value: 'map' }],
    },
  ],
  media_config: values('is_voice_call_closed'),
  voice_info_list: [values('voice_id', 'language_code')],
  background_image_info: BACKGROUNDS,
  suggest_reply_info: values('reply_mode'),
}

export const APP: Shape = values('app_id', 'version', 'name', 'description', 'icon_url')

export const WORKFLOW: Shape = {
  role: {
    ...values('workflow_id', 'connector_id', 'name', 'description'),
    avatar: values('image_url'),
    onboarding_info: values('prologue', 'suggested_questions', 'display_all_suggestions'),
    suggest_reply_info: values('suggest_reply_mode'),
    background_image_info: BACKGROUNDS,
    audio_config: {
      ...values('is_text_to_voice_enable', 'agent_message_type'),
      voice_config_map: { '*': values('voice_name', 'voice_id') },
    },
    user_input_config: values('default_input_mode', 'send_voice_mode'),
  },
  workflow_detail: values('workflow_id', 'workflow_name', 'description', 'icon_url', 'created_at', 'updated_at'),
}

export const CONVERSATION: Shape = {
  ...values('id', 'name', 'connector_id', 'created_at', 'updated_at', 'last_section_id'),
  meta_data: 'map',
}
export const CONVERSATION_PAGE: Shape = { has_more: 'value', conversations: [CONVERSATION] }
export const SECTION: Shape = values('id', 'conversation_id')

const MESSAGE_FIELDS = {
  ...values('id', 'conversation_id', 'bot_id', 'chat_id', 'section_id', 'role', 'type', 'content', 'content_type'),
  ...values('reasoning_content', 'created_at', 'updated_at'),
  meta_data: 'map',
} as const satisfies Shape

/** The content is cut like that of a message in a stream. */
export const MESSAGE: Shape = (value) => {
  if (!isJsonObject(value)) return undefined
  const message = cutFields(MESSAGE_FIELDS, value)
  return 'content' in message
    ? { ...message, content: visibleContent(message['type'], message['content']) ?? '' }
    : message
}

export const CHAT: Shape = {
  ...values('id', 'conversation_id', 'bot_id', 'section_id', 'status', 'created_at', 'completed_at', 'failed_at'),
  meta_data: 'map',
  last_error: values('code'),
  usage: values('token_count', 'output_count', 'input_count'),
  required_action: {
    type: 'value',
    submit_tool_outputs: { tool_calls: [{ ...values('id', 'type'), function: values('name', 'arguments') }] },
  },
  inserted_additional_messages: [values('id')],
}

export const FILE: Shape = values('id', 'bytes', 'created_at', 'file_name')
export const TRANSCRIPTION: Shape = values('text')
