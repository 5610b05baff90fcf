/** An agent's own calls. */
import type { CozeClient } from '../client.ts'
import { listOf, type Uncertain } from '../parse-object.ts'
import { CHAT_SDK_CONNECTOR, type CozeTransportOptions } from '../transport-options.ts'
import type { WireBot } from '../wire/agents.ts'
import type { WireChatRequest } from '../wire/chat.ts'
import { readBackground } from './background.ts'
import { readGivenProfile } from './given-profile.ts'
import { pictureAddress } from './picture-address.ts'
import type { Profile, TargetCalls } from './target.ts'

export function createAgentCalls(client: CozeClient, botId: string, options: CozeTransportOptions): TargetCalls {
  return {
    async loadProfile(signal) {
      // https://www.coze.cn/docs/developer_guides/get_metadata
      return readBot(botId, await client.data<WireBot>({ path: `/v1/bots/${encodeURIComponent(botId)}`, signal }))
    },

    readProfile: (given) => readGivenProfile(given, botId, (bot: Uncertain<WireBot>) => readBot(botId, bot)),

    createConversationBody: () => ({ bot_id: botId }),

    // https://www.coze.cn/docs/developer_guides/chat_v3
    chatCall: (conversationId, message) => ({
      path: '/v3/chat',
      query: { conversation_id: conversationId },
      body(): WireChatRequest {
        const { connectorId = CHAT_SDK_CONNECTOR, parameters, customVariables, metaData } = options
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

/** The response also holds the system prompt, the model and the plugins, which are left behind here. */
function readBot(botId: string, bot: Uncertain<WireBot>): Profile {
  const onboarding = bot.onboarding_info ?? {}
  return {
    agent: {
      id: bot.bot_id ?? botId,
      name: bot.name ?? '',
      description: bot.description ?? '',
      iconUrl: pictureAddress(bot.icon_url),
      greeting: onboarding.prologue ?? onboarding.Prologue ?? '',
      suggestions: listOf(onboarding.suggested_questions ?? onboarding.SuggestedQuestions),
      shortcuts: listOf(bot.shortcut_commands).map(
        ({ id = '', name = '', command = '', description = '', query_template: template = '' }) => ({
          id,
          name,
          command,
          description,
          template,
        }),
      ),
      voice: bot.media_config?.is_voice_call_closed === false,
      background: readBackground(bot.background_image_info),
    },
    voiceId: listOf(bot.voice_info_list)[0]?.voice_id,
  }
}
