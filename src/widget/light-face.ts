import type { WidgetHost } from '../element/widget-core.ts'
import type { HeadlessChat } from '../headless.ts'
import type { ResolvedOptions } from '../resolve-options.ts'
import { createFullScreen } from '../ui/full-screen.ts'
import { type MountedPanel, mountPanel } from '../ui/mount.tsx'
import { loadStrings, type Strings } from '../ui/strings.ts'
import type { Face } from './face.ts'

/** Where Coze keeps the pictures that agents make and visitors send. */
const COZE_FILE_HOSTS = [
  '*.coze.cn',
  '*.coze.com',
  '*.byteimg.com',
  '*.bytednsdoc.com',
  '*.tiktokcdn.com',
  '*.ibyteimg.com',
]

const FEATURES = { attachments: true, conversations: true, clearContext: true, feedback: true }

/** Our own chat, in the frame. */
export function createLightFace(host: WidgetHost, { store }: HeadlessChat, initial: ResolvedOptions): Face {
  let options = initial
  let imageHosts = hostsOf(initial)
  let strings: Strings | undefined
  let panel: MountedPanel | undefined
  let ended = false

  const fullScreen = createFullScreen(host, {
    wanted: () => host.isOpen() && !options.inline,
    onChange: () => draw(),
    onBack: host.close,
  })

  async function speak(): Promise<void> {
    const { lang, strings: replaced } = options
    const loaded = await loadStrings(lang, replaced)
    if (ended || lang !== options.lang) return
    strings = loaded
    draw()
  }

  function draw(): void {
    if (!strings) return
    const props = {
      ...options,
      store,
      strings,
      imageHosts,
      dir: host.frame.dir === 'rtl' ? ('rtl' as const) : ('ltr' as const),
      layout: options.inline
        ? ('inline' as const)
        : fullScreen.active
          ? ('fullscreen' as const)
          : ('floating' as const),
      features: FEATURES,
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

  void speak()
  return {
    opened() {
      fullScreen.update()
      focus()
      void store.open()
    },
    closed: fullScreen.update,
    send: (text) => store.send(text),
    newConversation: () => store.newConversation(),
    setOptions(next) {
      const before = options
      options = next
      imageHosts = hostsOf(next)
      if (before.lang !== next.lang || before.strings !== next.strings) void speak()
      else draw()
    },
    visitorChanged() {
      if (host.isOpen()) void store.open()
    },
    setChecking(checking) {
      host.frame.style.visibility = checking ? 'hidden' : ''
    },
    destroy() {
      ended = true
      fullScreen.destroy()
      panel?.destroy()
    },
  }
}

function hostsOf({ imageHosts = [], apiBase }: ResolvedOptions): readonly string[] {
  return [...imageHosts, ...COZE_FILE_HOSTS, new URL(apiBase, location.href).host, location.host]
}
