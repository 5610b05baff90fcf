/** Joins visitor, token, Coze and the chat store. The widget draws the result, and `headless.ts` hands it out. */

import { type ChatStore, createChatStore } from '../chat/chat-store.ts'
import type { ChatStoreEvent } from '../chat/chat-store-events.ts'
import type { Connection } from '../chat/connection.ts'
import { createLazyLastMessages } from '../chat/lazy-last-messages.ts'
import { createCozeTransport } from '../coze/coze-transport.ts'
import type { CozeTransportOptions } from '../coze/transport-options.ts'
import type { ResolvedOptions } from '../options/resolve-options.ts'
import { browserPlatform, type Platform } from '../platform/browser.ts'
import { ownFields } from '../platform/own-fields.ts'
import { onOwnOrigin } from '../platform/page/own-origin.ts'
import { createVisitor, type Visitor } from '../visitor/visitor.ts'
import { apiBaseOf } from './api-base.ts'
import type { CoreParts } from './core-parts.ts'

/** Options that only code can give: a page's attributes cannot. */
export interface ChatExtras {
  /** Fills `{{user_name}}` in the agent's opening message. */
  userName?: string
  onEvent?: (event: ChatStoreEvent) => void
  /** Default `omit`. Set `same-origin` where `apiBase` is a gateway that reads the site's cookies. */
  credentials?: RequestCredentials
  /** Replaces parts of the browser, for tests and unusual hosts. */
  platform?: Partial<Platform>
}

export interface HeadlessChat {
  /** State, and everything a visitor can do. Nothing is requested before `store.open()` or `store.send()`. */
  readonly store: ChatStore
  /** Who is there. When that changes, the store is empty before the next line of code runs. */
  readonly visitor: Visitor
  identify(identity?: { userToken?: string }): void
  logout(): void
  destroy(): void
}

/** @param given checked by `resolveOptions()` */
export function createChat(given: ResolvedOptions & ChatExtras, parts: CoreParts): HeadlessChat {
  const { tokenUrl, apiBase, ...others } = ownFields(given)
  const options = ownFields({
    ...others,
    ...(tokenUrl && { tokenUrl: onOwnOrigin(tokenUrl) }),
    ...(apiBase && { apiBase: onOwnOrigin(apiBase) }),
  })
  const platform = { ...browserPlatform, ...options.platform }
  const { clock, page } = platform
  const { botId, appId = '', workflowId = '', tools, onEvent } = options
  const visitor = createVisitor(options, parts, platform)

  const transportOptions: CozeTransportOptions = ownFields({
    ...options,
    target: botId === undefined ? { appId, workflowId } : { botId },
    clock,
    async getToken(context) {
      const token = await visitor.getToken(context)
      return { token: token.text, apiBase: apiBaseOf(options, token) }
    },
    givenProfile: async (signal) => {
      await visitor.getToken({ signal })
      return visitor.introduction?.agent
    },
    subject: () => visitor.state.subject ?? visitor.state.sessionId ?? '',
    // The platform's default is left out: uploads report their progress only where nobody has replaced `fetch`.
    ...(options.platform?.fetch && { fetch: (input, init) => platform.fetch(String(input), init ?? {}) }),
  })
  const connection: Connection = {
    isOnline: () => globalThis.navigator?.onLine !== false,
    onOnline: (listener) => page.on((signal) => signal === 'online' && listener()),
  }
  const lastMessages = createLazyLastMessages(parts.conversations, botId ?? workflowId, visitor)
  const store = createChatStore({
    transport: createCozeTransport(transportOptions, parts),
    parts,
    clock,
    connection,
    memory: {
      async recall(show) {
        lastMessages.prepare()
        // Nothing is shown from the browser before the server has confirmed who is there.
        await visitor.getToken()
        void lastMessages.show(show)
        return { ...visitor.recall(), isNew: visitor.introduction?.isNew === true }
      },
      lastConversation: () => visitor.recall().conversationId,
      remember(remembered) {
        visitor.remember(remembered)
        void lastMessages.keep(store.getState())
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
