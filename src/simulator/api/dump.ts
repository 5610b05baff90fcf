/** What each session holds, for tests that look for the words of another visitor. */
import type { Simulation } from '../world/simulation.ts'
import type { Conversation, Feedback } from '../world/store.ts'
import { plainText } from './conversation/sent-message.ts'

export interface DumpedConversation {
  id: string
  botId: string | undefined
  appId: string | undefined
  connectorId: string
  userId: string | undefined
  name: string
  messages: { id: string; role: string; type: string; text: string; feedback: Feedback | undefined }[]
}

export interface DumpedSession {
  accountId: string
  /** Null: the bucket of all tokens without a session. */
  sessionName: string | null
  conversations: DumpedConversation[]
}

export interface SimulatorDump {
  sessions: DumpedSession[]
  /** Access tokens from an exchange that are neither expired nor revoked. */
  liveTokens: number
}

export function dumpSimulation(simulation: Simulation): SimulatorDump {
  const { store } = simulation
  const sessions = new Map<string, DumpedSession>()
  for (const conversation of store.conversations()) {
    const { owner, uid, sessionName } = conversation
    const session = sessions.get(owner) ?? { accountId: uid, sessionName, conversations: [] }
    session.conversations.push(dumpConversation(simulation, conversation))
    sessions.set(owner, session)
  }
  const now = simulation.nowSeconds()
  const live = [...store.tokens].filter(
    ([text, token]) => text.startsWith('czs_') && !token.revoked && token.expiresAt > now,
  )
  return { sessions: [...sessions.values()], liveTokens: live.length }
}

function dumpConversation({ store }: Simulation, conversation: Conversation): DumpedConversation {
  const { id, botId, appId, connectorId, userId, name, messages } = conversation
  return {
    id,
    botId,
    appId,
    connectorId,
    userId,
    name,
    messages: messages.map((message) => ({
      id: message.id,
      role: message.role,
      type: message.type,
      text: plainText(message),
      feedback: store.feedback.get(message.id),
    })),
  }
}
