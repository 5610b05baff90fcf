/** An agent's own calls. */
import type { Requester } from './request.ts'
import type { CozeTransportOptions, Profile, TargetCalls } from './target.ts'
import { CONNECTOR_CHAT_SDK, type WireBot, type WireChatRequest, type WireEnvelope } from './wire.ts'

export function createBot(botId: string, requester: Requester, options: CozeTransportOptions): TargetCalls {
  return {
    async loadProfile(signal) {
      // https://www.coze.cn/docs/developer_guides/get_metadata
      const path = `/v1/bots/${encodeURIComponent(botId)}`
      return readBot((await requester.json<WireEnvelope<WireBot>>({ path, signal })).data)
    },
    conversationRequest: () => ({ bot_id: botId }),
    chatCall: (conversationId, message) => ({
      path: '/v3/chat',
      query: { conversation_id: conversationId },
      body(): WireChatRequest {
        const { connectorId = CONNECTOR_CHAT_SDK, parameters, customVariables, metaData } = options
        return {
          bot_id: botId,
          user_id: options.subject(),
          session_name: options.subject(),
          stream: true,
          connector_id: connectorId,
          additional_messages: [message],
          auto_save_history: true,
          parameters,
          custom_variables: customVariables,
          meta_data: metaData,
        }
      },
    }),
  }
}

/** The answer also holds the system prompt, the model and the plugins. */
function readBot(bot: WireBot): Profile {
  const onboarding = bot.onboarding_info ?? {}
  return {
    agent: {
      id: bot.bot_id,
      name: bot.name,
      description: bot.description ?? '',
      iconUrl: bot.icon_url || undefined,
      greeting: onboarding.prologue ?? onboarding.Prologue ?? '',
      suggestions: onboarding.suggested_questions ?? onboarding.SuggestedQuestions ?? [],
      shortcuts: (bot.shortcut_commands ?? []).map(({ id, name, command, description = '', query_template = '' }) => ({
        id,
        name,
        command,
        description,
        template: query_template,
      })),
      voice: bot.media_config?.is_voice_call_closed === false,
    },
    voiceId: bot.voice_info_list?.[0]?.voice_id,
  }
}
