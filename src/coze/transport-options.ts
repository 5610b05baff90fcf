/** What a transport to Coze is made from. Types, and the default channel. */
import type { CozeClientOptions } from './client.ts'

/** What answers: an agent, or a chatflow of an app. */
export type CozeTarget = { botId: string } | { appId: string; workflowId: string }

export interface CozeTransportOptions extends CozeClientOptions {
  target: CozeTarget
  /** The channel; Coze keeps a history for each. Default `999`, the channel of the Chat SDK. */
  connectorId?: string
  /** Opaque tag of the session, sent as `user_id` and `session_name`. It isolates nothing: the token does. */
  subject: () => string
  /** Start parameters of a chatflow, or of an agent in chatflow mode. */
  parameters?: Record<string, unknown>
  customVariables?: Record<string, string>
  metaData?: Record<string, string>
  /** What the token endpoint gave as the agent's profile, once it has answered; anything. */
  givenProfile?: (signal: AbortSignal) => Promise<unknown>
  /** Fills `{{user_name}}` in the agent's opening message. */
  userName?: string
}

/** https://www.coze.cn/docs/developer_guides/publish_api */
export const CHAT_SDK_CONNECTOR = '999'
