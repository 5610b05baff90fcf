const PATHS = {
  send: 'M10 16V4.5M4.9 9.3 10 4.2l5.1 5.1',
  close: 'M5.5 5.5l9 9M14.5 5.5l-9 9',
  down: 'M10 4v11.5M5.2 10.8 10 15.6l4.8-4.8',
  compose:
    'M9.5 4H6a2.5 2.5 0 0 0-2.5 2.5V14A2.5 2.5 0 0 0 6 16.5h7.5A2.5 2.5 0 0 0 16 14v-3.5M8.5 11.5l.5-2.2 6-6a1.2 1.2 0 0 1 1.7 1.7l-6 6Z',
  more: 'M4.8 10h.01M10 10h.01M15.2 10h.01',
  copy: 'M7.5 7.5V5.2c0-.9.8-1.7 1.7-1.7h5.6c1 0 1.7.8 1.7 1.7v5.6c0 1-.8 1.7-1.7 1.7h-2.3M5.2 7.5h5.6c1 0 1.7.8 1.7 1.7v5.6c0 1-.8 1.7-1.7 1.7H5.2c-1 0-1.7-.8-1.7-1.7V9.2c0-1 .8-1.7 1.7-1.7Z',
  check: 'M4.5 10.5l3.7 3.7 7.3-8',
  again: 'M15.8 8.2A6.2 6.2 0 0 0 4.6 7M4.2 3.8V7h3.2M4.2 11.8A6.2 6.2 0 0 0 15.4 13M15.8 16.2V13h-3.2',
  like: 'M6.5 9v7.5M6.5 9l3-5.5c1.2 0 2 .9 2 2V8h3.7c1 0 1.7.9 1.5 1.8l-.9 5.2c-.1.9-.9 1.5-1.7 1.5H6.5M6.5 9H3.8v7.5h2.7',
  unlike:
    'M13.5 11V3.5M13.5 11l-3 5.5c-1.2 0-2-.9-2-2V12H4.8c-1 0-1.7-.9-1.5-1.8l.9-5.2c.1-.9.9-1.5 1.7-1.5h7.6M13.5 11h2.7V3.5h-2.7',
  attach: 'M16 9.3l-5.9 5.9a3.6 3.6 0 0 1-5.1-5.1l6.3-6.3a2.4 2.4 0 0 1 3.4 3.4l-6.3 6.3a1.2 1.2 0 0 1-1.7-1.7l5.6-5.5',
  file: 'M11.5 3.5H6.7c-.9 0-1.7.8-1.7 1.7v9.6c0 .9.8 1.7 1.7 1.7h6.6c.9 0 1.7-.8 1.7-1.7V7ZM11.5 3.5V7H15',
  chevron: 'M8 5.5l4.5 4.5L8 14.5',
  back: 'M12 5.5L7.5 10l4.5 4.5',
  list: 'M4 5.5h12M4 10h12M4 14.5h7',
  clear: 'M3.5 16.5h13M8 3.5l8 8-3.5 3.5H8L4.5 11.5Z',
  edit: 'M4 16l.8-3.4 8.6-8.6a1.7 1.7 0 0 1 2.5 2.5l-8.6 8.7Z',
  remove: 'M4 6h12M8 6V4h4v2M5.5 6l.7 10h7.6l.7-10',
  spark: 'M10 3.5l1.6 4.9 4.9 1.6-4.9 1.6L10 16.5l-1.6-4.9L3.5 10l4.9-1.6Z',
  alert: 'M10 6.5v4.2M10 13.5h.01M10 3a7 7 0 1 1 0 14 7 7 0 0 1 0-14Z',
} as const

export type IconName = keyof typeof PATHS

/** Line icons on a 20 px grid; decoration only, the button around it carries the name. */
export function Icon({ name }: { name: IconName }) {
  return (
    <svg class={`icon icon-${name}`} viewBox="0 0 20 20" aria-hidden="true">
      <path d={PATHS[name]} />
    </svg>
  )
}

/** A square button with an icon; its name is read out and shown as a tooltip. */
export function IconButton(props: {
  icon: IconName
  label: string
  class?: string
  pressed?: boolean
  disabled?: boolean
  onClick(event: MouseEvent): void
}) {
  return (
    <button
      type="button"
      class={`icon-button ${props.class ?? ''}`}
      aria-label={props.label}
      title={props.label}
      aria-pressed={props.pressed}
      disabled={props.disabled}
      onClick={props.onClick}
    >
      <Icon name={props.icon} />
    </button>
  )
}
