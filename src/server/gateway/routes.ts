/**
 * The requests that browsers may make of Coze's API through the gateway; what is not in this table does not exist.
 * Paths and fields are those of Coze's API (`docs/coze.md`).
 */
import type { CallKind } from '../limits/service-limits.ts'
import type { BodyField } from './request/field-values.ts'
import { REFUSED } from './response/refusal.ts'
import {
  AGENT,
  APP,
  CHAT,
  CONVERSATION,
  CONVERSATION_PAGE,
  FILE,
  MESSAGE,
  SECTION,
  TRANSCRIPTION,
  WORKFLOW,
} from './response/visible-data.ts'
import type { Visibility } from './response/visible-response.ts'

/**
 * Fields that the server fills in, whatever the browser sent. `user_id` and `session_name` become the visitor's subject;
 * what separates visitors is not these fields but the session name in the token.
 */
export type ForcedField = 'connector_id' | 'user_id' | 'session_name' | 'ext'

export interface GatewayRoute extends Visibility {
  /** For events and metrics. */
  readonly name: string
  /** The first is the one that Coze documents, and the only one that Coze Studio has. */
  readonly methods: readonly [string, ...string[]]
  /** Parts such as `:conversation_id` are ids, and are checked like the query and body fields of the same name. */
  readonly path: string
  /** Query parameters that are passed on; all others are dropped. */
  readonly query?: readonly string[]
  /** Body fields that are passed on, with the values of `request/field-values.ts`, or `'upload'` for a multipart body that is streamed unchanged. */
  readonly body?: readonly BodyField[] | 'upload'
  /** Ids without which the request is refused. */
  readonly requiredIds?: readonly string[]
  /** Fields that depend on the visitor or on the gateway's options. */
  readonly forced?: { readonly query?: readonly ForcedField[]; readonly body?: readonly ForcedField[] }
  /** Fields that have the same value in every request. */
  readonly fixed?: { readonly query?: Record<string, string>; readonly body?: Record<string, unknown> }
  /** Coze's codes for an agent and for a conversation that does not exist, where this route has codes of its own. */
  readonly missingCodes?: { readonly bot?: number; readonly conversation?: number }
  /** What the response may be instead of JSON. */
  readonly streams?: 'events' | 'sound'
  /** The budget from which the call is paid, where it costs Coze more than a look at its data. */
  readonly costs?: CallKind
  /** What the response gives to the session; later requests may name it. */
  readonly claims?: 'conversation' | 'conversations' | 'chat' | 'file'
  /** What no longer belongs to the session after the response. */
  readonly releases?: 'conversation'
  /** Not available with Coze Studio, which has no such call. */
  readonly cloudOnly?: true
}

const IN_CHAT = {
  query: ['conversation_id', 'chat_id'],
  requiredIds: ['conversation_id', 'chat_id'],
  missingCodes: { conversation: REFUSED.conversation },
} as const

export const GATEWAY_ROUTES: readonly GatewayRoute[] = [
  {
    name: 'agent',
    methods: ['GET'],
    path: '/v1/bots/:bot_id',
    fixed: { query: { is_published: 'true' } },
    missingCodes: { bot: REFUSED.notFound },
    data: AGENT,
  },
  {
    name: 'agent_online',
    methods: ['GET'],
    path: '/v1/bot/get_online_info',
    query: ['bot_id'],
    requiredIds: ['bot_id'],
    forced: { query: ['connector_id'] },
    data: AGENT,
  },
  {
    name: 'workflow',
    methods: ['GET'],
    path: '/v1/workflows/:workflow_id',
    forced: { query: ['connector_id'] },
    fixed: { query: { is_debug: 'false' } },
    data: WORKFLOW,
  },
  {
    name: 'app',
    methods: ['GET'],
    path: '/v1/apps/:app_id',
    query: ['version'],
    forced: { query: ['connector_id'] },
    data: APP,
  },
  {
    name: 'conversations',
    methods: ['GET'],
    path: '/v1/conversations',
    query: ['bot_id', 'page_num', 'page_size', 'sort_order', 'sort_field'],
    requiredIds: ['bot_id'],
    forced: { query: ['connector_id', 'user_id'] },
    data: CONVERSATION_PAGE,
    claims: 'conversations',
  },
  {
    name: 'conversation_create',
    methods: ['POST'],
    path: '/v1/conversation/create',
    body: ['bot_id', 'app_id', 'workflow_id', 'name', 'conversation_name', 'get_or_create', 'messages', 'meta_data'],
    forced: { body: ['connector_id', 'user_id'] },
    fixed: { body: { draft_mode: false } },
    data: CONVERSATION,
    claims: 'conversation',
  },
  {
    name: 'conversation_retrieve',
    methods: ['GET'],
    path: '/v1/conversation/retrieve',
    query: ['conversation_id'],
    requiredIds: ['conversation_id'],
    data: CONVERSATION,
  },
  {
    name: 'conversation_rename',
    methods: ['PUT'],
    path: '/v1/conversations/:conversation_id',
    body: ['name'],
    data: CONVERSATION,
  },
  {
    name: 'conversation_delete',
    methods: ['DELETE'],
    path: '/v1/conversations/:conversation_id',
    releases: 'conversation',
  },
  { name: 'conversation_clear', methods: ['POST'], path: '/v1/conversations/:conversation_id/clear', data: SECTION },
  {
    name: 'messages',
    methods: ['POST'],
    path: '/v1/conversation/message/list',
    query: ['conversation_id'],
    body: ['order', 'chat_id', 'before_id', 'after_id', 'limit', 'include_middle_message'],
    requiredIds: ['conversation_id'],
    data: [MESSAGE],
    besideData: ['first_id', 'last_id', 'has_more'],
  },
  {
    name: 'message_delete',
    methods: ['POST'],
    path: '/v1/conversation/message/delete',
    query: ['conversation_id', 'message_id'],
    requiredIds: ['conversation_id', 'message_id'],
    data: MESSAGE,
    cloudOnly: true,
  },
  {
    name: 'feedback',
    methods: ['POST'],
    path: '/v1/conversations/:conversation_id/messages/:message_id/feedback',
    body: ['feedback_type', 'reason_types', 'comment'],
    cloudOnly: true,
  },
  {
    name: 'feedback_withdraw',
    methods: ['DELETE'],
    path: '/v1/conversations/:conversation_id/messages/:message_id/feedback',
    cloudOnly: true,
  },
  {
    name: 'chat',
    methods: ['POST'],
    path: '/v3/chat',
    query: ['conversation_id'],
    body: [
      'bot_id',
      'stream',
      'additional_messages',
      'parameters',
      'custom_variables',
      'meta_data',
      'extra_params',
      'shortcut_command',
      'enable_card',
    ],
    requiredIds: ['bot_id'],
    forced: { body: ['user_id', 'session_name', 'connector_id'] },
    fixed: { body: { auto_save_history: true } },
    missingCodes: { conversation: REFUSED.conversation },
    data: CHAT,
    costs: 'turns',
    streams: 'events',
    claims: 'chat',
  },
  {
    name: 'chat_cancel',
    methods: ['POST'],
    path: '/v3/chat/cancel',
    body: ['conversation_id', 'chat_id'],
    requiredIds: ['conversation_id', 'chat_id'],
    missingCodes: { conversation: REFUSED.conversation },
    data: CHAT,
  },
  // Documented with GET, but Coze's own clients use POST.
  { ...IN_CHAT, name: 'chat_retrieve', methods: ['GET', 'POST'], path: '/v3/chat/retrieve', data: CHAT },
  { ...IN_CHAT, name: 'chat_messages', methods: ['GET', 'POST'], path: '/v3/chat/message/list', data: [MESSAGE] },
  {
    ...IN_CHAT,
    name: 'tool_outputs',
    methods: ['POST'],
    path: '/v3/chat/submit_tool_outputs',
    body: ['tool_outputs', 'stream'],
    data: CHAT,
    costs: 'turns',
    streams: 'events',
    claims: 'chat',
    cloudOnly: true,
  },
  {
    name: 'workflow_chat',
    methods: ['POST'],
    path: '/v1/workflows/chat',
    body: ['workflow_id', 'app_id', 'conversation_id', 'additional_messages', 'parameters'],
    requiredIds: ['workflow_id', 'app_id'],
    forced: { body: ['user_id', 'session_name', 'connector_id', 'ext'] },
    missingCodes: { conversation: REFUSED.conversation },
    data: CHAT,
    costs: 'turns',
    streams: 'events',
    claims: 'chat',
  },
  {
    name: 'upload',
    methods: ['POST'],
    path: '/v1/files/upload',
    costs: 'uploads',
    body: 'upload',
    data: FILE,
    claims: 'file',
  },
  {
    name: 'transcription',
    methods: ['POST'],
    path: '/v1/audio/transcriptions',
    costs: 'transcriptions',
    body: 'upload',
    data: TRANSCRIPTION,
    cloudOnly: true,
  },
  {
    name: 'speech',
    methods: ['POST'],
    path: '/v1/audio/speech',
    body: [
      'input',
      'voice_id',
      'response_format',
      'speed',
      'sample_rate',
      'sampling_rate',
      'loudness_rate',
      'emotion',
      'emotion_scale',
    ],
    costs: 'speech',
    streams: 'sound',
    cloudOnly: true,
  },
]
