/** A launcher that the visitor may move by dragging, by the arrow keys, or by a small menu (right click, long press). */
import { type LauncherWords, launcherWords } from '../../../ui/strings/launcher-words.ts'
import type { ExtrasHost, UpdateExtra } from '../extras-host.ts'
import { watchDrag } from './drag.ts'
import type { LauncherPlace } from './launcher-place.ts'
import { createMoveMenu } from './move-menu.ts'
import { createMovedPlace } from './moved-place.ts'

/** Pixels that one press of an arrow key moves the launcher. */
const KEY_STEP = 24

export function createMovable(host: ExtrasHost): UpdateExtra {
  const { chat, element, button, signal } = host
  const { here, moveTo, drop, raise, update, isEnabled } = createMovedPlace(host)
  const menu = createMoveMenu(host)
  let words: LauncherWords | undefined

  function openMenu(): void {
    if (!words) return
    menu.open(words.move, [
      [words.otherSide, () => moveTo({ ...here(), side: here().side === 'left' ? 'right' : 'left' })],
      [words.higher, raise],
      [words.putBack, () => moveTo(undefined)],
    ])
  }

  watchDrag(host, { isEnabled, begin: menu.close, drop, hold: openMenu })
  button.oncontextmenu = (event) => {
    if (!isEnabled()) return
    event.preventDefault()
    openMenu()
  }
  button.onkeydown = (event) => {
    const { side, y } = here()
    const moves: Readonly<Record<string, LauncherPlace | undefined>> = {
      ArrowUp: { side, y: y + KEY_STEP },
      ArrowDown: { side, y: y - KEY_STEP },
      ArrowLeft: { side: 'left', y },
      ArrowRight: { side: 'right', y },
      Home: undefined,
    }
    const isMove = Object.hasOwn(moves, event.key) && isEnabled()
    if (!isMove || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return
    event.preventDefault()
    moveTo(moves[event.key])
  }
  const off = chat.on('open', menu.close)
  signal.addEventListener('abort', () => {
    off()
    menu.close()
    for (const name of ['data-beside', 'data-below', 'data-movable']) element.removeAttribute(name)
  })

  return (options) => {
    const before = isEnabled()
    words = launcherWords(options.lang, options.strings)
    update(options)
    if (!before && !isEnabled()) return
    element.toggleAttribute('data-movable', isEnabled())
    if (isEnabled()) button.setAttribute('aria-description', words.moveHint)
    else button.removeAttribute('aria-description')
  }
}
