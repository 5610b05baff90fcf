/** Tells a drag, a long press and a click of the launcher apart. */
import type { ExtrasHost } from '../extras-host.ts'

/** Pixels that a pointer moves before it drags; less is a click. */
const DRAG_THRESHOLD = 6

const LONG_PRESS_MS = 500

/** How long after a pointer was released its click may still come. */
const CLICK_WAIT_MS = 300

interface Press {
  readonly id: number
  readonly x: number
  readonly y: number
  dragged: boolean
  readonly held: ReturnType<typeof setTimeout>
}

interface Listener {
  /** Only while this is true anything is listened to. */
  isEnabled(): boolean
  begin(): void
  /** The launcher was let go where it is seen now. */
  drop(): void
  /** A finger has stayed where it was. */
  hold(): void
}

export function watchDrag({ root, button, signal }: ExtrasHost, { isEnabled, begin, drop, hold }: Listener): void {
  let press: Press | undefined
  /** True while the click that ends a drag or a long press has to be ignored. */
  let swallowClick = false

  function end(): void {
    clearTimeout(press?.held)
    // The click comes at once or, after a touch that moved, never.
    setTimeout(() => {
      swallowClick = false
    }, CLICK_WAIT_MS)
    press = undefined
    button.classList.remove('dragged')
  }

  const listen = <Type extends keyof HTMLElementEventMap>(
    type: Type,
    listener: (event: HTMLElementEventMap[Type]) => void,
  ) => button.addEventListener(type, (event) => isEnabled() && listener(event), { signal })

  listen('pointerdown', ({ button: pressed, isPrimary, pointerId: id, pointerType, clientX: x, clientY: y }) => {
    if (pressed !== 0 || !isPrimary) return
    swallowClick = false
    // At once, since a quick pointer has left the button before its first move is reported.
    button.setPointerCapture(id)
    const held = setTimeout(() => {
      if (pointerType === 'mouse') return
      swallowClick = true
      hold()
    }, LONG_PRESS_MS)
    press = { id, x, y, dragged: false, held }
  })
  listen('pointermove', ({ pointerId, clientX, clientY }) => {
    if (pointerId !== press?.id) return
    const [x, y] = [clientX - press.x, clientY - press.y]
    if (!press.dragged) {
      if (Math.hypot(x, y) < DRAG_THRESHOLD) return
      press.dragged = true
      clearTimeout(press.held)
      button.classList.add('dragged')
      begin()
    }
    button.style.transform = `translate(${x}px,${y}px)`
  })
  listen('pointerup', () => {
    if (press?.dragged) {
      swallowClick = true
      drop()
    }
    end()
  })
  listen('pointercancel', () => {
    button.style.transform = ''
    end()
  })
  // The browser would drag a picture in the launcher away as a file.
  listen('dragstart', (event) => event.preventDefault())
  root.addEventListener(
    'click',
    (event) => {
      if (!swallowClick || event.target !== button) return
      swallowClick = false
      event.stopPropagation()
    },
    { signal, capture: true },
  )
  signal.addEventListener('abort', end)
}
