/** Session, token, Coze and the chat store without a UI: for those who draw the chat themselves. */
import { type ChatStore, type ChatStoreEvent, type Connection, createChatStore } from './chat/chat-store.ts'
import type { ChatTool } from './chat/page-tools.ts'
import { type CozeTransportOptions, createCozeTransport } from './coze/coze-transport.ts'
import { type ChatWidgetOptions, drawnOptions } from './options.ts'
import { browserPlatform, type Platform } from './platform/browser.ts'
import { type ResolvedOptions, resolveOptions } from './resolve-options.ts'
import { createVisitor, type Visitor } from './visitor.ts'

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

/** What only those can say who write code. */
interface ChatExtras {
  /** Fills `{{user_name}}` in the agent's opening message. */
  userName?: string
  onEvent?: (event: ChatStoreEvent) => void
  /** Default `omit`; `same-origin` where `apiBase` is a gateway that reads the site's cookies. */
  credentials?: RequestCredentials
  /** Replaces parts of the browser, for tests and unusual hosts. */
  platform?: Partial<Platform>
}

export interface HeadlessChat {
  /** State, and everything a visitor can do. Nothing is requested before `store.open()` or `store.send()`. */
  readonly store: ChatStore
  /** Who is there. When that changes the store is empty before the next line of code runs. */
  readonly visitor: Visitor
  identify(identity?: { userToken?: string }): void
  logout(): void
  destroy(): void
}

/** @throws CozeChatError `invalid_options`, `insecure_token`, `insecure_context` */
export function createHeadlessChat(options: HeadlessChatOptions): HeadlessChat {
  const { secure } = options.platform?.page ?? browserPlatform.page
  return createChat({ ...options, ...resolveOptions(drawnOptions(options, ''), { secure }) })
}

/** The same for options that were checked at the door. */
export function createChat(options: ResolvedOptions & ChatExtras): HeadlessChat {
  const platform = { ...browserPlatform, ...options.platform }
  const { clock, page } = platform
  const { botId, appId = '', workflowId = '', apiBase, connectorId, lang, tools, onEvent } = options
  const { parameters, customVariables, metaData, userName, credentials } = options
  const visitor = createVisitor(options, platform)

  const transportOptions: CozeTransportOptions = {
    target: botId === undefined ? { appId, workflowId } : { botId },
    apiBase,
    connectorId,
    clock,
    getToken: async (context) => (await visitor.getToken(context)).text,
    subject: () => visitor.state.subject ?? visitor.state.sessionId ?? '',
    // Not the platform's default: uploads report their progress only where nobody replaced `fetch`.
    ...(options.platform?.fetch && { fetch: (input, init) => platform.fetch(String(input), init ?? {}) }),
    lang,
    ...(parameters && { parameters }),
    ...(customVariables && { customVariables }),
    ...(metaData && { metaData }),
    ...(userName !== undefined && { userName }),
    ...(credentials && { credentials }),
  }
  const connection: Connection = {
    isOnline: () => globalThis.navigator?.onLine !== false,
    onOnline: (listener) => page.on((signal) => signal === 'online' && listener()),
  }
  const store = createChatStore({
    transport: createCozeTransport(transportOptions),
    clock,
    connection,
    memory: {
      async recall() {
        // Who is there has to be confirmed before anything of his is remembered.
        await visitor.getToken()
        return visitor.recall()
      },
      remember: visitor.remember,
    },
    ...(tools && { tools }),
    ...(onEvent && { onEvent }),
  })
  const stopListening = visitor.on('change', store.reset)

  return {
    store,
    visitor,
    identify: visitor.identify,
    logout: visitor.logout,
    destroy() {
      stopListening()
      store.destroy()
      visitor.destroy()
    },
  }
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
export { CozeChatError, type ErrorCode, isCozeChatError } from './errors.ts'
export type { Visitor, VisitorState } from './visitor.ts'
