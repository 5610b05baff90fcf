/** Line icons on a 20 px grid; decoration only, the button around them carries the name. Chunks bring their own. */
import { h } from 'preact'

/** Path data of SVG. */
export type IconPath = string

export const icons = {
  send: 'M10 16V4.5M5 9.5l5-5 5 5',
  close: 'M5.5 5.5l9 9M14.5 5.5l-9 9',
  compose: 'M10 4H6.5Q4 4 4 6.5v7Q4 16 6.5 16h7q2.5 0 2.5-2.5V10M8 12l.5-2.5 5.8-5.8a1.4 1.4 0 0 1 2 2l-5.8 5.8Z',
  copy: 'M7.5 7.5V5.5q0-2 2-2h5q2 0 2 2v5q0 2-2 2h-2M5.5 7.5h5q2 0 2 2v5q0 2-2 2h-5q-2 0-2-2v-5q0-2 2-2Z',
  check: 'M4.5 10.5l3.5 3.5 7.5-8',
  again: 'M16 8A6.2 6.2 0 0 0 4.6 7M4 3.8V7h3.4M4 12a6.2 6.2 0 0 0 11.4 1M16 16.2V13h-3.4',
  like: 'M6.5 9v7.5M6.5 9l3-5.5q2 0 2 2V8h3.7q1.7 0 1.5 1.8l-.9 5.2q-.2 1.5-1.7 1.5H3.8V9h2.7',
  attach: 'M16 9.3l-5.9 5.9a3.6 3.6 0 0 1-5.1-5.1l6.3-6.3a2.4 2.4 0 0 1 3.4 3.4l-6.3 6.3a1.2 1.2 0 0 1-1.7-1.7l5.6-5.5',
  alert: 'M10 6.5v4.2M10 13.5h.01M10 3a7 7 0 1 1 0 14 7 7 0 0 1 0-14Z',
  list: 'M4 5.5h12M4 10h12M4 14.5h7',
} as const

/** `flips`: mirrored where text runs from right to left. `turned`: upside down. */
export type IconTurn = 'flips' | 'turned'

export function Icon({ path, turn }: { path: IconPath; turn?: IconTurn | false | undefined }) {
  return (
    <svg class={turn ? `icon ${turn}` : 'icon'} viewBox="0 0 20 20" aria-hidden="true">
      <path d={path} />
    </svg>
  )
}

/** A button with an icon, or one of its style's; its name is read out and shown as a tooltip. */
export function IconButton(props: {
  path?: IconPath
  label: string
  turn?: IconTurn | false
  pressed?: boolean
  disabled?: boolean
  type?: 'button' | 'submit'
  /** Default: `icon-button`. */
  class?: string
  part?: string
  onClick?: (event: MouseEvent) => void
}) {
  const { path, label, turn, pressed, type = 'button', class: className = 'icon-button', ...rest } = props
  return (
    <button type={type} class={className} aria-label={label} title={label} aria-pressed={pressed} {...rest}>
      {path && <Icon path={path} turn={turn} />}
    </button>
  )
}
