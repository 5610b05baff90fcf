/** Session, token, Coze and the chat store joined; the widget draws it, and `headless.ts` hands it out. */

import { type ChatStore, type ChatStoreEvent, type Connection, createChatStore } from './chat/chat-store.ts'
import type { ShowEarly } from './chat/last-messages.ts'
import { type CozeTransportOptions, createCozeTransport } from './coze/coze-transport.ts'
import { browserPlatform, type Platform } from './platform/browser.ts'
import type { ResolvedOptions } from './resolve-options.ts'
import { createVisitor, type Visitor } from './visitor.ts'

/** What only those can say who write code. */
export interface ChatExtras {
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

/** @param options checked at the door (`resolveOptions`) */
export function createChat(options: ResolvedOptions & ChatExtras): HeadlessChat {
  const platform = { ...browserPlatform, ...options.platform }
  const { clock, page } = platform
  const { botId, appId = '', workflowId = '', tools, onEvent } = options
  const visitor = createVisitor(options, platform)

  const transportOptions: CozeTransportOptions = {
    ...options,
    target: botId === undefined ? { appId, workflowId } : { botId },
    clock,
    getToken: async (context) => (await visitor.getToken(context)).text,
    subject: () => visitor.state.subject ?? visitor.state.sessionId ?? '',
    // Not the platform's default: uploads report their progress only where nobody replaced `fetch`.
    ...(options.platform?.fetch && { fetch: (input, init) => platform.fetch(String(input), init ?? {}) }),
  }
  const connection: Connection = {
    isOnline: () => globalThis.navigator?.onLine !== false,
    onOnline: (listener) => page.on((signal) => signal === 'online' && listener()),
  }
  // Without that file the visitor waits for the server.
  const withLastMessages = (show?: ShowEarly) =>
    import('./chat/last-messages.ts').then(
      (it) => it.keepLastMessages(botId ?? workflowId, visitor, store, show),
      () => {},
    )
  const store = createChatStore({
    transport: createCozeTransport(transportOptions),
    clock,
    connection,
    memory: {
      async recall(show) {
        // Who is there has to be confirmed before anything of his is remembered.
        await visitor.getToken()
        const remembered = visitor.recall()
        if (remembered.seal) withLastMessages(show)
        return remembered
      },
      remember(memory) {
        visitor.remember(memory)
        // A first turn has enough to fetch.
        if (store.getState().messages[2]) withLastMessages()
      },
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
