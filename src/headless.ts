/** The chat without a UI: visitor, token, Coze and the chat store, for those who draw it themselves. */
import type { ChatTool } from './chat/turns/page-tools.ts'
import { tellUnsuited } from './options/check/tell-unsuited.ts'
import { drawnOptions } from './options/drawn-options.ts'
import { tellMisspelt } from './options/option-spelling.ts'
import { resolveOptions } from './options/resolve-options.ts'
import type { ChatWidgetOptions } from './options/widget-options.ts'
import { bundledParts } from './widget/bundled-parts.ts'
import { type ChatExtras, createChat, type HeadlessChat } from './widget/create-chat.ts'

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

/** @throws CozeChatError `invalid_options`, `insecure_token` */
export function createHeadlessChat(options: HeadlessChatOptions): HeadlessChat {
  tellMisspelt(options)
  const resolved = resolveOptions(drawnOptions(options, ''), (name) => tellUnsuited([name]))
  return createChat({ ...options, ...resolved }, bundledParts)
}

export type {
  AgentProfile,
  AgentShortcut,
  AgentStep,
  AssistantMessage,
  Attachment,
  ChatMessage,
  ChatPhase,
  ChatProblem,
  ChatState,
  ChatTurn,
  ConversationList,
  ConversationSummary,
  UserMessage,
} from './chat/chat-state.ts'
export type { ChatStore } from './chat/chat-store.ts'
export type { ChatStoreEvent } from './chat/chat-store-events.ts'
export type { ChatTransport, Question, TurnEvent } from './chat/chat-transport.ts'
export type { ChatTool } from './chat/turns/page-tools.ts'
export { CozeChatError, type ErrorCode, isCozeChatError } from './errors.ts'
export type { Visitor, VisitorState } from './visitor/visitor.ts'
export type { HeadlessChat } from './widget/create-chat.ts'
