/** The npm way: `createChatWidget(options)` puts a `<coze-chat>` into the page and answers its handle. */
import type { ChatWidget } from './element/chat-controller.ts'
import { defineCozeChatElement, mountChatElement } from './element/coze-chat-element.ts'
import type { LaterFiles } from './element/widget-core.ts'
import type { ChatWidgetOptions } from './options.ts'

export type { ChatWidget, ChatWidgetState } from './element/chat-controller.ts'
export type { CozeChatElement } from './element/coze-chat-element.ts'
export type { ChatEventMap, ChatEventType } from './element/widget-core.ts'
export { CozeChatError, type ErrorCode, isCozeChatError } from './errors.ts'
export type { ChatWidgetOptions, PageTool, TokenContext } from './options.ts'

const FILES: { readonly [Name in keyof LaterFiles]: () => Promise<LaterFiles[Name]> } = {
  widget: () => import('./widget.ts'),
  'launcher-extras': () => import('./element/launcher-extras.ts'),
}

/** Defines `<coze-chat>`; needed only by pages that write the element themselves. */
export function defineElement(): void {
  defineCozeChatElement((name) => FILES[name]())
}

/**
 * Puts a chat into the page.
 * @throws never: a wrong option is told in the console and by the `error` event, the page goes on.
 */
export function createChatWidget(options: ChatWidgetOptions): ChatWidget {
  defineElement()
  return mountChatElement(document, options)
}
