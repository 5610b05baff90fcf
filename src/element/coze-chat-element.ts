/** `<coze-chat>`: the only thing that mounts. The script tag creates one, the npm function creates one, a framework writes one. */
import { agentKey, type ChatWidgetOptions, readAttributes } from '../options.ts'
import { type ChatController, type ChatWidget, createChatController } from './chat-controller.ts'
import { findAgent } from './registry.ts'
import type { LoadFile } from './widget-core.ts'

export interface CozeChatElement extends HTMLElement {
  /** The handle; the element's attributes are its options. */
  readonly chat: ChatWidget
  /** Options that no attribute can hold (functions, lists); before or after the element is in the page. */
  options: ChatWidgetOptions
  /** A page that swaps its body does not mean us: come back to this place by ourselves until destroyed. */
  home: 'documentElement' | 'body' | undefined
}

export const TAG = 'coze-chat'

/** How often in a row a kept element puts itself back before it believes that it is not wanted. */
const MAX_RETURNS = 20

/** What we write on the element ourselves, and what concerns only the page, is no option. */
const isOption = (attribute: string) => !/^(data-|aria-|style$|class$|id$|hidden$|slot$|part$)/.test(attribute)

const camelCase = (attribute: string) => attribute.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase())

function* attributePairs(element: Element): Iterable<[string, string]> {
  for (const { name, value } of element.attributes) if (isOption(name)) yield [camelCase(name), value]
}

/** Defines the element once per page; the class is made here and not at import, so that servers can import this file. */
export function defineCozeChatElement(loadFile: LoadFile): void {
  if (customElements.get(TAG)) return
  class Element extends HTMLElement implements CozeChatElement {
    readonly #controller: ChatController
    #given: ChatWidgetOptions = {}
    // Rather than `observedAttributes`, which would ship a list of every option's name to every page.
    readonly #changes = new MutationObserver((records) => {
      if (records.some(({ attributeName }) => isOption(String(attributeName)))) this.chat.setOptions(this.options)
    })
    #connected = false
    #left = false
    #returns = 0
    home: CozeChatElement['home']

    constructor() {
      super()
      this.#controller = createChatController(this, loadFile, () => {
        this.#left = true
        if (this.home) this.remove()
      })
      // A framework may have set the property before the class was there to receive it.
      const early = Object.getOwnPropertyDescriptor(this, 'options')
      if (early) {
        delete (this as { options?: ChatWidgetOptions }).options
        this.options = early.value
      }
    }

    get chat(): ChatWidget {
      return this.#controller.chat
    }

    get options(): ChatWidgetOptions {
      return { ...readAttributes(attributePairs(this)), ...this.#given }
    }

    set options(options: ChatWidgetOptions) {
      this.#given = { ...options }
      if (this.#connected) this.chat.setOptions(this.options)
    }

    connectedCallback(): void {
      if (this.#connected) return
      this.#connected = true
      this.#left = false
      this.#controller.connect(this.options)
      this.#changes.observe(this, { attributes: true })
    }

    disconnectedCallback(): void {
      // Moved in the page (drag and drop, a body swap) is not the same as removed: look again when the move is over.
      queueMicrotask(() => {
        if (this.isConnected || !this.#connected) return
        if (this.home && !this.#left && this.#returns++ < MAX_RETURNS) {
          this.ownerDocument[this.home].append(this)
          return
        }
        this.#connected = false
        this.#changes.disconnect()
        this.chat.destroy()
      })
    }
  }
  customElements.define(TAG, Element)
}

/** Makes a chat and puts it into the page; the second call for one agent gets the first one's (F14). */
export function mountChatElement(document: Document, options: ChatWidgetOptions): ChatWidget {
  const serving = findAgent(agentKey(options)) as CozeChatElement | undefined
  if (serving?.chat) {
    console.warn('[coze-chat-widget] This agent already has a chat on the page; you get that one.')
    return serving.chat
  }
  const element = document.createElement(TAG) as CozeChatElement
  element.options = options
  const target = typeof options.target === 'string' ? document.querySelector(options.target) : options.target
  // Beside the body, not in it: a body that is swapped, transformed or emptied does not take us with it.
  // But the vendor's SDK hangs its colours on `body`.
  element.home = target ? undefined : options.ui === 'light' ? 'documentElement' : 'body'
  ;(target ?? document[element.home ?? 'body']).append(element)
  return element.chat
}
