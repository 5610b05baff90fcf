/** A chatflow's own calls. A chunk of its own: most sites show an agent. */
import { systemClock } from '../platform/clock.ts'
import type { Requester } from './request.ts'
import type { CozeTransportOptions, Profile, TargetCalls } from './target.ts'
import { CONNECTOR_CHAT_SDK, type WireEnvelope, type WireWorkflow, type WireWorkflowChatRequest } from './wire.ts'

export function createChatflow(
  { appId, workflowId }: { appId: string; workflowId: string },
  requester: Requester,
  options: CozeTransportOptions,
): TargetCalls {
  const { connectorId = CONNECTOR_CHAT_SDK, clock = systemClock } = options
  return {
    async loadProfile(signal) {
      const path = `/v1/workflows/${encodeURIComponent(workflowId)}`
      const query = { connector_id: connectorId, is_debug: 'false' }
      const { data } = await requester.json<WireEnvelope<WireWorkflow>>({ path, query, signal })
      return readWorkflow(workflowId, data)
    },
    conversationRequest: (name) => ({
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

function readWorkflow(workflowId: string, { role, workflow_detail }: WireWorkflow): Profile {
  return {
    agent: {
      id: workflowId,
      name: role?.name ?? workflow_detail?.workflow_name ?? '',
      description: role?.description ?? workflow_detail?.description ?? '',
      iconUrl: role?.avatar?.image_url || workflow_detail?.icon_url || undefined,
      greeting: role?.onboarding_info?.prologue ?? '',
      suggestions: role?.onboarding_info?.suggested_questions ?? [],
      shortcuts: [],
      voice: role?.user_input_config?.default_input_mode === 2,
    },
    voiceId: Object.values(role?.audio_config?.voice_config_map ?? {})[0]?.voice_id,
  }
}
