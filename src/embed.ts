/** The script tag: reads its own attributes, mounts one `<coze-chat>`, offers one global. Loads nothing else before the visitor reaches for it. */
import type { ChatWidget } from './element/chat-controller.ts'
import { defineCozeChatElement, mountChatElement } from './element/coze-chat-element.ts'
import { type ChatWidgetOptions, readAttributes } from './options.ts'

type Queued = (chat: ChatWidget) => void

declare global {
  interface Window {
    /** The handle of the script tag's chat. */
    cozeChat?: ChatWidget
    /** Options that no attribute can hold; read once when the script starts. */
    cozeChatOptions?: ChatWidgetOptions
    /** `(window.cozeChatQueue ||= []).push((chat) => chat.open())` works before and after the script has come. */
    cozeChatQueue?: { push(call: Queued): unknown }
  }
}

function start(script: HTMLScriptElement): void {
  const nonce = script.nonce || undefined
  const base = script.src
  defineCozeChatElement((name) => import(/* @vite-ignore */ new URL(`./${name}.js`, base).href))

  // Without an agent on the tag the page writes <coze-chat> itself; the script only brings the element.
  const attributes = Object.entries({ ...script.dataset }) as [string, string][]
  const options = { ...readAttributes(attributes), ...window.cozeChatOptions }
  if (!options.botId && !options.appId && !options.tokenUrl) return
  const mount = () => {
    const chat = mountChatElement(document, nonce ? { nonce, ...options } : options)
    // Twice the same tag: the first one serves. Two agents: the handle is the first one's, each element has its own.
    if (window.cozeChat) return
    window.cozeChat = chat
    const call = (queued: Queued) => {
      try {
        queued(chat)
      } catch (error) {
        window.reportError?.(error)
      }
    }
    const waiting: unknown = window.cozeChatQueue
    window.cozeChatQueue = { push: call }
    if (Array.isArray(waiting)) for (const queued of waiting as Queued[]) call(queued)
    chat.on('destroy', () => {
      delete window.cozeChat
      delete window.cozeChatQueue
    })
  }
  if (document.body) mount()
  else document.addEventListener('DOMContentLoaded', mount, { once: true })
}

// A module or a bundler leaves `currentScript` empty; then the tag is the one that names this file.
const script = document.currentScript ?? document.querySelector('script[src*="embed.js"]')
if (script instanceof HTMLScriptElement) start(script)
