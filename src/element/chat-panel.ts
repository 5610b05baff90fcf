/** The panel from the first intent on: opened and closed, with the first frame in it, and then with the chat that is loaded. */
import type { DrawnOptions } from '../options/drawn-options.ts'
import { type FocusPlace, openingFocus } from '../options/focus-on-open.ts'
import { ownFields } from '../platform/own-fields.ts'
import { adoptStyles } from '../platform/page/adopt-styles.ts'
import { watchBackGesture } from '../platform/page/back-gesture.ts'
import { isOfInputMethod } from '../platform/page/input-method.ts'
import { SMALL_SCREEN } from '../platform/page/screen.ts'
import type { ChatReport } from './chat-report.ts'
import { drawFirstFrame, type FirstFrame } from './first-frame.ts'
import { type ChatLoading, createChatLoading, ignore } from './loading/chat-loading.ts'
import type { FilesForLater } from './loading/later-files.ts'
import { markOpen } from './placement.ts'
import type { ChatStand } from './widget-contract.ts'

export interface ChatPanel {
  readonly loading: ChatLoading
  /** @param takesFocus `false`: the focus stays where it is */
  open(takesFocus?: boolean): void
  close(): void
  toggle(): void
  /** Forgets what was typed before the chat had come. */
  forgetTyped(): void
  end(): void
}

/** What is there before the panel. */
interface PanelSurroundings {
  readonly root: ShadowRoot
  readonly launcher: HTMLElement
  readonly frame: HTMLElement
  readonly files: FilesForLater
  readonly report: ChatReport
  /** Those of now. */
  options(): DrawnOptions
  /** Aborted when the chat leaves the page. */
  readonly signal: AbortSignal
}

export function createChatPanel(surroundings: PanelSurroundings): ChatPanel {
  const { root, launcher, frame, report, options, signal } = surroundings
  const { change, emit } = report
  const element = root.host as HTMLElement
  const styles = new Set<string>()
  let first: FirstFrame | undefined
  /** On a phone, while the chat covers its screen. */
  let stopWatchingBack: (() => void) | undefined

  const stand: ChatStand = {
    element,
    frame,
    addStyles(css) {
      if (!styles.has(css)) adoptStyles(root, css, options().nonce)
      styles.add(css)
    },
    isOpen: () => report.state.open,
    drawFirstFrame() {
      first ??= drawFirstFrame(frame, options(), close)
      return first
    },
    takeFirstFrame() {
      const typed = first?.end()
      first = undefined
      return typed
    },
    close,
    restart() {
      loading.end()
      loading.load().catch(ignore)
    },
    emit,
  }
  const loading = createChatLoading(stand, surroundings, () => first, showOpen)

  function mark(open: boolean): void {
    markOpen(element, open)
    frame.inert = !open
  }

  function open(takesFocus = true): void {
    const { open: isOpen, unread } = report.state
    if (isOpen) return
    change({ open: true, unread: 0 })
    mark(true)
    if (unread > 0) emit('unread', { count: 0 })
    emit('open', {})
    // Whoever heard of it may have closed the chat, or destroyed it.
    if (!report.state.open) return
    if (!frame.hasChildNodes()) stand.drawFirstFrame()
    const { inline } = options()
    if (!inline && matchMedia(SMALL_SCREEN).matches) {
      stopWatchingBack = watchBackGesture(() => (loading.core ? loading.core.goBack() : close()))
    }
    // A chat that is part of the page takes the caret only when somebody puts it there. All others in the task of the tap, or a phone shows no keyboard.
    const focus = inline || !takesFocus ? undefined : openingFocus(options())
    showOpen(focus)
    loading.load().catch(ignore)
  }

  /** What is in the frame learns that it is seen: the chat, and until it draws itself the first frame. */
  function showOpen(focus?: FocusPlace): void {
    if (!report.state.open) return
    if (focus) first?.focus(focus)
    loading.core?.opened(focus)
  }

  function close(): void {
    if (!report.state.open || options().inline) return
    const hadFocus = frame.contains(root.activeElement)
    change({ open: false })
    mark(false)
    stopWatchingBack?.()
    loading.core?.closed()
    if (hadFocus) launcher.focus({ preventScroll: true })
    emit('close', {})
  }

  frame.addEventListener(
    'keydown',
    (event) => {
      if (event.key === 'Escape' && !event.defaultPrevented && !isOfInputMethod(event)) close()
    },
    ownFields({ signal }),
  )
  // As the chat does from then on: shortcuts and focus traps of the page's are not told of what is typed into the first frame.
  for (const type of ['keydown', 'keypress', 'keyup', 'focusin']) {
    frame.addEventListener(type, (event) => first && event.stopPropagation(), ownFields({ signal }))
  }
  return {
    loading,
    open,
    close,
    toggle: () => (report.state.open ? close() : open()),
    forgetTyped: () => first?.clear(),
    end() {
      loading.end()
      // What was typed is gone with the chat, whoever still has its handle.
      stand.takeFirstFrame()
      stopWatchingBack?.()
    },
  }
}
