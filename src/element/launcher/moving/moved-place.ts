/** Where a movable launcher stands: where the visitor has put it, in this tab or another one, or else where the owner has. */
import type { DrawnOptions } from '../../../options/drawn-options.ts'
import { openStorage } from '../../../platform/storage/storage.ts'
import { finite } from '../../placement.ts'
import type { ExtrasHost } from '../extras-host.ts'
import { keepInside, LAUNCHER_SIZE, type LauncherPlace, nearestPlace, readPlace, writePlace } from './launcher-place.ts'

const PLACE_KEY = 'coze_chat_launcher'

/** Pixels of height that a panel above the launcher needs; with less it stands beside the launcher. */
const PANEL_MIN_HEIGHT = 440

/** Pixels that teaser and menu need above the launcher. */
const BUBBLE_ROOM = 180

export interface MovedPlace {
  /** Where it stands now. */
  here(): LauncherPlace
  /** Puts it there, or with `undefined` back to where the owner wants it, and remembers that. */
  moveTo(next: LauncherPlace | undefined): void
  /** Puts it where a pointer has left it, or nearby. */
  drop(): void
  /** A quarter of the window higher; from the top, back to the owner's height. */
  raise(): void
  /** @param next with these options it stands elsewhere, or may not be moved any more */
  update(next: DrawnOptions): void
  isEnabled(): boolean
}

export function createMovedPlace({ element, button, signal }: ExtrasHost): MovedPlace {
  const storage = openStorage('local')
  let options: DrawnOptions | undefined
  let place: LauncherPlace | undefined
  let hasBegun = false

  const isEnabled = () => Boolean(options?.movable && !options.inline)
  const ownersPlace = (): LauncherPlace => ({
    side: options?.position === 'bottom-left' ? 'left' : 'right',
    y: options ? finite(options, 'offsetY') : 0,
  })
  const here = () => place ?? ownersPlace()
  /** Of a launcher that is not shown, the usual one. */
  const height = () => button.offsetHeight || LAUNCHER_SIZE

  function draw(): void {
    const { side, y } =
      place && isEnabled() ? { ...place, y: keepInside(place.y, innerHeight, height()) } : ownersPlace()
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
    glideFrom(from, button)
  }

  window.addEventListener('resize', () => isEnabled() && draw(), { signal })
  // Another tab of this site has moved it.
  window.addEventListener(
    'storage',
    ({ key, newValue }) => {
      if (key !== PLACE_KEY) return
      place = readPlace(newValue ?? undefined)
      if (isEnabled()) draw()
    },
    { signal },
  )
  return {
    here,
    moveTo,
    drop() {
      const size = { width: innerWidth, height: innerHeight }
      moveTo(nearestPlace(button.getBoundingClientRect(), size, ownersPlace().y))
    },
    raise() {
      const { side, y } = here()
      const next = y + innerHeight / 4
      const isAbove = keepInside(next, innerHeight, height()) < next
      moveTo({ side, y: isAbove ? ownersPlace().y : Math.round(next) })
    },
    update(next) {
      const before = isEnabled()
      options = next
      if (!before && !isEnabled()) return
      if (!hasBegun) place = readPlace(storage.get(PLACE_KEY))
      hasBegun = true
      draw()
    },
    isEnabled,
  }
}

/** Moves the button smoothly from where it was seen last to where it stands now. */
function glideFrom(from: DOMRect, button: HTMLElement): void {
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
