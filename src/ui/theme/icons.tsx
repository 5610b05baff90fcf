/** Line icons on a 20 px grid; decoration only, the button around them carries the name. Those of a single component are in its file. */

/** Path data of SVG. */
export type IconPath = string

export const icons = {
  send: 'M10 16V4.5M5 9.5l5-5 5 5',
  close: 'M5.5 5.5l9 9M14.5 5.5l-9 9',
  compose: 'M10 4H4v12h12v-6M8 12l.5-2.5 6.5-6.5 2 2-6.5 6.5Z',
  edit: 'M4 16l1-4 8-8 3 3-8 8Z',
  copy: 'M7.5 7.5h9v9h-9ZM4.5 12.5h-1v-9h9v1',
  check: 'M4.5 10.5l3.5 3.5 7.5-8',
  again: 'M16 10a6 6 0 1 1-2-4.5l2 2M16 3.5v4h-4',
  like: 'M6.5 9l3-5.5q2 0 2 2V8h5l-1.5 8.5H3.5V9h3v7.5',
  attach: 'M10 4v12M4 10h12',
  alert: 'M10 6.5v4.2M10 13.5h.01M10 3a7 7 0 1 1 0 14 7 7 0 0 1 0-14Z',
  more: 'M4 9.7h.6v.6H4ZM9.7 9.7h.6v.6h-.6ZM15.4 9.7h.6v.6h-.6Z',
  enlarge: 'M11.5 4H16v4.5M16 4l-5 5M8.5 16H4v-4.5M4 16l5-5',
  shrink: 'M15.5 9H11V4.5M11 9l5-5M4.5 11H9v4.5M9 11l-5 5',
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

/** A button with an icon, or with one that its styles draw. Its name is read out and shown as a tooltip. */
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
  'aria-haspopup'?: 'menu'
  'aria-expanded'?: boolean
  onClick?: (event: MouseEvent) => void
}) {
  const { path, label, turn, pressed, type = 'button', class: className = 'icon-button', ...rest } = props
  return (
    <button type={type} class={className} aria-label={label} title={label} aria-pressed={pressed} {...rest}>
      {path && <Icon path={path} turn={turn} />}
    </button>
  )
}
