/** Drives one `<coze-chat>`: launcher, frame, state and events; loads the widget on first intent and hands over to it. */
import { CozeChatError } from '../errors.ts'
import { agentKey, type ChatWidgetOptions, type DrawnOptions, drawnOptions, isComplete } from '../options.ts'
import { adoptStyles } from '../platform/adopt-styles.ts'
import { elementStyles } from './element-styles.ts'
import { createLauncher } from './launcher.ts'
import { claimAgent, releaseAgent } from './registry.ts'
import type {
  ChatEventMap,
  ChatEventType,
  LaterFiles,
  LoadFile,
  SessionDetail,
  TokenDetail,
  WidgetCore,
  WidgetHost,
} from './widget-core.ts'

export interface ChatWidgetState {
  readonly open: boolean
  readonly unread: number
  /** `idle`: only the launcher is there. `failed`: the options are wrong, or the widget could not be loaded. */
  readonly status: 'idle' | 'loading' | 'ready' | 'failed' | 'destroyed'
  readonly session: SessionDetail | undefined
  readonly token: TokenDetail | undefined
}

/** What a page holds in its hands: the script's `window.cozeChat`, the answer of `createChatWidget()`, the element's `chat`. */
export interface ChatWidget {
  open(): void
  close(): void
  toggle(): void
  /** Opens nothing by itself. Resolves when the answer has ended. */
  send(text: string): Promise<void>
  newConversation(): Promise<void>
  /** The page's user has changed, or signed in. */
  identify(credentials?: { userToken?: string }): Promise<void>
  /** Forgets this visitor: token, history on the page, storage; other tabs follow. */
  logout(): Promise<void>
  setOptions(options: ChatWidgetOptions): void
  /** Answers the way to stop listening. `ready` also reaches those who come late. */
  on<T extends ChatEventType>(type: T, listener: (detail: ChatEventMap[T]) => void): () => void
  destroy(): void
  readonly state: ChatWidgetState
}

export interface ChatController {
  readonly chat: ChatWidget
  connect(options: ChatWidgetOptions): void
}

/** One word for open and closed, for `aria-expanded` says which; where a language is missing here, it says the same. */
const NAMES: Readonly<Record<string, string>> = { zh: '聊天', ja: 'チャット', ko: '채팅', ru: 'Чат', ar: 'الدردشة' }

export function createChatController(element: HTMLElement, fetchFile: LoadFile, leavePage: () => void): ChatController {
  const document = element.ownerDocument
  const view = document.defaultView ?? globalThis
  const root = element.shadowRoot ?? element.attachShadow({ mode: 'open' })
  const listeners = new Map<ChatEventType, Set<(detail: never) => void>>()
  const launcher = createLauncher(document)
  const frame = document.createElement('div')
  const darkPage = view.matchMedia('(prefers-color-scheme: dark)')

  let given: ChatWidgetOptions = {}
  let key = ''
  let options: DrawnOptions | undefined
  let core: WidgetCore | undefined
  let loading: Promise<WidgetCore> | undefined
  let extras: Promise<(options: DrawnOptions) => void> | undefined
  let state: ChatWidgetState = { open: false, unread: 0, status: 'idle', session: undefined, token: undefined }
  let ending = new AbortController()

  const page = { secure: view.isSecureContext }
  const drawn = () => drawnOptions(given, document.documentElement.lang)
  const language = () => options?.lang.toLowerCase().split(/[-_]/)[0] ?? ''

  function emit<T extends ChatEventType>(type: T, detail: ChatEventMap[T]): void {
    for (const listener of listeners.get(type) ?? []) {
      try {
        listener(detail as never)
      } catch (error) {
        // A listener of the page must not stop the chat; the page still sees its own error.
        view.reportError?.(error)
      }
    }
    element.dispatchEvent(new CustomEvent(`coze-chat:${type}`, { detail, bubbles: true, composed: true }))
  }

  function fail({ code, retryable, message, cause }: CozeChatError): void {
    console.error(`[coze-chat-widget] ${code}: ${message}`, cause ?? '')
    emit('error', { code, retryable, cause })
  }

  function drawLauncher(): void {
    launcher.update({
      open: state.open,
      unread: state.unread,
      label: options?.strings?.['launcher.name'] ?? NAMES[language()] ?? 'Chat',
      icon: options?.icon,
    })
  }

  function drawHost({
    inline,
    position,
    launcher: wanted,
    theme,
    offsetX,
    offsetY,
    zIndex,
    accent,
    teaser,
    movable,
    shortcut,
    titleBadge,
  }: DrawnOptions): void {
    const { dataset, style } = element
    dataset['mode'] = inline ? 'inline' : 'floating'
    dataset['side'] = position === 'bottom-left' ? 'left' : 'right'
    dataset['launcher'] = wanted && !inline ? 'on' : 'off'
    dataset['scheme'] = theme === 'auto' ? (darkPage.matches ? 'dark' : 'light') : theme
    style.setProperty('--_x', `${offsetX}px`)
    style.setProperty('--_y', `${offsetY}px`)
    style.setProperty('--_z', String(zIndex))
    style.setProperty('--coze-chat-accent', accent ?? '')
    launcher.button.hidden = !wanted || inline
    if (teaser || movable || shortcut || titleBadge) extras ??= loadExtras(ending.signal)
    extras?.then((update) => options && update(options)).catch(fail)
  }

  /** Few pages ask for more than a button; theirs comes when the page has nothing else to do. */
  async function loadExtras(signal: AbortSignal): Promise<(options: DrawnOptions) => void> {
    await new Promise<unknown>((resolve) => (view.requestIdleCallback ?? setTimeout)(resolve))
    return (await loadFile('launcher-extras')).createLauncherExtras(chat, root, signal)
  }

  function drawWaiting(failed: boolean): void {
    const wait = document.createElement(failed ? 'button' : 'i')
    wait.className = 'wait'
    if (failed) {
      wait.textContent =
        options?.strings?.['launcher.failed'] ??
        (language() === 'zh' ? '聊天没有加载成功，点此重试' : 'The chat did not load. Try again')
      wait.onclick = () => load().catch(() => {})
    }
    frame.replaceChildren(wait)
  }

  /** Rejects with `network` when the file does not come, with `aborted` when the chat was destroyed meanwhile. */
  function load(): Promise<WidgetCore> {
    loading ??= start(ending.signal)
    return loading
  }

  async function start(signal: AbortSignal): Promise<WidgetCore> {
    state = { ...state, status: 'loading' }
    drawWaiting(false)
    try {
      const widget = await loadFile('widget')
      if (signal.aborted || !options) throw new CozeChatError('aborted', 'The chat was destroyed.')
      core = widget.createWidgetCore(createHost(widget.resolveOptions(options, page)))
      state = { ...state, status: 'ready' }
      if (state.open) core.opened()
      return core
    } catch (error) {
      if (!signal.aborted) {
        loading = undefined
        state = { ...state, status: 'failed' }
        drawWaiting(true)
        fail(error as CozeChatError)
      }
      throw error
    }
  }

  function loadFile<Name extends keyof LaterFiles>(name: Name): Promise<LaterFiles[Name]> {
    return fetchFile(name).catch((cause) => {
      throw new CozeChatError('network', `${name}.js did not load: serve all of dist and allow it in script-src.`, {
        cause,
        retryable: true,
      })
    })
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
      close,
      emit(type, detail) {
        if (type === 'session') state = { ...state, session: detail as SessionDetail }
        if (type === 'token') state = { ...state, token: detail as TokenDetail }
        emit(type, detail)
        if (type === 'message' && !state.open) setUnread(state.unread + 1)
      },
    }
  }

  function setUnread(count: number): void {
    if (count === state.unread) return
    state = { ...state, unread: count }
    drawLauncher()
    emit('unread', { count })
  }

  function open(): void {
    if (state.open || !options || state.status === 'destroyed') return
    state = { ...state, open: true }
    element.dataset['open'] = ''
    frame.toggleAttribute('inert', false)
    setUnread(0)
    drawLauncher()
    emit('open', {})
    if (core) core.opened()
    else load().catch(() => {})
  }

  function close(): void {
    if (!state.open || options?.inline) return
    const hadFocus = frame.contains(root.activeElement)
    state = { ...state, open: false }
    delete element.dataset['open']
    frame.toggleAttribute('inert', true)
    drawLauncher()
    core?.closed()
    if (hadFocus) launcher.button.focus({ preventScroll: true })
    emit('close', {})
  }

  /** A token is worth its price from here on: the visitor reaches for the button. */
  function intend(): void {
    if (options && !core && !loading)
      void load().then(
        (loaded) => loaded.warmUp(),
        () => {},
      )
  }

  function build({ lang, nonce }: DrawnOptions): void {
    const { signal } = ending
    frame.className = 'frame'
    frame.setAttribute('part', 'panel')
    frame.lang = lang
    frame.toggleAttribute('inert', true)
    root.replaceChildren(frame, launcher.button)
    adoptStyles(root, elementStyles, nonce)
    launcher.button.addEventListener('click', toggle, { signal })
    for (const type of ['pointerenter', 'focus'] as const) {
      launcher.button.addEventListener(type, intend, { signal, passive: true })
    }
    frame.addEventListener(
      'keydown',
      (event) => {
        if (event.key === 'Escape' && !event.defaultPrevented && !event.isComposing) close()
      },
      { signal },
    )
    darkPage.addEventListener('change', () => options && drawHost(options), { signal })
  }

  function toggle(): void {
    if (state.open) close()
    else open()
  }

  const chat: ChatWidget = {
    open,
    close,
    toggle,
    send: async (text) => (await load()).send(text),
    newConversation: async () => (await load()).newConversation(),
    identify: async (credentials = {}) => (await load()).identify(credentials),
    logout: async () => (await load()).logout(),
    setOptions(partial) {
      given = { ...given, ...partial }
      if (!options) return
      options = drawn()
      drawHost(options)
      drawLauncher()
      core?.setOptions(options)
    },
    on(type, listener) {
      const set = listeners.get(type) ?? new Set()
      listeners.set(type, set)
      set.add(listener as never)
      if (type === 'ready' && options) queueMicrotask(() => set.has(listener as never) && listener({} as never))
      return () => void set.delete(listener as never)
    },
    destroy() {
      if (state.status === 'destroyed') return
      state = { ...state, open: false, unread: 0, status: 'destroyed', session: undefined, token: undefined }
      ending.abort()
      core?.destroy()
      core = undefined
      loading = undefined
      extras = undefined
      options = undefined
      root.replaceChildren()
      releaseAgent(key, element)
      for (const name of ['mode', 'side', 'launcher', 'scheme', 'open']) delete element.dataset[name]
      emit('destroy', {})
      listeners.clear()
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
        state = { ...state, status: 'failed' }
        loadFile('widget')
          .then((widget) => widget.resolveOptions(drawn(), page))
          .catch(fail)
        return
      }
      const resolved = drawn()
      key = agentKey(resolved)
      if (!claimAgent(key, element)) {
        console.warn('[coze-chat-widget] This agent already has a chat on the page; the second one stays empty.')
        return
      }
      options = resolved
      state = { ...state, status: 'idle' }
      build(resolved)
      drawHost(resolved)
      drawLauncher()
      emit('ready', {})
      if (resolved.inline || resolved.open) whenVisited(document, ending.signal, open)
    },
  }
}

/** Runs now, or when a prerendered page is really visited (F10). */
function whenVisited(document: Document, signal: AbortSignal, start: () => void): void {
  if ((document as { prerendering?: boolean }).prerendering) {
    document.addEventListener('prerenderingchange', start, { once: true, signal })
  } else start()
}
