/** The calls in which an agent and a chatflow differ. `agent.ts` and `chatflow.ts` supply them. */
import type { AgentProfile } from '../../chat/chat-state.ts'
import type { CozeCall } from '../client.ts'
import type { WireCreateConversationRequest } from '../wire/conversations.ts'
import type { WireAdditionalMessage } from '../wire/messages.ts'

export interface Profile {
  /** Only what a visitor may see. */
  readonly agent: AgentProfile
  /** For reading aloud; undefined where the agent has no voice. */
  readonly voiceId: string | undefined
}

/** A call that streams a turn, without what all of them share. */
export type TurnCall = Omit<CozeCall, 'signal'>

export interface TargetCalls {
  loadProfile(signal: AbortSignal): Promise<Profile>
  /** @param name of a conversation that may exist already; chatflows only. */
  createConversationBody(name?: string): WireCreateConversationRequest
  /** @returns undefined for what is no profile of this agent or chatflow, be it from the site's own token endpoint */
  readProfile(given: unknown): Profile | undefined
  /**
   * Asks one question.
   * @param conversationId undefined: the question begins one; agents only
   */
  chatCall(conversationId: string | undefined, message: WireAdditionalMessage): TurnCall
}
