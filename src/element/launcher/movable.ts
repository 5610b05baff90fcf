/** A launcher that the visitor may put elsewhere: by dragging, by the arrow keys, or by a small menu (right click, long press). */
import type { DrawnOptions } from '../../options.ts'
import { openStorage } from '../../platform/storage.ts'
import type { ExtrasHost, UpdateExtra } from './extras-host.ts'
import { keepInside, LAUNCHER_SIZE, type LauncherPlace, nearestPlace, readPlace, writePlace } from './launcher-place.ts'
import { type LauncherWords, launcherWords } from './launcher-words.ts'

const PLACE_KEY = 'coze_chat_launcher'

/** Pixels a pointer wanders before it drags; less is a click. */
const DRAG_THRESHOLD = 6

/** Pixels of one arrow key. */
const KEY_STEP = 24

const LONG_PRESS_MS = 500

/** How long after a pointer has left a click of it may still come. */
const CLICK_WAIT_MS = 300

/** Pixels of height that a panel above the launcher must have; with less it stands beside the launcher. */
const PANEL_MIN_HEIGHT = 440

/** Pixels that teaser and menu take above the launcher. */
const BUBBLE_ROOM = 180

export function createMovable({ chat, element, root, button, signal }: ExtrasHost): UpdateExtra {
  const storage = openStorage('local')
  let options: DrawnOptions | undefined
  let words: LauncherWords | undefined
  let place: LauncherPlace | undefined
  let menu: HTMLElement | undefined
  let press: { id: number; x: number; y: number; dragged: boolean; held: ReturnType<typeof setTimeout> } | undefined
  /** The click that ends a drag or a long press is none. */
  let swallowClick = false

  const enabled = () => Boolean(options?.movable && !options.inline)
  const owners = (): LauncherPlace => ({
    side: options?.position === 'bottom-left' ? 'left' : 'right',
    y: options?.offsetY ?? 0,
  })
  const here = () => place ?? owners()

  function draw(): void {
    const { side, y } = place && enabled() ? { ...place, y: keepInside(place.y, innerHeight) } : owners()
    element.dataset['side'] = side
    element.style.setProperty('--_y', `${y}px`)
    const above = innerHeight - y - LAUNCHER_SIZE
    element.toggleAttribute('data-beside', above < Math.min(PANEL_MIN_HEIGHT, innerHeight - 2 * LAUNCHER_SIZE))
    element.toggleAttribute('data-below', above < BUBBLE_ROOM)
  }

  function moveTo(next: LauncherPlace | undefined): void {
    const from = button.getBoundingClientRect()
    place = next && { ...next, y: keepInside(next.y, innerHeight) }
    if (place) storage.set(PLACE_KEY, writePlace(place))
    else storage.remove(PLACE_KEY)
    draw()
    glideFrom(from)
  }

  /** From where it was seen last to where it stands now. */
  function glideFrom(from: DOMRect): void {
    const { style } = button
    style.transition = 'none'
    style.transform = ''
    const to = button.getBoundingClientRect()
    style.transform = `translate(${from.left - to.left}px,${from.top - to.top}px)`
    // Read, so that the browser sees the first of the two places.
    void button.offsetWidth
    style.transition = ''
    style.transform = ''
  }

  const otherSide = () => moveTo({ side: here().side === 'left' ? 'right' : 'left', y: here().y })
  const higher = () => {
    const next = here().y + innerHeight / 4
    moveTo({ side: here().side, y: keepInside(next, innerHeight) < next ? owners().y : Math.round(next) })
  }

  const KEYS: Readonly<Record<string, () => void>> = {
    ArrowUp: () => moveTo({ side: here().side, y: here().y + KEY_STEP }),
    ArrowDown: () => moveTo({ side: here().side, y: here().y - KEY_STEP }),
    ArrowLeft: () => moveTo({ side: 'left', y: here().y }),
    ArrowRight: () => moveTo({ side: 'right', y: here().y }),
    Home: () => moveTo(undefined),
  }

  function closeMenu(): void {
    const closing = menu
    // Before it goes: a node that loses the focus by its removal comes here again.
    menu = undefined
    if (closing?.contains(root.activeElement)) button.focus({ preventScroll: true })
    closing?.remove()
  }

  function openMenu(): void {
    if (menu || !words) return
    const opened = document.createElement('div')
    opened.className = 'pop menu'
    opened.dir = 'auto'
    opened.setAttribute('part', 'launcher-menu')
    opened.setAttribute('role', 'group')
    opened.setAttribute('aria-label', words.move)
    for (const [word, act] of [
      [words.otherSide, otherSide],
      [words.higher, higher],
      [words.putBack, () => moveTo(undefined)],
    ] as const) {
      const item = document.createElement('button')
      item.type = 'button'
      item.textContent = word
      item.onclick = act
      opened.append(item)
    }
    opened.onkeydown = (event) => {
      if (event.key === 'Escape') closeMenu()
    }
    opened.addEventListener('focusout', ({ relatedTarget }) => {
      if (!opened.contains(relatedTarget as Node | null)) closeMenu()
    })
    menu = opened
    button.before(opened)
    opened.querySelector('button')?.focus({ preventScroll: true })
  }

  function endPress(): void {
    clearTimeout(press?.held)
    // The click comes at once or, after a touch that wandered, never.
    setTimeout(() => {
      swallowClick = false
    }, CLICK_WAIT_MS)
    press = undefined
    button.classList.remove('dragged')
  }

  function hold(): void {
    swallowClick = true
    openMenu()
  }

  const listen = <Type extends keyof HTMLElementEventMap>(
    type: Type,
    listener: (event: HTMLElementEventMap[Type]) => void,
  ) => button.addEventListener(type, (event) => enabled() && listener(event), { signal })

  listen('pointerdown', ({ button: pressed, isPrimary, pointerId: id, pointerType, clientX: x, clientY: y }) => {
    if (pressed !== 0 || !isPrimary) return
    swallowClick = false
    // At once: a quick pointer has left the button before its first move is told.
    button.setPointerCapture(id)
    const held = setTimeout(() => pointerType !== 'mouse' && hold(), LONG_PRESS_MS)
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
      closeMenu()
    }
    button.style.transform = `translate(${x}px,${y}px)`
  })
  listen('pointerup', () => {
    if (press?.dragged) {
      swallowClick = true
      moveTo(nearestPlace(button.getBoundingClientRect(), { width: innerWidth, height: innerHeight }, owners().y))
    }
    endPress()
  })
  listen('pointercancel', () => {
    button.style.transform = ''
    endPress()
  })
  // A picture in the launcher would be dragged away as a file.
  listen('dragstart', (event) => event.preventDefault())
  listen('contextmenu', (event) => {
    event.preventDefault()
    openMenu()
  })
  listen('keydown', (event) => {
    const act = KEYS[event.key]
    if (!act || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return
    event.preventDefault()
    act()
  })
  root.addEventListener(
    'click',
    (event) => {
      if (!swallowClick || event.target !== button) return
      swallowClick = false
      event.stopPropagation()
    },
    { signal, capture: true },
  )
  window.addEventListener('resize', () => enabled() && draw(), { signal })
  // Another tab of this site has moved it.
  window.addEventListener(
    'storage',
    ({ key, newValue }) => {
      if (key !== PLACE_KEY) return
      place = readPlace(newValue ?? undefined)
      if (enabled()) draw()
    },
    { signal },
  )
  const off = chat.on('open', closeMenu)
  signal.addEventListener('abort', () => {
    off()
    endPress()
    closeMenu()
    for (const name of ['data-beside', 'data-below', 'data-movable']) element.removeAttribute(name)
  })

  let began = false
  return (next) => {
    const before = enabled()
    options = next
    words = launcherWords(next.lang, next.strings)
    if (!before && !enabled()) return
    if (!began) place = readPlace(storage.get(PLACE_KEY))
    began = true
    element.toggleAttribute('data-movable', enabled())
    if (enabled()) button.setAttribute('aria-description', words.moveHint)
    else button.removeAttribute('aria-description')
    draw()
  }
}
