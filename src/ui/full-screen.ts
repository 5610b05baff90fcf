/**
 * While the chat fills a phone's screen, the page behind it rests: no scroll, no focus, and the on-screen keyboard shrinks the
 * chat rather than cover its composer (`visualViewport`; `dvh` alone knows nothing of keyboards).
 */

export interface FullScreen {
  readonly active: boolean
  /** Looks again: call when the chat opens or closes. */
  update(): void
  destroy(): void
}

/** The same condition as in `element-styles.ts`. */
const SMALL_SCREEN = '(max-width:480px),(max-height:420px)'

/** Chromium: the system's back gesture closes the chat without a trace in the page's history. */
interface CloseWatcher extends EventTarget {
  destroy(): void
}

/**
 * @param element carries the chat. The body is made inert only where the chat is not inside it.
 * @param wanted whether the chat is open and floating
 */
export function createFullScreen(
  { frame, element }: { frame: HTMLElement; element: HTMLElement },
  { wanted, onChange, onBack }: { wanted: () => boolean; onChange: () => void; onBack: () => void },
): FullScreen {
  const { body, documentElement: html } = element.ownerDocument
  const query = matchMedia(SMALL_SCREEN)
  const life = new AbortController()
  let leave: (() => void) | undefined

  function enter(): () => void {
    const ending = new AbortController()
    const { signal } = ending
    const scroll = html.style.overflow
    html.style.overflow = 'hidden'
    const restBody = !body.contains(element) && !body.inert
    if (restBody) body.inert = true

    const viewport = globalThis.visualViewport
    const resize = () => {
      if (!viewport) return
      frame.style.height = `${viewport.height}px`
      frame.style.top = `${viewport.offsetTop}px`
      frame.style.bottom = 'auto'
    }
    viewport?.addEventListener('resize', resize, { signal })
    viewport?.addEventListener('scroll', resize, { signal })
    resize()

    const Watcher = (globalThis as { CloseWatcher?: new () => CloseWatcher }).CloseWatcher
    const watcher = Watcher && new Watcher()
    watcher?.addEventListener('close', onBack, { signal })

    return () => {
      ending.abort()
      watcher?.destroy()
      html.style.overflow = scroll
      if (restBody) body.inert = false
      for (const property of ['height', 'top', 'bottom']) frame.style.removeProperty(property)
    }
  }

  function update(): void {
    const active = query.matches && wanted()
    if (active === (leave !== undefined)) return
    if (active) leave = enter()
    else {
      leave?.()
      leave = undefined
    }
    onChange()
  }

  query.addEventListener('change', update, { signal: life.signal })
  return {
    get active() {
      return leave !== undefined
    },
    update,
    destroy() {
      life.abort()
      leave?.()
      leave = undefined
    },
  }
}
