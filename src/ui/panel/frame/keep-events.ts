/**
 * What begins in the chat ends in it: the page's smooth scrolling, its shortcuts of single keys and its focus traps are not told.
 * A listener of the page's that captures at `window` comes first all the same; what it has prevented there is scrolled by us.
 */

/** By these, libraries for smooth scrolling, for locking the page's scrolling and for drawers leave an element alone. */
const OPT_OUTS = ['data-lenis-prevent', 'data-scroll-lock-scrollable', 'data-vaul-no-drag']

const KEYS = ['keydown', 'keypress', 'keyup']

/**
 * @param keys false where code that is not ours, and is in the chat, listens for keys at the document
 * @param signal ends all of it
 */
export function keepEvents(
  { frame, element }: { frame: HTMLElement; element: HTMLElement },
  { keys, signal }: { keys: boolean; signal: AbortSignal },
): void {
  const stop = (event: Event) => event.stopPropagation()
  for (const type of keys ? KEYS : []) frame.addEventListener(type, stop, { signal })
  frame.getRootNode().addEventListener('focusin', stop, { signal })

  let touch: { x: number; y: number } | undefined
  const passive = { signal, passive: true }
  frame.addEventListener(
    'wheel',
    (event) => {
      stop(event)
      const unit = [1, 16, innerHeight][event.deltaMode] ?? 1
      if (event.defaultPrevented && !event.ctrlKey) scroll(event, event.deltaX * unit, event.deltaY * unit)
    },
    passive,
  )
  for (const type of ['touchstart', 'touchmove', 'touchend'] as const) {
    frame.addEventListener(
      type,
      (event) => {
        stop(event)
        const [finger, second] = event.touches
        const before = touch
        touch = finger && !second ? { x: finger.clientX, y: finger.clientY } : undefined
        if (type === 'touchmove' && event.defaultPrevented && before && touch) {
          scroll(event, before.x - touch.x, before.y - touch.y)
        }
      },
      passive,
    )
  }

  /** Moves the innermost part that can be moved that way. */
  function scroll(event: Event, x: number, y: number): void {
    for (const node of event.composedPath()) {
      if (node === frame) return
      if (!(node instanceof Element) || !/auto|scroll/.test(getComputedStyle(node).overflow)) continue
      const { scrollLeft, scrollTop } = node
      node.scrollBy({ left: x, top: y, behavior: 'instant' })
      if (node.scrollLeft !== scrollLeft || node.scrollTop !== scrollTop) return
    }
  }

  const added = OPT_OUTS.filter((name) => !element.hasAttribute(name))
  for (const name of added) element.setAttribute(name, '')
  signal.addEventListener('abort', () => {
    for (const name of added) element.removeAttribute(name)
  })
}
