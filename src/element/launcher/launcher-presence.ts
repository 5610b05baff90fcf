/** Whether there is a launcher at this address and on this screen (options `hideOn` and `showOn`). */
import { isWanted, type Where } from './address-patterns.ts'
import type { ExtrasHost, UpdateExtra } from './extras-host.ts'
import { currentPlace, smallScreen } from './page-place.ts'

export function createLauncherPresence({ element, onAddress, signal }: ExtrasHost): UpdateExtra {
  const screen = smallScreen()
  let where: Where = {}
  let isWatching = false

  const draw = () => element.toggleAttribute('data-away', !isWanted(where, currentPlace(screen)))

  signal.addEventListener('abort', () => element.removeAttribute('data-away'))
  return ({ hideOn, showOn }) => {
    where = { hideOn, showOn }
    draw()
    if (isWatching || !(hideOn || showOn)) return
    isWatching = true
    onAddress(draw)
    screen.addEventListener('change', draw, { signal })
  }
}
