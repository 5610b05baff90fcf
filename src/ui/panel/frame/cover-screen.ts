import { isOfInputMethod } from '../../../platform/page/input-method.ts'

/**
 * While the chat fills a phone's screen, the page behind it neither scrolls nor takes the focus, and the on-screen keyboard shrinks the
 * chat instead of covering its composer (`visualViewport`; `dvh` does not change with the keyboard).
 * @param element carries the chat; the body is made inert only where the chat is not inside it
 * @param signal ends all of it
 */
export function coverScreen(
  { frame, element }: { frame: HTMLElement; element: HTMLElement },
  signal: AbortSignal,
): void {
  const { body, documentElement: html } = element.ownerDocument
  const viewport = globalThis.visualViewport
  let windowWidth = 0
  const resize = () => {
    if (!viewport) return
    const { width, height, offsetTop, scale } = viewport
    // Not `screen.width`, which iOS does not turn. Fingers that zoom leave it as it is, but for fractions.
    const widthNow = width * scale
    if (Math.abs(widthNow - windowWidth) > 1) {
      windowWidth = widthNow
      // A page that is laid out wider than the phone is shown smaller, the chat with it.
      const shrunk = innerWidth / widthNow
      frame.style.setProperty('--zoom', String(shrunk > 1.2 ? shrunk : 1))
    }
    frame.style.height = `${height}px`
    frame.style.top = `${offsetTop}px`
    frame.style.bottom = 'auto'
  }
  resize()
  viewport?.addEventListener('resize', resize, { signal })
  viewport?.addEventListener('scroll', resize, { signal })

  const scroll = html.style.overflow
  html.style.overflow = 'hidden'
  const restBody = !body.contains(element) && !body.inert
  if (restBody) body.inert = true

  // A CloseWatcher also hears Escape unless the key is prevented. The panel handles the key, so that one press does not close two things.
  frame.addEventListener(
    'keydown',
    (event) => event.key === 'Escape' && !isOfInputMethod(event) && event.preventDefault(),
    {
      capture: true,
      signal,
    },
  )

  signal.addEventListener('abort', () => {
    html.style.overflow = scroll
    if (restBody) body.inert = false
    for (const property of ['height', 'top', 'bottom', '--zoom']) frame.style.removeProperty(property)
  })
}
