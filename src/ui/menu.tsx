import { useEffect, useRef, useState } from 'preact/hooks'
import { Icon, type IconName } from './icons.tsx'

export interface MenuItem {
  readonly icon: IconName
  readonly label: string
  readonly disabled?: boolean
  onSelect(): void
}

/** A menu button by the ARIA pattern: arrow keys, Home, End; Escape and leaving close it. */
export function Menu({ label, items }: { label: string; items: readonly MenuItem[] }) {
  const [open, setOpen] = useState(false)
  const root = useRef<HTMLDivElement>(null)
  const entries = () => [...(root.current?.querySelectorAll<HTMLElement>('[role=menuitem]:not(:disabled)') ?? [])]

  useEffect(() => {
    if (open) entries()[0]?.focus()
  }, [open])

  const close = () => {
    setOpen(false)
    root.current?.querySelector('button')?.focus()
  }

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: keys and focus of the button and the entries pass through here
    <div
      class="menu-root"
      ref={root}
      onFocusOut={(event) => {
        if (!root.current?.contains(event.relatedTarget as Node | null)) setOpen(false)
      }}
      onKeyDown={(event) => {
        if (!open) return
        const list = entries()
        const index = list.indexOf(event.target as HTMLElement)
        const next = {
          ArrowDown: index + 1,
          ArrowUp: index - 1 + list.length,
          Home: 0,
          End: list.length - 1,
        }[event.key]
        if (next !== undefined) {
          event.preventDefault()
          list[next % list.length]?.focus()
        } else if (event.key === 'Escape') {
          event.stopPropagation()
          close()
        }
      }}
    >
      <button
        type="button"
        class="icon-button"
        aria-label={label}
        title={label}
        aria-haspopup="menu"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
      >
        <Icon name="more" />
      </button>
      {open && (
        <div class="menu" role="menu" aria-label={label} tabIndex={-1}>
          {items.map((item) => (
            <button
              key={item.label}
              type="button"
              role="menuitem"
              tabIndex={-1}
              disabled={item.disabled}
              onClick={() => {
                close()
                item.onSelect()
              }}
            >
              <Icon name={item.icon} />
              {item.label}
            </button>
          ))}
        </div>
      )}
    </div>
  )
}
