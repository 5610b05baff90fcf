/** Chromium: the system's back gesture closes the chat without a trace in the page's history. */
interface CloseWatcher extends EventTarget {
  destroy(): void
}

/**
 * While the chat fills a phone's screen, the page behind it rests: no scroll, no focus, and the on-screen keyboard shrinks the
 * chat rather than cover its composer (`visualViewport`; `dvh` alone knows nothing of keyboards).
 * @param element carries the chat. The body is made inert only where the chat is not inside it.
 * @param signal ends it
 */
export function coverScreen(
  { frame, element }: { frame: HTMLElement; element: HTMLElement },
  onBack: () => void,
  signal: AbortSignal,
): void {
  const { body, documentElement: html } = element.ownerDocument
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

  signal.addEventListener('abort', () => {
    watcher?.destroy()
    html.style.overflow = scroll
    if (restBody) body.inert = false
    for (const property of ['height', 'top', 'bottom']) frame.style.removeProperty(property)
  })
}
