/** Drives one `<coze-chat>`: the handle that the page holds, and the chat behind it while that is on the page. */
import { type DrawnOptions, drawnOptions } from '../options/drawn-options.ts'
import { agentKey, type ChatWidgetOptions, isComplete } from '../options/widget-options.ts'
import { AT_FIRST, createChatReport } from './chat-report.ts'
import type { ChatEventType, ChatWidget } from './chat-widget.ts'
import { notOnPage } from './loading/chat-loading.ts'
import type { FilesForLater } from './loading/later-files.ts'
import { createPlacedChat, type PlacedChat } from './placed-chat.ts'
import { claimAgent, findAgent, releaseAgent } from './registry.ts'
import type { WidgetCore } from './widget-contract.ts'

export interface ChatController {
  readonly chat: ChatWidget
  /** The element is on the page. Without enough options for a launcher nothing is drawn, and the owner reads why. */
  connect(options: ChatWidgetOptions): void
}

/** What only the loaded chat can do. */
type Asked = Pick<WidgetCore, 'send' | 'newConversation' | 'identify' | 'logout' | 'withdrawConsent'>

/** @param leavePage called when the chat was destroyed */
export function createChatController(
  element: HTMLElement,
  files: FilesForLater,
  leavePage: () => void,
): ChatController {
  const root = element.shadowRoot ?? element.attachShadow({ mode: 'open' })
  const report = createChatReport(element, () => placed?.draw())
  /** As the page gave them. */
  let given: ChatWidgetOptions = {}
  let placed: PlacedChat | undefined
  /** The agent that this element serves, as it was when the chat came onto the page. */
  let key = ''

  const withDefaults = () => drawnOptions(given, document.documentElement.lang)

  async function load(): Promise<Asked> {
    if (!placed) throw notOnPage()
    return placed.wantPanel().loading.load()
  }

  const chat: ChatWidget = {
    open: () => placed?.wantPanel().open(),
    close: () => placed?.panel?.close(),
    toggle: () => placed?.wantPanel().toggle(),
    send: async (text) => (await load()).send(text),
    newConversation: async () => (await load()).newConversation(),
    identify: async (credentials) => (await load()).identify(credentials),
    withdrawConsent: async () => (await load()).withdrawConsent(),
    async logout() {
      // What was typed before the chat has come are the words of whoever leaves.
      placed?.panel?.forgetTyped()
      return (await load()).logout()
    },
    setOptions(partial) {
      given = { ...given, ...partial }
      placed?.setOptions(withDefaults())
    },
    on(type: ChatEventType | '*', listener: (detail: never) => void) {
      const off = report.on(type, listener as () => void)
      let listening = true
      if (type === 'ready' && placed) queueMicrotask(() => listening && listener({} as never))
      return () => {
        listening = false
        off()
      }
    },
    destroy() {
      if (report.state.status === 'destroyed') return
      report.change({ ...AT_FIRST, status: 'destroyed' })
      placed?.end()
      placed = undefined
      releaseAgent(key, element)
      report.emit('destroy', {})
      report.clear()
      leavePage()
    },
    get state() {
      return report.state
    },
  }

  function tellWhatIsMissing(options: DrawnOptions): void {
    report.change({ status: 'failed' })
    files
      .load('chat')
      .then((widget) => widget.prepareOptions(options))
      .catch(report.fail)
  }

  function connect(initial: ChatWidgetOptions): void {
    if (placed) return
    given = { ...initial }
    const options = withDefaults()
    if (!isComplete(options)) {
      // A copy of an element that a script has made, such as a snapshot of the page holds, is without its options.
      if (element.dataset['mode']) element.remove()
      else tellWhatIsMissing(options)
      return
    }
    report.change({ status: 'idle' })
    key = agentKey(options)
    if (!claimAgent(key, element)) {
      console.warn('[coze-chat-widget] This agent already has a chat on the page; that one serves.')
      // That may be an element which this one has replaced, and which ends a moment later.
      findAgent(key)?.addEventListener('coze-chat:destroy', () => report.state.status === 'idle' && connect(given), {
        once: true,
      })
      return
    }
    placed = createPlacedChat({ root, report, files, chat }, options)
    report.emit('ready', {})
    placed?.begin()
  }

  return { chat, connect }
}
