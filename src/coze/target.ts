/** What answers: an agent, or a chatflow of an app; each has its own calls. `bot.ts` and `chatflow.ts` supply them. */
import type { AgentProfile } from '../chat/chat-state.ts'
import type { CozeCall, RequesterOptions } from './request.ts'
import type { WireAdditionalMessage, WireCreateConversationRequest } from './wire.ts'

export type CozeTarget = { botId: string } | { appId: string; workflowId: string }

export interface CozeTransportOptions extends RequesterOptions {
  target: CozeTarget
  /** Channel; history is partitioned by it. Default `999`, the Chat SDK's. */
  connectorId?: string
  /** Opaque tag of the session, sent as `user_id` and `session_name`; it isolates nothing, the token does. */
  subject: () => string
  /** For a chatflow its start parameters, for an agent in chatflow mode likewise. */
  parameters?: Record<string, unknown>
  customVariables?: Record<string, string>
  metaData?: Record<string, string>
  /** Fills `{{user_name}}` in the agent's opening message. */
  userName?: string
}

export interface Profile {
  /** Only what a visitor may see. */
  readonly agent: AgentProfile
  readonly voiceId: string | undefined
}

/** A call without what every call of a turn has. */
export type TurnCall = Omit<CozeCall, 'signal'>

export interface TargetCalls {
  loadProfile(signal: AbortSignal): Promise<Profile>
  /** @param name of a conversation that may exist already; chatflows only. */
  conversationRequest(name?: string): WireCreateConversationRequest
  /** One streamed turn. */
  chatCall(conversationId: string, message: WireAdditionalMessage): TurnCall
}
