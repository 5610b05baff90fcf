/** What the replica asks Coze for: path and body, with every field that the original sends (docs/coze.md 2.4 to 2.6). */
export interface ReplicaAgent {
  botId: string
  appId: string
  workflowId: string
  parameters: Record<string, unknown>
  userId: string
}

type Request = [path: string, body: unknown]

export const CONNECTOR = '999'

export function isApp({ appId }: ReplicaAgent): boolean {
  return appId !== ''
}

/** @param name of the conversation that an app goes on in */
export function conversationRequest(agent: ReplicaAgent, name?: string): Request {
  const { appId, workflowId, botId, userId } = agent
  const common = { connector_id: CONNECTOR }
  if (!isApp(agent)) return ['/v1/conversation/create', { ...common, bot_id: botId, messages: [], user_id: userId }]
  return [
    '/v1/workflow/conversation/create',
    {
      ...common,
      app_id: appId,
      workflow_id: workflowId,
      ...(name && { conversation_name: name, get_or_create: true }),
      draft_mode: false,
    },
  ]
}

export function questionRequest(agent: ReplicaAgent, conversationId: string, text: string): Request {
  const { appId, workflowId, botId, userId, parameters } = agent
  const message = { role: 'user', content: text, content_type: 'text' }
  if (!isApp(agent)) {
    return [
      `/v3/chat?conversation_id=${conversationId}`,
      {
        bot_id: botId,
        user_id: userId,
        stream: true,
        connector_id: CONNECTOR,
        additional_messages: [message],
        parameters,
        enable_card: true,
      },
    ]
  }
  return [
    '/v1/workflows/chat',
    {
      workflow_id: workflowId,
      app_id: appId,
      conversation_id: conversationId,
      connector_id: CONNECTOR,
      additional_messages: [message],
      parameters,
      execute_mode: 'RELEASE',
      ext: { _caller: 'CANVAS', user_id: userId },
      suggest_reply_info: {},
    },
  ]
}
