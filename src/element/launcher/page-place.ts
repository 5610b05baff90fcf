/** Where the visitor is: what the rules of launcher and teasers are about. */
import { SMALL_SCREEN } from '../../platform/page/screen.ts'
import type { Place } from './address-patterns.ts'

export function smallScreen(): MediaQueryList {
  return matchMedia(SMALL_SCREEN)
}

export function currentPlace(screen: MediaQueryList): Place {
  const { pathname, search, hash } = location
  return { address: pathname + search + hash, isPhone: screen.matches }
}
