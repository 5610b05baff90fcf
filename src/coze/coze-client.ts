/** The calls of the Open API that every chat makes, in the vendor's own shapes. */

import type { StreamEvent } from './event-stream.ts'
import { createRequester, type RequesterOptions } from './request.ts'
import type {
  WireAdditionalMessage,
  WireBot,
  WireCancelRequest,
  WireChat,
  WireChatRequest,
  WireConversation,
  WireConversationPage,
  WireCreateConversationRequest,
  WireEnvelope,
  WireMessageListRequest,
  WireMessagePage,
  WireToolOutputsRequest,
  WireWorkflow,
  WireWorkflowChatRequest,
} from './wire.ts'

/** An agent, or a chatflow of an app. */
export type CozeTarget = { botId: string } | { appId: string; workflowId: string }

export interface CozeClientOptions extends RequesterOptions {
  target: CozeTarget
  /** Channel; history is partitioned by it. Default `999`, the Chat SDK's. */
  connectorId?: string
  /** Opaque tag of the session, sent as `user_id` and `session_name`; it isolates nothing, the token does. */
  subject: () => string
  /** For a chatflow its start parameters, for an agent in chatflow mode likewise. */
  parameters?: Record<string, unknown>
  customVariables?: Record<string, string>
  metaData?: Record<string, string>
}

export type CozeClient = ReturnType<typeof createCozeClient>

export function createCozeClient(options: CozeClientOptions) {
  const { target, connectorId = '999', parameters, customVariables, metaData } = options
  const requester = createRequester(options)
  const data = async <T>(call: Parameters<typeof requester.json>[0]) =>
    (await requester.json<WireEnvelope<T>>(call)).data
  return {
    /** Any other call: the `data` of its answer, or raw bytes. */
    data,
    blob: requester.blob,

    /** https://www.coze.cn/docs/developer_guides/get_metadata */
    retrieveBot: (signal: AbortSignal, botId: string) =>
      data<WireBot>({ path: `/v1/bots/${encodeURIComponent(botId)}`, signal }),

    retrieveWorkflow: (signal: AbortSignal, workflowId: string) =>
      data<WireWorkflow>({
        path: `/v1/workflows/${encodeURIComponent(workflowId)}`,
        query: { connector_id: connectorId, is_debug: 'false' },
        signal,
      }),

    createConversation: (signal: AbortSignal, request: WireCreateConversationRequest) =>
      data<WireConversation>({
        path: '/v1/conversation/create',
        body: () => ({ ...request, connector_id: connectorId }),
        signal,
      }),

    listConversations: (signal: AbortSignal, botId: string, page: number, pageSize: number) =>
      data<WireConversationPage>({
        path: '/v1/conversations',
        query: { bot_id: botId, connector_id: connectorId, page_num: page, page_size: pageSize },
        signal,
      }),

    retrieveConversation: (signal: AbortSignal, id: string) =>
      data<WireConversation>({ path: '/v1/conversation/retrieve', query: { conversation_id: id }, signal }),

    listMessages: (signal: AbortSignal, conversationId: string, request: WireMessageListRequest) =>
      requester.json<WireMessagePage>({
        path: '/v1/conversation/message/list',
        query: { conversation_id: conversationId },
        body: () => request,
        signal,
      }),

    /** One turn, streamed: `/v3/chat` for an agent, `/v1/workflows/chat` for a chatflow. */
    chat(
      signal: AbortSignal,
      conversationId: string,
      message: WireAdditionalMessage,
    ): AsyncGenerator<StreamEvent, void> {
      if ('botId' in target) {
        const body = (): WireChatRequest => ({
          bot_id: target.botId,
          user_id: options.subject(),
          session_name: options.subject(),
          stream: true,
          connector_id: connectorId,
          additional_messages: [message],
          auto_save_history: true,
          enable_card: true,
          ...(parameters && { parameters }),
          ...(customVariables && { custom_variables: customVariables }),
          ...(metaData && { meta_data: metaData }),
        })
        return requester.stream({ path: '/v3/chat', query: { conversation_id: conversationId }, body, signal })
      }
      const body = (): WireWorkflowChatRequest => ({
        workflow_id: target.workflowId,
        app_id: target.appId,
        conversation_id: conversationId,
        user_id: options.subject(),
        session_name: options.subject(),
        connector_id: connectorId,
        additional_messages: [message],
        parameters: parameters ?? {},
        ext: { user_id: options.subject() },
      })
      return requester.stream({ path: '/v1/workflows/chat', body, signal })
    },

    submitToolOutputs: (
      signal: AbortSignal,
      conversationId: string,
      chatId: string,
      outputs: WireToolOutputsRequest['tool_outputs'],
    ) =>
      requester.stream({
        path: '/v3/chat/submit_tool_outputs',
        query: { conversation_id: conversationId, chat_id: chatId },
        body: (): WireToolOutputsRequest => ({ tool_outputs: outputs, stream: true }),
        signal,
      }),

    cancelChat: (signal: AbortSignal, request: WireCancelRequest) =>
      data<WireChat>({ path: '/v3/chat/cancel', body: () => request, signal }),

    retrieveChat: (signal: AbortSignal, conversationId: string, chatId: string) =>
      data<WireChat>({
        path: '/v3/chat/retrieve',
        query: { conversation_id: conversationId, chat_id: chatId },
        signal,
      }),
  }
}
