/** `<coze-chat>`: every chat on a page is one. The script tag and `createChatWidget()` create it, or the page writes it. */
import { toOption } from '../options/attribute-names.ts'
import { readAttributes } from '../options/read-attributes.ts'
import { agentKey, type ChatWidgetOptions } from '../options/widget-options.ts'
import { whenLoadedAndIdle } from '../platform/waiting/when-loaded-and-idle.ts'
import { type ChatController, createChatController } from './chat-controller.ts'
import type { ChatWidget } from './chat-widget.ts'
import { type FilesForLater, filesForLater } from './loading/later-files.ts'
import { findAgent, warnOfSecond } from './registry.ts'
import type { FileAddress, LoadFile } from './widget-contract.ts'

export interface CozeChatElement extends HTMLElement {
  /** The handle; the element's attributes are its options. */
  readonly chat: ChatWidget
  /** Options that no attribute can hold, such as functions; they win over attributes. Can be set before and after the element is on the page. */
  options: ChatWidgetOptions
  /** Where the element puts itself back to when the page empties that place, until it is destroyed. `undefined`: it does not. */
  home: 'documentElement' | 'body' | undefined
  /** Begins with the options given so far. The element's arrival on the page does the same, where nobody has called this before. */
  begin(): void
}

export const TAG = 'coze-chat'

/** How often an element puts itself back before it takes it that the page does not want it. */
const MAX_RETURNS = 20

/** Attributes that the element writes itself, and those that concern only the page, are no options. */
const isOption = (attribute: string) => !/^(data-|aria-|style$|class$|id$|hidden$|slot$|part$)/.test(attribute)

function optionAttributes(element: Element): readonly (readonly [name: string, text: string])[] {
  const names = element.getAttributeNames().filter(isOption)
  return names.map((name) => [toOption(name), element.getAttribute(name) ?? ''])
}

/** Milliseconds that a page gets to load before the chat comes onto it all the same. */
const PATIENCE_MS = 5_000

/** Those that the element was defined with. */
let files: FilesForLater

/** Defines the element once per page. The class is made here and not at import, so that servers can import this file. */
export function defineCozeChatElement(loadFile: LoadFile, fileAddress?: FileAddress): void {
  if (customElements.get(TAG)) return
  let cause: unknown
  files = filesForLater(loadFile, fileAddress)
  class Element extends HTMLElement implements CozeChatElement {
    readonly #controller: ChatController
    #given: ChatWidgetOptions = {}
    #title: ChatWidgetOptions = {}
    // `observedAttributes` takes a list of names, but every attribute that is not the page's or ours is an option, also a misspelt one.
    readonly #changes = new MutationObserver((records) => {
      if (records.some(({ attributeName }) => isOption(String(attributeName)))) this.chat.setOptions(this.#read())
    })
    #connected = false
    #returns = 0
    home: CozeChatElement['home']

    constructor() {
      super()
      this.#controller = createChatController(this, files, () => {
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
      return { ...readAttributes(optionAttributes(this)), ...this.#title, ...this.#given }
    }

    /** Browsers would show the attribute `title` as a tooltip of everything in the chat: it is taken off and kept. */
    #read(): ChatWidgetOptions {
      const title = this.getAttribute('title')
      if (title) {
        this.#title = { title }
        this.removeAttribute('title')
      }
      return this.options
    }

    set options(options: ChatWidgetOptions) {
      this.#given = { ...options }
      this.chat.setOptions(this.options)
    }

    connectedCallback(): void {
      this.begin()
    }

    begin(): void {
      if (this.#connected) return
      this.#connected = true
      this.#controller.connect(this.#read())
      this.#changes.observe(this, { attributes: true })
    }

    disconnectedCallback(): void {
      // An element that is moved in the page (drag and drop, a body swap) is connected again when the move is over.
      queueMicrotask(() => {
        if (this.isConnected || !this.#connected) return
        // A page may be without a body for a moment; one without anything is being written anew, and so is its chat.
        const place = this.home && (document[this.home] ?? document.documentElement)
        if (place && this.chat.state.status !== 'destroyed' && this.#returns++ < MAX_RETURNS) {
          place.append(this)
          return
        }
        this.#connected = false
        this.#changes.disconnect()
        this.chat.destroy()
      })
    }
  }
  try {
    customElements.define(TAG, Element)
  } catch (error) {
    cause = error
  }
  if (customElements.get(TAG)) return
  console.error(
    '[coze-chat-widget] misconfigured: customElements.define has been replaced. Load our script first.',
    cause ?? '',
  )
}

/** An element that the page keeps from being defined (F54): it has a chat, but follows no attributes. */
function driveByHand(element: CozeChatElement, options: ChatWidgetOptions): void {
  const { chat, connect } = createChatController(element, files, () => element.remove())
  Object.assign(element, { chat, begin: () => connect(options) })
}

/**
 * Waits for the page: a framework that hydrates the whole document would take a foreign element for a fault of its own, and begin anew
 * (F102). Whoever opens the chat wants to see it now.
 */
function whenLoaded(chat: ChatWidget, place: () => void): void {
  const waiting = new AbortController()
  const end = () => {
    clearTimeout(timer)
    waiting.abort()
  }
  const act = () => {
    if (waiting.signal.aborted) return
    end()
    place()
  }
  const timer = setTimeout(act, PATIENCE_MS)
  chat.on('open', act)
  chat.on('destroy', end)
  whenLoadedAndIdle(waiting.signal, act)
}

/** The check of the options tells what is no selector, or finds nothing. */
function findTarget(document: Document, { target }: ChatWidgetOptions): Element | null | undefined {
  try {
    return typeof target === 'string' ? document.querySelector(target) : target
  } catch {
    return null
  }
}

/** Makes a chat and puts it into the page. The second call for one agent returns the first one's handle (F14). */
export function mountChatElement(document: Document, options: ChatWidgetOptions): ChatWidget {
  const serving = findAgent(agentKey(options)) as CozeChatElement | undefined
  if (serving?.chat && (serving.parentNode || serving.home)) {
    warnOfSecond()
    return serving.chat
  }
  // It was removed, and hears of it a moment later, or never.
  serving?.chat?.destroy()
  const element = document.createElement(TAG) as CozeChatElement
  const isByHand = !element.begin
  if (isByHand) driveByHand(element, options)
  element.options = options
  const target = findTarget(document, options)
  // Beside the body and not in it, so that a body which is swapped, transformed or emptied does not affect the chat.
  // The vendor's SDK, however, defines its colours on `body`.
  element.home = target ? undefined : options.ui === 'light' ? 'documentElement' : 'body'
  const { chat } = element
  const place = () => {
    const parent = target ?? document[element.home ?? 'body']
    parent.append(element)
    // Nobody tells it when it is removed, so it does not come back.
    if (isByHand) element.home = undefined
  }
  if (target || document.readyState === 'complete') place()
  else whenLoaded(chat, place)
  element.begin()
  return chat
}
