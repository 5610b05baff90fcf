/** The npm entry: `createChatWidget(options)` puts a `<coze-chat>` into the page and returns its handle. */
import type { ChatWidget } from './element/chat-widget.ts'
import { defineCozeChatElement, mountChatElement } from './element/coze-chat-element.ts'
import type { LaterFiles } from './element/widget-contract.ts'
import type { ChatWidgetOptions } from './options/widget-options.ts'

export type { ChatDomEvents, CozeChatAttributes, CozeChatProperties } from './element/chat-dom-types.ts'
export type { AnyChatEvent, ChatEventMap, ChatEventType, ChatWidget, ChatWidgetState } from './element/chat-widget.ts'
export type { CozeChatElement } from './element/coze-chat-element.ts'
export { CozeChatError, type ErrorCode, isCozeChatError } from './errors.ts'
export type { Feature, FeatureSwitches } from './options/features.ts'
export type { Handoff, HandoffContext } from './options/handoff.ts'
export type { Localized } from './options/localized.ts'
export type { ChatWidgetOptions, PageTool, Suggestion, TokenContext } from './options/widget-options.ts'

const FILES: { readonly [Name in keyof LaterFiles]: () => Promise<LaterFiles[Name]> } = {
  chat: () => import('./widget/widget.ts'),
  'launcher-extras': () => import('./element/launcher/launcher-extras.ts'),
}

/** Defines `<coze-chat>`. Only pages that write the element themselves need it. */
export function defineElement(): void {
  defineCozeChatElement((name) => FILES[name]())
}

/**
 * Puts a chat into the page and returns its handle; the second call for one agent returns the first one's.
 * It never throws: a wrong option is told in the console and by the `error` event.
 * @example createChatWidget({ botId: '7300000000000000001', tokenUrl: '/api/coze/token' })
 */
export function createChatWidget(options: ChatWidgetOptions): ChatWidget {
  defineElement()
  return mountChatElement(document, options)
}
