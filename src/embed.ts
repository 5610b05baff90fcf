/** The script tag: reads its own attributes, puts one `<coze-chat>` into the page and its handle into `window.cozeChat`. */
import type {} from './element/chat-dom-types.ts'
import type { ChatWidget } from './element/chat-widget.ts'
import { defineCozeChatElement, mountChatElement, TAG } from './element/coze-chat-element.ts'
import { readAttributes } from './options/read-attributes.ts'
import type { ChatWidgetOptions } from './options/widget-options.ts'
import { callHost } from './platform/call-host.ts'

type Queued = (chat: ChatWidget) => void

declare global {
  /** Names of the files beside this one that may be loaded later; the build fills them in. */
  const __CHAT_FILE__: string
  const __LAUNCHER_EXTRAS_FILE__: string
  /** What the name of a language's file ends with. */
  const __WORDS_ENDING__: string
  interface Window {
    /** The handle of the script tag's chat. */
    cozeChat?: ChatWidget
    /** Options that no attribute can hold; read once when the script starts. */
    cozeChatOptions?: ChatWidgetOptions
    /** Calls for the chat, before and after the script has come. @example (window.cozeChatQueue ||= []).push((chat) => chat.open()) */
    cozeChatQueue?: { push(call: Queued): unknown }
  }
  interface HTMLScriptElement {
    /** What the service that delivers the script knows; it writes them in front of the script (`src/server/widget/served-settings.ts`). */
    cozeChatService?: ChatWidgetOptions
  }
}

/**
 * Only what a script has put there: elements and frames of the page are found under their ids and names as well (T42), and what is
 * on `Object.prototype` under any name (T44).
 */
function own<Holder extends object, Name extends keyof Holder>(holder: Holder, name: Name): Holder[Name] | false {
  return Object.hasOwn(holder, name) && holder[name]
}

/**
 * The address of the file that this line is in, whatever it is called and however it was loaded. Asked for only where the tag does not say it:
 * for the line, browsers read the whole file again.
 */
const ownAddress = () => /\w+:\/\/[^\s)]+(?=:\d+:\d)/.exec(String(new Error().stack))?.[0]

/** A module has no `currentScript`. Then the tag is the one of this file, and not any script of that name; behind a redirect, the one with our attributes. */
function ownTag(): Element | undefined | null {
  const { currentScript: current } = document
  // A picture or a form of the page may be called `currentScript`.
  if (current instanceof HTMLScriptElement) return current
  const address = ownAddress()
  return (
    [...document.scripts].find(({ src }) => src === address) ??
    document.querySelector('script:is([data-bot-id],[data-app-id],[data-token-url])')
  )
}

function start(): void {
  const tag = ownTag()
  const script = tag instanceof HTMLScriptElement ? tag : undefined
  const folder = /^[^?#]*\//.exec(script?.src || ownAddress() || '')?.[0]
  const names: Readonly<Record<string, string>> = { chat: __CHAT_FILE__, 'launcher-extras': __LAUNCHER_EXTRAS_FILE__ }
  const addressOf = (name: string) => `${folder}${names[name] ?? name.toLowerCase() + __WORDS_ENDING__}`
  defineCozeChatElement(async (name) => import(/* @vite-ignore */ addressOf(name)), addressOf)

  const attributes = Object.entries(script?.dataset ?? {}) as [string, string][]
  const options = {
    ...(script?.nonce && { nonce: script.nonce }),
    ...(script && own(script, 'cozeChatService')),
    ...readAttributes(attributes),
    ...own(window, 'cozeChatOptions'),
  }
  const isNamed = options.botId || options.appId || options.tokenUrl
  const act = () => {
    // A tag that names neither agent nor token endpoint only defines the element, which the page writes itself.
    if (isNamed) mount(options)
    else if (!document.querySelector(TAG)) {
      console.warn(
        '[coze-chat-widget] No agent: set data-bot-id and data-token-url on this script, or window.cozeChatOptions before it.',
      )
    }
  }
  // A script in the head waits for the body; once the page has loaded, no event tells of one.
  if (document.readyState !== 'loading' || (isNamed && document.body)) act()
  else document.addEventListener('DOMContentLoaded', act, { once: true })
}

function mount(options: ChatWidgetOptions): void {
  const chat = mountChatElement(document, options)
  // A second tag for the same agent gets the first one's chat. The handle stays that of the first agent; each element has its own.
  if (own(window, 'cozeChat')) return
  window.cozeChat = chat
  const call = (queued: Queued) => callHost(() => queued(chat))
  const waiting: unknown = own(window, 'cozeChatQueue')
  window.cozeChatQueue = { push: call }
  if (Array.isArray(waiting)) for (const queued of waiting as Queued[]) call(queued)
  chat.on('destroy', () => {
    delete window.cozeChat
    delete window.cozeChatQueue
  })
}

start()
