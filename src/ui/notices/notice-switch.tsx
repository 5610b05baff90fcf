/** The visitor's switch for being told of answers, as one more choice of the header's menu. */
import { useState } from 'preact/hooks'
import type { NoticeSwitchProps } from '../parts.ts'
import type { IconPath } from '../theme/icons.tsx'
import { choose, noticesNow, permissionNow } from './notice-memory.ts'

const BELL: IconPath = 'M5 14.5V9a5 5 0 0 1 10 0v5.5M3.5 14.5h13M8.5 17h3'
const BELL_OFF: IconPath = `${BELL}M4 4l12 13`

export function NoticeSwitch({ panel, Item }: NoticeSwitchProps) {
  const { strings, notify } = panel
  const [, redraw] = useState({})
  const { sound, desktop, blocked } = noticesNow(notify)
  const on = sound || desktop
  const press = async () => {
    choose(on ? 'off' : 'on')
    redraw({})
    if (on || notify === 'sound') return
    if (permissionNow() === 'default') {
      await Notification.requestPermission()
      redraw({})
    }
    if (permissionNow() === 'denied') panel.say?.(strings.noticesBlocked)
  }
  return (
    <Item
      path={on ? BELL : BELL_OFF}
      label={blocked ? strings.noticesBlocked : strings.notices}
      checked={on}
      disabled={blocked}
      onClick={() => void press()}
    />
  )
}
