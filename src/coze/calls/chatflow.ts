/** A chatflow's own calls. */
import { systemClock } from '../../platform/clock.ts'
import type { CozeClient } from '../client.ts'
import { listOf, type Uncertain } from '../parse-object.ts'
import { CHAT_SDK_CONNECTOR, type CozeTransportOptions } from '../transport-options.ts'
import type { WireWorkflow } from '../wire/agents.ts'
import type { WireWorkflowChatRequest } from '../wire/chat.ts'
import { readBackground } from './background.ts'
import { readGivenProfile } from './given-profile.ts'
import { pictureAddress } from './picture-address.ts'
import type { Profile, TargetCalls } from './target.ts'

/** `default_input_mode` of a chatflow that is spoken to. */
const VOICE_INPUT = 2

export function createChatflowCalls(
  client: CozeClient,
  { appId, workflowId }: { appId: string; workflowId: string },
  options: CozeTransportOptions,
): TargetCalls {
  const { connectorId = CHAT_SDK_CONNECTOR, clock = systemClock } = options
  return {
    async loadProfile(signal) {
      const path = `/v1/workflows/${encodeURIComponent(workflowId)}`
      const query = { connector_id: connectorId, is_debug: 'false' }
      return readWorkflow(workflowId, await client.data<WireWorkflow>({ path, query, signal }))
    },

    readProfile: (given) => readGivenProfile(given, workflowId, (wire: WireWorkflow) => readWorkflow(workflowId, wire)),

    createConversationBody: (name) => ({
      app_id: appId,
      workflow_id: workflowId,
      conversation_name: name ?? String(clock.now()),
      get_or_create: name !== undefined,
      draft_mode: false,
    }),

    // https://www.coze.cn/docs/developer_guides/workflow_chat
    chatCall: (conversationId, message) => ({
      path: '/v1/workflows/chat',
      body: (): WireWorkflowChatRequest => ({
        workflow_id: workflowId,
        app_id: appId,
        conversation_id: conversationId,
        user_id: options.subject(),
        session_name: options.subject(),
        connector_id: connectorId,
        additional_messages: [message],
        parameters: options.parameters ?? {},
        ext: { user_id: options.subject() },
      }),
    }),
  }
}

function readWorkflow(workflowId: string, { role, workflow_detail }: Uncertain<WireWorkflow>): Profile {
  return {
    agent: {
      id: workflowId,
      name: role?.name ?? workflow_detail?.workflow_name ?? '',
      description: role?.description ?? workflow_detail?.description ?? '',
      iconUrl: pictureAddress(role?.avatar?.image_url || workflow_detail?.icon_url),
      greeting: role?.onboarding_info?.prologue ?? '',
      suggestions: listOf(role?.onboarding_info?.suggested_questions),
      shortcuts: [],
      voice: role?.user_input_config?.default_input_mode === VOICE_INPUT,
      background: readBackground(role?.background_image_info),
    },
    voiceId: Object.values(role?.audio_config?.voice_config_map ?? {})[0]?.voice_id,
  }
}
