/** What the element is to TypeScript: its tag, its attributes and its DOM events. Types only. */
import type { OPTIONS, OptionName, OptionRow } from '../options/option-table.ts'
import type { ChatWidgetOptions } from '../options/widget-options.ts'
import type { ChatEventMap, ChatEventType } from './chat-widget.ts'
import type { CozeChatElement } from './coze-chat-element.ts'

/** Each event under two names: frameworks whose templates cannot write a colon bind the one with a hyphen. */
export type ChatDomEvents = {
  [Type in ChatEventType as `coze-chat:${Type}` | `coze-chat-${Type}`]: CustomEvent<ChatEventMap[Type]>
}

/** `botId` → `bot-id` */
type Attribute<Name extends string> = Name extends `${infer First}${infer Rest}`
  ? `${First extends Lowercase<First> ? First : `-${Lowercase<First>}`}${Attribute<Rest>}`
  : ''

type WithAttribute = {
  [Name in OptionName]: (typeof OPTIONS)[Name]['type'] extends Exclude<OptionRow['type'], 'code'> ? Name : never
}[OptionName]

/** The attributes of `<coze-chat>`, as markup holds them. A flag that is there is on, unless it says `false`. */
export type CozeChatAttributes = {
  [Name in WithAttribute as Attribute<Name>]?: string | number | boolean
}

/** The properties of `<coze-chat>` that frameworks may set. */
export interface CozeChatProperties {
  /** Options that no attribute can hold; they win over attributes. */
  options?: ChatWidgetOptions
}

declare global {
  interface HTMLElementTagNameMap {
    'coze-chat': CozeChatElement
  }
  interface HTMLElementEventMap extends ChatDomEvents {}
  interface DocumentEventMap extends ChatDomEvents {}
  interface WindowEventMap extends ChatDomEvents {}
}
