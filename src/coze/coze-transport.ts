/** Plugs Coze into a chat: its calls, by subject, as a `ChatTransport`. */
import type { ChatTransport } from '../chat/chat-transport.ts'
import { CozeChatError, isCozeChatError } from '../errors.ts'
import { systemClock } from '../platform/clock.ts'
import { createAgentCalls } from './calls/agent.ts'
import { createChatflowCalls } from './calls/chatflow.ts'
import { createConversationCalls } from './calls/conversations.ts'
import type { FileAndAudioCalls } from './calls/files-and-audio.ts'
import { fillUserName } from './calls/fill-user-name.ts'
import { createMessageCalls } from './calls/messages.ts'
import { plainProfile } from './calls/plain-profile.ts'
import { createTurnCalls } from './calls/turns.ts'
import { createCozeClient } from './client.ts'
import type { CozeParts } from './coze-parts.ts'
import { CHAT_SDK_CONNECTOR, type CozeTransportOptions } from './transport-options.ts'
import { createCardReader } from './turn/cards.ts'

export function createCozeTransport(options: CozeTransportOptions, parts: CozeParts): ChatTransport {
  const { target, connectorId = CHAT_SDK_CONNECTOR, clock = systemClock } = options
  const botId = 'botId' in target ? target.botId : undefined
  const client = createCozeClient(options)
  const cards = createCardReader(parts.cards)
  const targetCalls =
    'botId' in target ? createAgentCalls(client, target.botId, options) : createChatflowCalls(client, target, options)
  let voiceId: string | undefined

  async function loadMediaCalls(): Promise<FileAndAudioCalls> {
    const { createFileAndAudioCalls } = await parts.media.load()
    return createFileAndAudioCalls(client, {
      voiceId: () => voiceId,
      // A `fetch` that somebody put in our place has to see the uploads too.
      reportsProgress: options.fetch === undefined,
    })
  }

  return {
    async loadAgent(signal) {
      try {
        const given = await options.givenProfile?.(signal)
        const profile = targetCalls.readProfile(given) ?? plainProfile(await targetCalls.loadProfile(signal))
        voiceId = profile.voiceId
        return { ...profile.agent, greeting: fillUserName(profile.agent.greeting, options.userName) }
      } catch (cause) {
        if (!isCozeChatError(cause) || cause.code !== 'conversation_not_found') throw cause
        throw new CozeChatError('agent_not_found', 'Coze knows no agent or chatflow of this id.', { cause })
      }
    },
    ...createConversationCalls(client, targetCalls, { botId, connectorId }),
    ...createMessageCalls(client, cards),
    ...createTurnCalls(client, targetCalls, { cards, clock, takesFiles: botId !== undefined }),
    upload: async (...file) => (await loadMediaCalls()).upload(...file),
    transcribe: async (...audio) => (await loadMediaCalls()).transcribe(...audio),
    speak: async (...text) => (await loadMediaCalls()).speak(...text),
  }
}
