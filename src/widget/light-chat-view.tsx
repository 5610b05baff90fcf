import { render } from 'preact'
import type { WidgetHost } from '../element/widget-contract.ts'
import type { ResolvedOptions } from '../options/resolve-options.ts'
import { focusFront, settleFocus } from '../ui/panel/focus-front.ts'
import { createFullScreen } from '../ui/panel/frame/full-screen.ts'
import { keepEvents } from '../ui/panel/frame/keep-events.ts'
import { Panel } from '../ui/panel/panel.tsx'
import type { PanelContext } from '../ui/panel-context.ts'
import type { Strings } from '../ui/strings/strings.ts'
import { restoreSize } from '../ui/theme/window-size.ts'
import { PartsContext } from '../ui/use-part.ts'
import type { ChatSurroundings } from './chat-surroundings.ts'
import type { ChatView } from './chat-view.ts'
import type { HeadlessChat } from './create-chat.ts'
import { loadStrings, panelParts } from './load.ts'
import { connectOpenApi } from './open-api-connection.ts'
import { requestFirst } from './request-first.ts'

/** Frames in which Preact has drawn. It takes over the nodes that it finds only where it draws for the first time. */
const drawnIn = new WeakSet<Element>()

/** Our own chat, in the frame. */
export function createLightChatView(
  host: WidgetHost,
  { store, visitor }: HeadlessChat,
  initial: ResolvedOptions,
  { onWithdraw, Note }: ChatSurroundings,
): ChatView {
  let options = initial
  let note = Note
  let strings: Strings | undefined
  let drawn = false
  let ended = false
  /** The first frame as the visitor left it. */
  let typed: ReturnType<WidgetHost['takeFirstFrame']>
  /** Grows with each change of visitor: nothing of the panel before is kept, neither a draft nor a word not yet redrawn. */
  let visit = 0
  const fullScreen = createFullScreen(host, { wanted: () => host.isOpen() && !options.inline, onChange: draw })

  /** Draws the panel, for the first time as soon as there are words for it. */
  function draw(): void {
    if (!strings || ended) return
    const panel: PanelContext = {
      ...options,
      get apiBase() {
        return api.apiBase
      },
      store,
      strings,
      dir: strings.dir,
      layout: options.inline ? 'inline' : fullScreen.active ? 'fullscreen' : 'floating',
      addStyles: host.addStyles,
      onClose: host.close,
      ownWords: options.strings,
      onWithdraw,
      Note: note,
      forget(farewell) {
        note = farewell
        visitor.forget()
        // They have not left: the keyboard goes on where one would go on.
        settle()
      },
      emit: host.emit,
    }
    // Not a copy without one, as elsewhere: `apiBase` is to be read when it is needed (F54).
    Object.setPrototypeOf(panel, null)
    const keepsCaret = drawn || takeOver()
    drawn = true
    render(
      <PartsContext.Provider value={panelParts}>
        <Panel key={visit} panel={panel} draft={typed?.text} firstName={typed?.name} />
      </PartsContext.Provider>,
      host.frame,
    )
    if (!keepsCaret && host.isOpen()) settle()
  }

  /** Takes what the visitor did in the first frame. Returns whether its field stays, and with it caret and input method. */
  function takeOver(): boolean {
    typed = host.takeFirstFrame()
    const stays = typed !== undefined && !drawnIn.has(host.frame)
    drawnIn.add(host.frame)
    if (!stays) host.frame.replaceChildren()
    for (const question of typed?.questions ?? []) void store.send(question)
    // The first frame of Coze's own chat has no field.
    return stays && options.ui === 'light'
  }

  /** Loads the words of the language that the options name. */
  async function loadWords(): Promise<void> {
    const { lang, strings: overrides } = options
    const loaded = await loadStrings(lang, overrides)
    // Another language may have been asked for meanwhile.
    if (lang === options.lang) strings = loaded
  }

  /** An inline chat is part of the page: it takes the caret only when somebody puts it there. */
  function settle(): void {
    if (!options.inline) settleFocus(host.frame, options)
  }

  const life = new AbortController()
  keepEvents(host, { keys: true, signal: life.signal })
  restoreSize(host.frame)
  fullScreen.update()
  const api = connectOpenApi(host.element.ownerDocument, visitor, () => options)
  const request = requestFirst(visitor)
  void Promise.all([loadWords(), request.settled]).then(draw)
  return {
    opened(focus) {
      fullScreen.update()
      if (focus) focusFront(host.frame, focus)
      void store.open()
    },
    closed: fullScreen.update,
    send: (text) => store.send(text),
    newConversation: () => store.newConversation(),
    setOptions(next) {
      const before = options
      options = next
      if (before.lang !== next.lang || before.strings !== next.strings) void loadWords().then(draw)
      else draw()
    },
    visitorChanged() {
      visit++
      typed = undefined
      draw()
      if (host.isOpen()) void store.open()
    },
    setChecking(checking) {
      host.frame.style.visibility = checking ? 'hidden' : ''
    },
    destroy() {
      ended = true
      request.end()
      api.stop()
      life.abort()
      fullScreen.destroy()
      if (drawn) render(null, host.frame)
    },
  }
}
