/** A chat while it is on the page: launcher and frame in the shadow root of its element, and the panel from the first intent on. */
import type { DrawnOptions } from '../options/drawn-options.ts'
import { ownFields } from '../platform/own-fields.ts'
import { adoptStyles } from '../platform/page/adopt-styles.ts'
import { embedWords } from '../ui/strings/embed-words.ts'
import { type ChatPanel, createChatPanel } from './chat-panel.ts'
import type { ChatReport } from './chat-report.ts'
import type { ChatWidget } from './chat-widget.ts'
import elementStyles from './element.css?inline'
import { createExtrasOnDemand } from './launcher/extras-on-demand.ts'
import { createLauncher } from './launcher/launcher.ts'
import type { FilesForLater } from './loading/later-files.ts'
import { whenSpareTime } from './loading/spare-time.ts'
import { whenVisited } from './loading/when-visited.ts'
import { make } from './make.ts'
import { markPlacement, removeMarks } from './placement.ts'

export interface PlacedChat {
  /** Until somebody wants it there is none. */
  readonly panel: ChatPanel | undefined
  wantPanel(): ChatPanel
  /** Opens it at once where the options ask for that. Nobody has reached for it, so the focus stays where it is. */
  begin(): void
  /** Writes on the launcher what the state says. */
  draw(): void
  setOptions(options: DrawnOptions): void
  /** Leaves nothing on the page. */
  end(): void
}

/** What outlives the chat's stay on the page. */
interface PlacedChatSurroundings {
  readonly root: ShadowRoot
  readonly report: ChatReport
  readonly files: FilesForLater
  /** The handle, for the launcher's extras. */
  readonly chat: ChatWidget
}

export function createPlacedChat(
  { root, report, files, chat }: PlacedChatSurroundings,
  initial: DrawnOptions,
): PlacedChat {
  const element = root.host as HTMLElement
  const darkPage = matchMedia('(prefers-color-scheme: dark)')
  const ending = new AbortController()
  const { signal } = ending
  // The browser would read `once` and its like from `Object.prototype`, too, and the second click would open nothing (F54).
  const listening = ownFields({ signal })
  // Removes what an earlier chat left here, or what came along when the element was copied. The frame is a new one each time: Preact takes
  // over what it finds only where it has not drawn before.
  removeMarks(element)
  root.replaceChildren()
  if (root.adoptedStyleSheets) root.adoptedStyleSheets = []
  const frame = make(root, 'div', { class: 'frame', part: 'panel', lang: initial.lang, inert: '' })
  const { button: launcher, update } = createLauncher(root)
  const updateExtras = createExtrasOnDemand(launcher, loadExtras, report.fail)
  let options = initial
  let panel: ChatPanel | undefined

  async function loadExtras() {
    await new Promise<unknown>((resolve) => (window.requestIdleCallback ?? setTimeout)(resolve))
    return (await files.load('launcher-extras')).createLauncherExtras(chat, root, signal, report.emit, reopen)
  }

  function wantPanel(): ChatPanel {
    panel ??= createChatPanel({ root, frame, launcher, report, options: () => options, files, signal })
    return panel
  }

  /** Not where the page is only made ready for a visitor who may come. */
  function reopen(): void {
    whenVisited(signal, () => wantPanel().open(false))
  }

  function draw(): void {
    // The words that are seen are in the name, or nobody could call it by them.
    update(report.state, options.launcherText || embedWords(options).name, options.icon)
  }

  function place(): void {
    markPlacement(element, options, darkPage.matches)
    updateExtras(options)
  }

  adoptStyles(root, elementStyles, initial.nonce)
  place()
  draw()
  darkPage.addEventListener('change', place, listening)
  launcher.addEventListener('click', () => wantPanel().toggle(), listening)
  for (const type of ['pointerenter', 'focus'] as const) {
    launcher.addEventListener(type, () => wantPanel().loading.warmUp(), listening)
  }
  if (initial.preload) whenSpareTime(signal, () => panel || files.fetchAhead(options, 'perhaps'))

  return {
    get panel() {
      return panel
    },
    wantPanel,
    begin() {
      if (initial.inline || initial.open) whenVisited(signal, () => wantPanel().open(false))
    },
    draw,
    setOptions(next) {
      options = next
      place()
      draw()
      panel?.loading.setOptions()
    },
    end() {
      ending.abort()
      panel?.end()
      panel = undefined
      root.replaceChildren()
      removeMarks(element)
    },
  }
}
