/** Tells of answers that come while the chat is closed or its page is not seen, and is the visitor's switch for that. */
import { useEffect, useRef, useState } from 'preact/hooks'
import { systemClock } from '../../platform/clock.ts'
import { openStorage } from '../../platform/storage/storage.ts'
import { finishedAnswers } from '../messages/announcement.ts'
import type { NoticeButtonProps } from '../parts.ts'
import { IconButton, type IconPath } from '../theme/icons.tsx'
import { createChime } from './chime.ts'
import { type Choice, noticesFor } from './notice-choice.ts'

const BELL: IconPath = 'M5 14.5V9a5 5 0 0 1 10 0v5.5M3.5 14.5h13M8.5 17h3'
const BELL_OFF: IconPath = `${BELL}M4 4l12 13`
/** Remembered on the device, whoever the visitor is. */
const KEY = 'coze_chat_notices'

const permissionNow = (): NotificationPermission =>
  typeof Notification === 'undefined' ? 'denied' : Notification.permission

export function NoticeButton({ panel, name }: NoticeButtonProps) {
  const { store, strings, notify, clock = systemClock } = panel
  const place = useRef<HTMLSpanElement>(null)
  const [choice, setChoice] = useState(() => openStorage('local').get(KEY) as Choice)
  const [permission, setPermission] = useState(permissionNow)
  const notices = noticesFor(notify, choice, permission)
  const on = notices.sound || notices.desktop
  /** The same listeners for the life of the button read what is current. */
  const current = useRef({ notices, name, strings, panel })
  current.current = { notices, name, strings, panel }

  useEffect(() => {
    const frame = place.current?.closest<HTMLElement>('.frame')
    const chime = createChime(clock.monotonic)
    const ending = new AbortController()
    for (const type of ['pointerdown', 'keydown'])
      frame?.addEventListener(type, () => current.current.notices.sound && chime.unlock(), ending)

    let before = store.getState()
    const unsubscribe = store.subscribe(() => {
      const after = store.getState()
      const answered = finishedAnswers(before, after).some(({ text }) => text !== '')
      before = after
      if (!answered || !(document.hidden || frame?.inert)) return
      const { sound, desktop } = current.current.notices
      if (sound) chime.play()
      if (desktop) showOnDesktop()
    })

    /** Without the answer's words: others may see this screen. */
    function showOnDesktop(): void {
      const { name, strings, panel } = current.current
      try {
        const icon = panel.icon || store.getState().agent?.iconUrl
        const shown = new Notification(name, { body: strings.newMessages, tag: KEY, ...(icon && { icon }) })
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

  const choose = (next: 'on' | 'off') => {
    openStorage('local').set(KEY, next)
    setChoice(next)
  }
  const press = async () => {
    if (on) return choose('off')
    choose('on')
    if (notify === 'sound') return
    if (permission === 'default') setPermission(await Notification.requestPermission())
    if (permissionNow() === 'denied') panel.say?.(strings.noticesBlocked)
  }

  return (
    <span ref={place}>
      <IconButton
        path={on ? BELL : BELL_OFF}
        label={notices.blocked ? strings.noticesBlocked : strings.notices}
        pressed={on}
        disabled={notices.blocked}
        onClick={() => void press()}
      />
    </span>
  )
}

/** The panel knows how to close the chat alone; the element that it is in knows how to open it. */
function openChat(inside: Element | null): void {
  const { host } = (inside?.getRootNode() ?? {}) as { host?: { chat?: { open(): void } } }
  host?.chat?.open()
}
