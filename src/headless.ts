/** Session, token, Coze and the chat store without a UI: for those who draw the chat themselves. */
import type { ChatTool } from './chat/page-tools.ts'
import { type ChatExtras, createChat, type HeadlessChat } from './create-chat.ts'
import { type ChatWidgetOptions, drawnOptions } from './options.ts'
import { browserPlatform } from './platform/browser.ts'
import { resolveOptions } from './resolve-options.ts'

/** The options of the widget that are not about looks. */
export interface HeadlessChatOptions
  extends ChatExtras,
    Pick<
      ChatWidgetOptions,
      | 'botId'
      | 'appId'
      | 'workflowId'
      | 'tokenUrl'
      | 'getToken'
      | 'session'
      | 'user'
      | 'userToken'
      | 'tokenField'
      | 'region'
      | 'apiBase'
      | 'connectorId'
      | 'lang'
      | 'parameters'
      | 'customVariables'
      | 'metaData'
      | 'allowInsecure'
    > {
  tools?: Readonly<Record<string, ChatTool>>
}

/** @throws CozeChatError `invalid_options`, `insecure_token`, `insecure_context` */
export function createHeadlessChat(options: HeadlessChatOptions): HeadlessChat {
  const { secure } = options.platform?.page ?? browserPlatform.page
  return createChat({ ...options, ...resolveOptions(drawnOptions(options, ''), { secure }) })
}

export type {
  AgentProfile,
  AgentShortcut,
  AgentStep,
  AssistantMessage,
  Attachment,
  ChatMessage,
  ChatProblem,
  ChatState,
  ConversationSummary,
  UserMessage,
} from './chat/chat-state.ts'
export type { ChatStore, ChatStoreEvent } from './chat/chat-store.ts'
export type { ChatTransport, Question, TurnEvent } from './chat/chat-transport.ts'
export type { ChatTool } from './chat/page-tools.ts'
export type { HeadlessChat } from './create-chat.ts'
export { CozeChatError, type ErrorCode, isCozeChatError } from './errors.ts'
export type { Visitor, VisitorState } from './visitor.ts'
