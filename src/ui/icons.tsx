/** Line icons on a 20 px grid; decoration only, the button around them carries the name. Chunks bring their own. */

/** Path data of SVG. */
export type IconPath = string

export const icons = {
  send: 'M10 16V4.5M4.9 9.3 10 4.2l5.1 5.1',
  close: 'M5.5 5.5l9 9M14.5 5.5l-9 9',
  down: 'M10 4v11.5M5.2 10.8 10 15.6l4.8-4.8',
  compose:
    'M9.5 4H6a2.5 2.5 0 0 0-2.5 2.5V14A2.5 2.5 0 0 0 6 16.5h7.5A2.5 2.5 0 0 0 16 14v-3.5M8.5 11.5l.5-2.2 6-6a1.2 1.2 0 0 1 1.7 1.7l-6 6Z',
  copy: 'M7.5 7.5V5.2c0-.9.8-1.7 1.7-1.7h5.6c1 0 1.7.8 1.7 1.7v5.6c0 1-.8 1.7-1.7 1.7h-2.3M5.2 7.5h5.6c1 0 1.7.8 1.7 1.7v5.6c0 1-.8 1.7-1.7 1.7H5.2c-1 0-1.7-.8-1.7-1.7V9.2c0-1 .8-1.7 1.7-1.7Z',
  check: 'M4.5 10.5l3.7 3.7 7.3-8',
  again: 'M15.8 8.2A6.2 6.2 0 0 0 4.6 7M4.2 3.8V7h3.2M4.2 11.8A6.2 6.2 0 0 0 15.4 13M15.8 16.2V13h-3.2',
  like: 'M6.5 9v7.5M6.5 9l3-5.5c1.2 0 2 .9 2 2V8h3.7c1 0 1.7.9 1.5 1.8l-.9 5.2c-.1.9-.9 1.5-1.7 1.5H6.5M6.5 9H3.8v7.5h2.7',
  unlike:
    'M13.5 11V3.5M13.5 11l-3 5.5c-1.2 0-2-.9-2-2V12H4.8c-1 0-1.7-.9-1.5-1.8l.9-5.2c.1-.9.9-1.5 1.7-1.5h7.6M13.5 11h2.7V3.5h-2.7',
  attach: 'M16 9.3l-5.9 5.9a3.6 3.6 0 0 1-5.1-5.1l6.3-6.3a2.4 2.4 0 0 1 3.4 3.4l-6.3 6.3a1.2 1.2 0 0 1-1.7-1.7l5.6-5.5',
  alert: 'M10 6.5v4.2M10 13.5h.01M10 3a7 7 0 1 1 0 14 7 7 0 0 1 0-14Z',
  list: 'M4 5.5h12M4 10h12M4 14.5h7',
} as const

/** `flips`: mirrored where text runs from right to left. */
export function Icon({ path, flips }: { path: IconPath; flips?: boolean }) {
  return (
    <svg class={flips ? 'icon flips' : 'icon'} viewBox="0 0 20 20" aria-hidden="true">
      <path d={path} />
    </svg>
  )
}

/** A square button with an icon; its name is read out and shown as a tooltip. */
export function IconButton(props: {
  path: IconPath
  label: string
  flips?: boolean
  pressed?: boolean
  disabled?: boolean
  type?: 'button' | 'submit'
  onClick?: (event: MouseEvent) => void
}) {
  const { path, label, flips = false, pressed, disabled, type = 'button', onClick } = props
  return (
    <button
      type={type}
      class="icon-button"
      aria-label={label}
      title={label}
      aria-pressed={pressed}
      disabled={disabled}
      onClick={onClick}
    >
      <Icon path={path} flips={flips} />
    </button>
  )
}
