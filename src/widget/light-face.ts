import type { HeadlessChat } from '../create-chat.ts'
import type { WidgetHost } from '../element/widget-core.ts'
import { openStorage } from '../platform/storage.ts'
import type { ResolvedOptions } from '../resolve-options.ts'
import type { FullScreen } from '../ui/full-screen.ts'
import { type MountedPanel, mountPanel } from '../ui/mount.tsx'
import type { PanelLayout } from '../ui/panel-props.ts'
import { loadStrings, type Strings } from '../ui/strings.ts'
import type { Face } from './face.ts'

/** Who needs `seldom.ts` wherever the chat stands; the first two are the small screens of `full-screen.ts`. So does a large window (`window-size.ts`). */
const SELDOM =
  '(max-width:480px),(max-height:420px),(pointer:coarse),(prefers-color-scheme:dark),(prefers-reduced-motion),(forced-colors:active)'

/** Our own chat, in the frame. */
export function createLightFace(host: WidgetHost, { store }: HeadlessChat, initial: ResolvedOptions): Face {
  let options = initial
  let strings: Strings | undefined
  let panel: MountedPanel | undefined
  let ended = false
  let visit = 0
  let fullScreen: FullScreen | undefined
  let moreStyles: string | undefined
  /** Where that could not be loaded everybody sees what most do. */
  let seldom: 'loading' | 'settled' | undefined

  const screen = matchMedia(SELDOM)

  async function speak(): Promise<void> {
    const { lang, strings: replaced } = options
    const loaded = await loadStrings(lang, replaced)
    if (ended || lang !== options.lang) return
    strings = loaded
    draw()
  }

  const layout = (): PanelLayout => (options.inline ? 'inline' : fullScreen?.active ? 'fullscreen' : 'floating')

  /** Nothing is drawn without the styles it needs: they come together with the words. */
  function dressed(): boolean {
    const wanted =
      screen.matches ||
      options.inline ||
      options.theme === 'dark' ||
      openStorage('local').get('coze_chat_large') ||
      strings?.dir === 'rtl' ||
      getComputedStyle(host.element).getPropertyValue('--coze-chat-accent')
    if (wanted && seldom === undefined) {
      seldom = 'loading'
      loadSeldom()
        .catch(() => {})
        .then(() => {
          seldom = 'settled'
          draw()
        })
    }
    return seldom !== 'loading'
  }

  async function loadSeldom(): Promise<void> {
    const { createFullScreen, restoreSize, seldomStyles } = await import('../ui/seldom.ts')
    if (ended) return
    moreStyles = seldomStyles
    restoreSize(host.frame)
    fullScreen = createFullScreen(host, {
      wanted: () => host.isOpen() && !options.inline,
      onChange: draw,
      onBack: host.close,
    })
    fullScreen.update()
  }

  function draw(): void {
    if (!dressed() || !strings || ended) return
    const props = {
      ...options,
      store,
      strings,
      dir: strings.dir,
      layout: layout(),
      moreStyles,
      visit,
      addStyles: host.addStyles,
      onClose: host.close,
    }
    if (panel) {
      panel.update(props)
      return
    }
    host.frame.replaceChildren()
    panel = mountPanel(host.frame, props)
    if (host.isOpen()) focus()
  }

  /** An inline chat is part of the page: it takes the caret only when somebody puts it there. */
  function focus(): void {
    if (!options.inline) panel?.focus()
  }

  screen.addEventListener('change', draw)
  dressed()
  void speak()
  return {
    opened() {
      fullScreen?.update()
      focus()
      void store.open()
    },
    closed: () => fullScreen?.update(),
    send: (text) => store.send(text),
    newConversation: () => store.newConversation(),
    setOptions(next) {
      const before = options
      options = next
      if (before.lang !== next.lang || before.strings !== next.strings) void speak()
      else draw()
    },
    visitorChanged() {
      visit++
      draw()
      if (host.isOpen()) void store.open()
    },
    setChecking(checking) {
      host.frame.style.visibility = checking ? 'hidden' : ''
    },
    destroy() {
      ended = true
      screen.removeEventListener('change', draw)
      fullScreen?.destroy()
      panel?.destroy()
    },
  }
}
