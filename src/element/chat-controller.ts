/** Drives one `<coze-chat>`: its launcher and frame, its state and events, and the chat that it loads on first intent. */

import { CozeChatError, toCozeChatError } from '../errors.ts'
import { type DrawnOptions, drawnOptions } from '../options/drawn-options.ts'
import { agentKey, type ChatWidgetOptions, isComplete } from '../options/widget-options.ts'
import { adoptStyles } from '../platform/page/adopt-styles.ts'
import { watchBackGesture } from '../platform/page/back-gesture.ts'
import { isOfInputMethod } from '../platform/page/input-method.ts'
import { SMALL_SCREEN } from '../platform/page/screen.ts'
import { embedWords } from '../ui/strings/embed-words.ts'
import { createChatEvents } from './chat-events.ts'
import type {
  ChatEventMap,
  ChatEventType,
  ChatWidget,
  ChatWidgetState,
  SessionDetail,
  TokenDetail,
} from './chat-widget.ts'
import elementStyles from './element.css?inline'
import { drawFirstFrame, type FirstFrame } from './first-frame.ts'
import { createLauncher } from './launcher/launcher.ts'
import { fetchAhead } from './loading/fetch-ahead.ts'
import { whenSpareTime } from './loading/spare-time.ts'
import { whenVisited } from './loading/when-visited.ts'
import { make } from './make.ts'
import { hasLauncher, markOpen, markPlacement, removeMarks } from './placement.ts'
import { claimAgent, releaseAgent } from './registry.ts'
import type { FileAddress, LaterFiles, LoadFile, WidgetCore, WidgetHost } from './widget-contract.ts'

const AT_FIRST: ChatWidgetState = { open: false, unread: 0, status: 'idle', session: undefined, token: undefined }

/** Options that decide whether the launcher is seen and what it looks like. */
const SHAPE = ['launcherText', 'launcherIcon', 'launcherSize', 'hideOn', 'showOn']

export interface ChatController {
  readonly chat: ChatWidget
  /** The element is on the page. Without enough options for a launcher nothing is drawn, and the owner reads why. */
  connect(options: ChatWidgetOptions): void
}

/**
 * @param loadFile imports what is loaded later
 * @param leavePage called when the chat was destroyed
 */
export function createChatController(
  element: HTMLElement,
  loadFile: LoadFile,
  fileAddress: FileAddress | undefined,
  leavePage: () => void,
): ChatController {
  const document = element.ownerDocument
  const view = document.defaultView ?? window
  const root = element.shadowRoot ?? element.attachShadow({ mode: 'open' })
  const events = createChatEvents(element)
  const launcher = createLauncher()
  const darkPage = view.matchMedia('(prefers-color-scheme: dark)')
  const page = { secure: view.isSecureContext }

  let state = AT_FIRST
  /** As the page gave them. */
  let given: ChatWidgetOptions = {}
  /** Those with their defaults, only while the chat is on the page. */
  let options: DrawnOptions | undefined
  let frame: HTMLElement = element
  /** While it is on the screen. */
  let first: FirstFrame | undefined
  /** On a phone, while the chat covers its screen. */
  let stopWatchingBack: (() => void) | undefined
  let core: WidgetCore | undefined
  let loading: Promise<WidgetCore> | undefined
  let extras: Promise<(options: DrawnOptions) => void> | undefined
  /** The agent that this element serves, as it was when the chat came onto the page. */
  let key = ''
  let ending = new AbortController()

  const withDefaults = () => drawnOptions(given, document.documentElement.lang)

  function change(changes: Partial<ChatWidgetState>): void {
    state = { ...state, ...changes }
  }

  function fail(error: unknown): void {
    const { code, retryable, message, cause } = toCozeChatError(error)
    console.error(`[coze-chat-widget] ${code}: ${message}`, cause ?? '')
    events.emit('error', { code, retryable, cause })
  }

  function build(complete: DrawnOptions): void {
    const { signal } = ending
    options = complete
    // A new one each time: Preact takes over what it finds only where it has not drawn before.
    root.replaceChildren()
    frame = make(root, 'div', { class: 'frame', part: 'panel', lang: complete.lang, inert: '' })
    root.append(launcher.button)
    adoptStyles(root, elementStyles, complete.nonce)
    launcher.button.addEventListener('click', toggle, { signal })
    for (const type of ['pointerenter', 'focus'] as const) {
      launcher.button.addEventListener(type, prepare, { signal, passive: true })
    }
    frame.addEventListener(
      'keydown',
      (event) => {
        if (event.key === 'Escape' && !event.defaultPrevented && !isOfInputMethod(event)) close()
      },
      { signal },
    )
    darkPage.addEventListener('change', () => options && place(options), { signal })
    if (complete.preload)
      whenSpareTime(view, signal, () => loading || fetchAhead(document, fileAddress, withDefaults(), 'perhaps'))
  }

  function place(wanted: DrawnOptions): void {
    markPlacement(element, wanted, darkPage.matches)
    const { teaser, movable, shortcut, titleBadge } = wanted
    const isShaped = SHAPE.some((option) => option in wanted)
    // Not to be seen before it has its shape and is known to be wanted at this address.
    launcher.button.hidden = isShaped || !hasLauncher(wanted)
    if (isShaped || teaser || movable || shortcut || titleBadge) extras ??= loadExtras(ending.signal)
    extras
      ?.then((update) => options && update(options))
      .catch((error) => {
        launcher.button.hidden = !hasLauncher(wanted)
        fail(error)
      })
  }

  function drawLauncher(): void {
    if (!options) return
    const { open, unread } = state
    launcher.update({ open, unread, label: embedWords(options).name, icon: options.icon })
  }

  /** Few pages ask for more than a button, and theirs can wait until the page has nothing else to do. */
  async function loadExtras(signal: AbortSignal): Promise<(options: DrawnOptions) => void> {
    await new Promise<unknown>((resolve) => (view.requestIdleCallback ?? setTimeout)(resolve))
    return (await importFile('launcher-extras')).createLauncherExtras(chat, root, signal, events.emit)
  }

  function importFile<Name extends keyof LaterFiles>(name: Name): Promise<LaterFiles[Name]> {
    return loadFile(name).catch((cause) => {
      throw new CozeChatError(
        'network',
        `${name}-….js did not load from beside embed.js: load that by its src, serve all of dist/browser, and allow it in script-src.`,
        { cause, retryable: true },
      )
    })
  }

  /**
   * Loads the chat once; after a failure the next call tries again.
   * @throws `network` when its file does not come, `aborted` when the chat is not on the page or is destroyed meanwhile,
   * and what `prepareOptions` throws
   */
  function load(): Promise<WidgetCore> {
    if (!options) return Promise.reject(notOnPage())
    loading ??= startWidget(options, ending.signal)
    return loading
  }

  async function startWidget(initial: DrawnOptions, signal: AbortSignal): Promise<WidgetCore> {
    change({ status: 'loading' })
    first?.show()
    try {
      fetchAhead(document, fileAddress, initial, 'now')
      const widget = await importFile('chat')
      const resolved = options && (await widget.prepareOptions(options, page))
      if (signal.aborted || !resolved) throw notOnPage()
      core = widget.createWidgetCore(createHost(resolved))
      change({ status: 'ready' })
      if (state.open) core.opened()
      return core
    } catch (error) {
      if (!signal.aborted) {
        loading = undefined
        change({ status: 'failed' })
        first?.showFailure(() => load().catch(ignore))
        fail(error)
      }
      throw error
    }
  }

  function createHost(resolved: WidgetHost['options']): WidgetHost {
    const styles = new Set<string>()
    return {
      element,
      frame,
      options: resolved,
      addStyles(css) {
        if (!styles.has(css)) adoptStyles(root, css, resolved.nonce)
        styles.add(css)
      },
      isOpen: () => state.open,
      drawFirstFrame() {
        first ??= drawFirstFrame(frame, options ?? resolved, close)
        return first
      },
      takeFirstFrame() {
        const typed = first?.end()
        first = undefined
        return typed
      },
      close,
      restart() {
        core?.destroy()
        core = loading = undefined
        load().catch(ignore)
      },
      emit(type, detail) {
        if (type === 'session') change({ session: detail as SessionDetail })
        if (type === 'token') change({ token: detail as TokenDetail })
        events.emit(type, detail)
        if (type === 'message' && (detail as ChatEventMap['message']).role !== 'user' && !state.open) {
          setUnread(state.unread + 1)
        }
      },
    }
  }

  function setUnread(count: number): void {
    if (count === state.unread) return
    change({ unread: count })
    drawLauncher()
    events.emit('unread', { count })
  }

  function open(): void {
    if (state.open || !options) return
    change({ open: true })
    markOpen(element, true)
    frame.inert = false
    setUnread(0)
    drawLauncher()
    events.emit('open', {})
    if (!frame.hasChildNodes()) first = drawFirstFrame(frame, options, close)
    // A chat that is part of the page takes the caret only when somebody puts it there.
    if (!options.inline) {
      // In the same task as the tap, or a phone shows no keyboard.
      first?.focus()
      if (view.matchMedia(SMALL_SCREEN).matches) {
        stopWatchingBack = watchBackGesture(view, () => (core ? core.goBack() : close()))
      }
    }
    if (core) core.opened()
    else load().catch(ignore)
  }

  function close(): void {
    if (!state.open || options?.inline) return
    const hadFocus = frame.contains(root.activeElement)
    change({ open: false })
    markOpen(element, false)
    frame.inert = true
    stopWatchingBack?.()
    drawLauncher()
    core?.closed()
    if (hadFocus) launcher.button.focus({ preventScroll: true })
    events.emit('close', {})
  }

  const toggle = () => (state.open ? close() : open())

  /** The visitor reaches for the launcher: the chat and a token may be needed soon. */
  function prepare(): void {
    if (loading) return
    load().then((loaded) => loaded.warmUp(), ignore)
  }

  const chat: ChatWidget = {
    open,
    close,
    toggle,
    send: async (text) => (await load()).send(text),
    newConversation: async () => (await load()).newConversation(),
    identify: async (credentials) => (await load()).identify(credentials),
    withdrawConsent: async () => (await load()).withdrawConsent(),
    async logout() {
      // What was typed before the chat has come are the words of whoever leaves.
      first?.clear()
      return (await load()).logout()
    },
    setOptions(partial) {
      given = { ...given, ...partial }
      if (!options) return
      options = withDefaults()
      place(options)
      drawLauncher()
      core?.setOptions(options)
    },
    on(type: ChatEventType | '*', listener: (detail: never) => void) {
      const off = events.on(type, listener as () => void)
      let listening = true
      if (type === 'ready' && options) queueMicrotask(() => listening && listener({} as never))
      return () => {
        listening = false
        off()
      }
    },
    destroy() {
      if (state.status === 'destroyed') return
      state = { ...AT_FIRST, status: 'destroyed' }
      ending.abort()
      core?.destroy()
      core = loading = extras = options = first = undefined
      stopWatchingBack?.()
      root.replaceChildren()
      releaseAgent(key, element)
      removeMarks(element)
      events.emit('destroy', {})
      events.clear()
      leavePage()
    },
    get state() {
      return state
    },
  }

  return {
    chat,
    connect(initial) {
      if (options) return
      given = { ...initial }
      ending = new AbortController()
      if (!isComplete(given)) {
        change({ status: 'failed' })
        importFile('chat')
          .then((widget) => widget.prepareOptions(withDefaults(), page))
          .catch(fail)
        return
      }
      const complete = withDefaults()
      key = agentKey(complete)
      if (!claimAgent(key, element)) {
        console.warn('[coze-chat-widget] This agent already has a chat on the page; that one serves.')
        return
      }
      change({ status: 'idle' })
      build(complete)
      place(complete)
      drawLauncher()
      events.emit('ready', {})
      if (complete.inline || complete.open) whenVisited(document, ending.signal, open)
    },
  }
}

/** For callers who wait for nothing: the frame and the `error` event have told of the failure. */
function ignore(): void {}

function notOnPage(): CozeChatError {
  return new CozeChatError('aborted', 'The chat is not on the page.')
}
