/** A launcher that the visitor may move by dragging, by the arrow keys, or by a small menu (right click, long press). */
import type { DrawnOptions } from '../../../options/drawn-options.ts'
import { openStorage } from '../../../platform/storage/storage.ts'
import { type LauncherWords, launcherWords } from '../../../ui/strings/launcher-words.ts'
import type { ExtrasHost, UpdateExtra } from '../extras-host.ts'
import { keepInside, LAUNCHER_SIZE, type LauncherPlace, nearestPlace, readPlace, writePlace } from './launcher-place.ts'

const PLACE_KEY = 'coze_chat_launcher'

/** Pixels that a pointer moves before it drags; less is a click. */
const DRAG_THRESHOLD = 6

/** Pixels that one press of an arrow key moves the launcher. */
const KEY_STEP = 24

const LONG_PRESS_MS = 500

/** How long after a pointer was released its click may still come. */
const CLICK_WAIT_MS = 300

/** Pixels of height that a panel above the launcher needs; with less it stands beside the launcher. */
const PANEL_MIN_HEIGHT = 440

/** Pixels that teaser and menu need above the launcher. */
const BUBBLE_ROOM = 180

export function createMovable({ chat, element, root, button, signal }: ExtrasHost): UpdateExtra {
  const storage = openStorage('local')
  let options: DrawnOptions | undefined
  let words: LauncherWords | undefined
  let place: LauncherPlace | undefined
  let menu: HTMLElement | undefined
  let press: { id: number; x: number; y: number; dragged: boolean; held: ReturnType<typeof setTimeout> } | undefined
  /** True while the click that ends a drag or a long press has to be ignored. */
  let swallowClick = false

  const enabled = () => Boolean(options?.movable && !options.inline)
  const ownersPlace = (): LauncherPlace => ({
    side: options?.position === 'bottom-left' ? 'left' : 'right',
    y: options?.offsetY ?? 0,
  })
  const here = () => place ?? ownersPlace()
  /** Of a launcher that is not shown, the usual one. */
  const height = () => button.offsetHeight || LAUNCHER_SIZE

  function draw(): void {
    const { side, y } = place && enabled() ? { ...place, y: keepInside(place.y, innerHeight, height()) } : ownersPlace()
    element.dataset['side'] = side
    element.style.setProperty('--_y', `${y}px`)
    const above = innerHeight - y - height()
    element.toggleAttribute('data-beside', above < Math.min(PANEL_MIN_HEIGHT, innerHeight - 2 * height()))
    element.toggleAttribute('data-below', above < BUBBLE_ROOM)
  }

  function moveTo(next: LauncherPlace | undefined): void {
    const from = button.getBoundingClientRect()
    place = next && { ...next, y: keepInside(next.y, innerHeight, height()) }
    if (place) storage.set(PLACE_KEY, writePlace(place))
    else storage.remove(PLACE_KEY)
    draw()
    glideFrom(from)
  }

  /** Moves the button smoothly from where it was seen last to where it stands now. */
  function glideFrom(from: DOMRect): void {
    const { style } = button
    style.transition = 'none'
    style.transform = ''
    const to = button.getBoundingClientRect()
    style.transform = `translate(${from.left - to.left}px,${from.top - to.top}px)`
    // Reading a size makes the browser apply the first of the two places.
    void button.offsetWidth
    style.transition = ''
    style.transform = ''
  }

  const otherSide = () => moveTo({ side: here().side === 'left' ? 'right' : 'left', y: here().y })
  const higher = () => {
    const next = here().y + innerHeight / 4
    moveTo({
      side: here().side,
      y: keepInside(next, innerHeight, height()) < next ? ownersPlace().y : Math.round(next),
    })
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
    // Before the removal, which takes the focus away and so calls this function again.
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
    // The click comes at once or, after a touch that moved, never.
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
    // At once, since a quick pointer has left the button before its first move is reported.
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
      moveTo(nearestPlace(button.getBoundingClientRect(), { width: innerWidth, height: innerHeight }, ownersPlace().y))
    }
    endPress()
  })
  listen('pointercancel', () => {
    button.style.transform = ''
    endPress()
  })
  // The browser would drag a picture in the launcher away as a file.
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
