/** The calls that the gateway makes for a visitor; what is not in this table does not exist. */
import {
  AGENT,
  APP,
  CHAT,
  CONVERSATION,
  CONVERSATION_PAGE,
  FILE,
  MESSAGE,
  SECTION,
  type Shape,
  TRANSCRIPTION,
  WORKFLOW,
} from './answer-shapes.ts'
import { REFUSED } from './refusal.ts'

/** What the server says in the visitor's place. `user_id` and `session_name` become the subject: they isolate nothing. */
export type ForcedField = 'connector_id' | 'user_id' | 'session_name' | 'ext'

export interface GatewayRoute {
  /** For metrics. */
  readonly name: string
  readonly methods: readonly string[]
  /** Parts such as `:conversation_id` are ids. They are checked by their name, as are query and body fields of that name. */
  readonly path: string
  /** Parameters that are passed on; all others are dropped. */
  readonly query?: readonly string[]
  /** Fields that are passed on, or a multipart body that is streamed on as it is. */
  readonly body?: readonly string[] | 'upload'
  /** Ids that must be there. */
  readonly needs?: readonly string[]
  readonly forced?: { readonly query?: readonly ForcedField[]; readonly body?: readonly ForcedField[] }
  readonly fixed?: { readonly query?: Record<string, string>; readonly body?: Record<string, unknown> }
  /** Code for an agent and for a conversation that is not there. */
  readonly missing?: { readonly bot?: number; readonly conversation?: number }
  /** What may be seen of `data`; absent: nothing. */
  readonly data?: Shape
  /** Fields beside `data` that may be seen. */
  readonly beside?: readonly string[]
  /** Besides JSON the answer may be an event stream, or sound. */
  readonly flows?: 'events' | 'sound'
  /** What the answer makes the session's own, or no longer its own. */
  readonly claims?: 'conversation' | 'conversations' | 'chat' | 'file'
  readonly releases?: 'conversation'
  /** Not a call of Studio's, where nobody would look whose the message is. */
  readonly cloudOnly?: true
}

const IN_CHAT = {
  query: ['conversation_id', 'chat_id'],
  needs: ['conversation_id', 'chat_id'],
  missing: { conversation: REFUSED.conversation },
} as const

export const GATEWAY_ROUTES: readonly GatewayRoute[] = [
  {
    name: 'agent',
    methods: ['GET'],
    path: '/v1/bots/:bot_id',
    fixed: { query: { is_published: 'true' } },
    missing: { bot: REFUSED.notFound },
    data: AGENT,
  },
  {
    name: 'agent_online',
    methods: ['GET'],
    path: '/v1/bot/get_online_info',
    query: ['bot_id'],
    needs: ['bot_id'],
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
    needs: ['bot_id'],
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
    needs: ['conversation_id'],
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
    needs: ['conversation_id'],
    data: [MESSAGE],
    beside: ['first_id', 'last_id', 'has_more'],
  },
  {
    name: 'message_delete',
    methods: ['POST'],
    path: '/v1/conversation/message/delete',
    query: ['conversation_id', 'message_id'],
    needs: ['conversation_id', 'message_id'],
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
      ...['bot_id', 'stream', 'additional_messages', 'parameters', 'custom_variables', 'meta_data', 'extra_params'],
      ...['shortcut_command', 'enable_card'],
    ],
    needs: ['bot_id'],
    forced: { body: ['user_id', 'session_name', 'connector_id'] },
    fixed: { body: { auto_save_history: true } },
    missing: { conversation: REFUSED.conversation },
    data: CHAT,
    flows: 'events',
    claims: 'chat',
  },
  {
    name: 'chat_cancel',
    methods: ['POST'],
    path: '/v3/chat/cancel',
    body: ['conversation_id', 'chat_id'],
    needs: ['conversation_id', 'chat_id'],
    missing: { conversation: REFUSED.conversation },
    data: CHAT,
  },
  // Documented with GET; the vendor's own clients use POST.
  { ...IN_CHAT, name: 'chat_retrieve', methods: ['GET', 'POST'], path: '/v3/chat/retrieve', data: CHAT },
  { ...IN_CHAT, name: 'chat_messages', methods: ['GET', 'POST'], path: '/v3/chat/message/list', data: [MESSAGE] },
  {
    ...IN_CHAT,
    name: 'tool_outputs',
    methods: ['POST'],
    path: '/v3/chat/submit_tool_outputs',
    body: ['tool_outputs', 'stream'],
    data: CHAT,
    flows: 'events',
    claims: 'chat',
  },
  {
    name: 'workflow_chat',
    methods: ['POST'],
    path: '/v1/workflows/chat',
    body: ['workflow_id', 'app_id', 'conversation_id', 'additional_messages', 'parameters'],
    needs: ['workflow_id', 'app_id'],
    forced: { body: ['user_id', 'session_name', 'connector_id', 'ext'] },
    missing: { conversation: REFUSED.conversation },
    data: CHAT,
    flows: 'events',
    claims: 'chat',
  },
  { name: 'upload', methods: ['POST'], path: '/v1/files/upload', body: 'upload', data: FILE, claims: 'file' },
  { name: 'transcription', methods: ['POST'], path: '/v1/audio/transcriptions', body: 'upload', data: TRANSCRIPTION },
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
    flows: 'sound',
  },
]

export interface RouteMatch {
  route: GatewayRoute
  /** Ids of the path, by their names. */
  params: Readonly<Record<string, string>>
}

const PATTERNS = GATEWAY_ROUTES.map((route) => ({
  route,
  pattern: new RegExp(`^${route.path.replace(/:(\w+)/g, '(?<$1>[^/]+)')}$`),
}))

/** The rows of this path, whatever their methods; an empty list for a path that does not exist. */
export function matchPath(path: string): RouteMatch[] {
  return PATTERNS.flatMap(({ route, pattern }) => {
    const match = pattern.exec(path)
    return match === null ? [] : [{ route, params: { ...match.groups } }]
  })
}

/** @throws TypeError for a name that the table does not have */
export function routeNamed(name: string): GatewayRoute {
  const found = GATEWAY_ROUTES.find((route) => route.name === name)
  if (found === undefined) throw new TypeError(`No gateway route "${name}"`)
  return found
}
