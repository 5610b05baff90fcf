/** Drives one `<coze-chat>`: the handle that the page holds, and the chat behind it while that is on the page. */
import { type DrawnOptions, drawnOptions } from '../options/drawn-options.ts'
import { agentKey, type ChatWidgetOptions, isComplete } from '../options/widget-options.ts'
import type { ChatPanel } from './chat-panel.ts'
import { createChatReport, INITIAL_STATE } from './chat-report.ts'
import type { ChatEventType, ChatWidget } from './chat-widget.ts'
import { notOnPage } from './loading/chat-loading.ts'
import type { FilesForLater } from './loading/later-files.ts'
import { createPlacedChat, type PlacedChat } from './placed-chat.ts'
import { claimAgent, releaseAgent, warnOfSecond } from './registry.ts'
import type { WidgetCore } from './widget-contract.ts'

export interface ChatController {
  readonly chat: ChatWidget
  /** The element is on the page. While the options are not enough for a launcher nothing is drawn, and the owner reads why. */
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
  let isOnPage = false
  /** The agent that this element serves, as it was when the chat was placed, or that it waits to serve. */
  let key: string | undefined

  const withDefaults = () => drawnOptions(given, document.documentElement.lang)

  async function load(): Promise<Asked> {
    if (!placed) throw notOnPage()
    return placed.wantPanel().loading.load()
  }

  function wantPanel(): ChatPanel | undefined {
    if (!placed && key) warnOfSecond()
    return placed?.wantPanel()
  }

  const chat: ChatWidget = {
    open: () => wantPanel()?.open(),
    close: () => placed?.panel?.close(),
    toggle: () => wantPanel()?.toggle(),
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
      place()
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
      report.change({ ...INITIAL_STATE, status: 'destroyed' })
      placed?.end()
      placed = undefined
      isOnPage = false
      given = {}
      if (key) releaseAgent(key, element)
      key = undefined
      report.emit('destroy', {})
      report.clear()
      leavePage()
    },
    get state() {
      return report.state
    },
  }

  function connect(initial: ChatWidgetOptions): void {
    given = { ...given, ...initial }
    isOnPage = true
    place()
  }

  /** Draws the chat once: as soon as the element is on the page with options enough, and no other one serves the agent. */
  function place(): void {
    if (!isOnPage || placed) return
    const options = withDefaults()
    const waitedFor = key
    key = isComplete(options) ? agentKey(options) : undefined
    if (!key) {
      // A page snapshot (Turbo) may hold a copy of an element made by a script. The copy has no options, so it goes.
      if (element.dataset['mode']) element.remove()
      else tellWhatIsMissing(options)
      return
    }
    report.change({ status: 'idle' })
    const serving = claimAgent(key, element)
    if (serving !== element) {
      if (key !== waitedFor) warnOfSecond()
      // That may be an element which this one has replaced, and which ends a moment later.
      serving.addEventListener('coze-chat:destroy', place, { once: true })
      return
    }
    placed = createPlacedChat({ root, report, files, chat }, options)
    report.emit('ready', {})
    placed?.begin()
  }

  /** What was changed by the time the words have come is told by the call of that change. */
  function tellWhatIsMissing(options: DrawnOptions): void {
    const told = given
    report.change({ status: 'failed' })
    files
      .load('chat')
      .then((widget) => widget.prepareOptions(options))
      .catch((error) => given === told && report.fail(error))
  }

  return { chat, connect }
}
