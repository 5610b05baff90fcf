/** Tells of answers that come while the chat is closed or its page is not seen. Draws nothing: the switch is in the header's menu. */
import { useEffect, useRef } from 'preact/hooks'
import { systemClock } from '../../platform/clock.ts'
import { finishedAnswers } from '../messages/announcement.ts'
import type { NoticesProps } from '../parts.ts'
import { createChime } from './chime.ts'
import { NOTICE_KEY, noticesNow } from './notice-memory.ts'

export function Notices({ panel, name }: NoticesProps) {
  const { store, clock = systemClock } = panel
  const place = useRef<HTMLSpanElement>(null)
  /** The same listeners for the life of the panel read what is current. */
  const current = useRef({ name, panel })
  current.current = { name, panel }

  useEffect(() => {
    const frame = place.current?.closest<HTMLElement>('.frame')
    const chime = createChime(clock.monotonic)
    const ending = new AbortController()
    const wanted = () => noticesNow(current.current.panel.notify)
    for (const type of ['pointerdown', 'keydown'])
      frame?.addEventListener(type, () => wanted().sound && chime.unlock(), ending)

    let before = store.getState()
    const unsubscribe = store.subscribe(() => {
      const after = store.getState()
      const answered = finishedAnswers(before, after).some(({ text }) => text !== '')
      before = after
      if (!answered || !(document.hidden || frame?.inert)) return
      const { sound, desktop } = wanted()
      if (sound) chime.play()
      if (desktop) showOnDesktop()
    })

    /** Without the answer's words: others may see this screen. */
    function showOnDesktop(): void {
      const { name, panel } = current.current
      try {
        const icon = panel.icon || store.getState().agent?.iconUrl
        const body = panel.strings.newMessages
        const shown = new Notification(name, { body, tag: NOTICE_KEY, ...(icon && { icon }) })
        shown.onclick = () => {
          shown.close()
          window.focus()
          openChat(place.current)
        }
      } catch {
        // Android's browsers have them only for pages with a service worker.
      }
    }

    return () => {
      unsubscribe()
      ending.abort()
      chime.destroy()
    }
  }, [store, clock])

  return <span ref={place} hidden />
}

/** The panel knows how to close the chat alone; the element that it is in knows how to open it. */
function openChat(inside: Element | null): void {
  const { host } = (inside?.getRootNode() ?? {}) as { host?: { chat?: { open(): void } } }
  host?.chat?.open()
}
