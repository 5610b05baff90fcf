/** Whether the chat has a phone's whole screen to itself. */
import { SMALL_SCREEN } from '../../../platform/page/screen.ts'
import { coverScreen } from './cover-screen.ts'

export interface FullScreen {
  readonly active: boolean
  /** To be called when the chat opens or closes. */
  update(): void
  destroy(): void
}

export function createFullScreen(
  place: { frame: HTMLElement; element: HTMLElement },
  /** `wanted`: the chat is open and floating. */
  { wanted, onChange }: { wanted: () => boolean; onChange: () => void },
): FullScreen {
  const query = matchMedia(SMALL_SCREEN)
  let cover: AbortController | undefined

  function update(): void {
    const active = query.matches && wanted()
    if (active === (cover !== undefined)) return
    cover?.abort()
    cover = active ? new AbortController() : undefined
    if (cover) coverScreen(place, cover.signal)
    onChange()
  }

  query.addEventListener('change', update)
  return {
    get active() {
      return cover !== undefined
    },
    update,
    destroy() {
      query.removeEventListener('change', update)
      cover?.abort()
    },
  }
}
