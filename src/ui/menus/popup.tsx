/** What opens at a button, with a few choices in it: by keyboard like any menu, and gone with a press elsewhere. */
import type { ComponentChildren } from 'preact'
import { useLayoutEffect, useRef } from 'preact/hooks'
import type { PanelContext } from '../panel-context.ts'
import type { MenuItemProps } from '../parts.ts'
import { Icon, icons } from '../theme/icons.tsx'
import { useStyles } from '../theme/use-styles.ts'
import popupStyles from './popup.css?inline'

interface PopupProps {
  panel: PanelContext
  label: string
  /** `menu`: of {@link MenuItem}s, and Tab leaves it. `alertdialog`: a question with buttons. */
  role: 'menu' | 'alertdialog'
  /** Has the focus again when it is closed by keyboard, and closes it by itself when it is pressed. */
  opener: HTMLElement
  /** Opens upwards. */
  above?: boolean
  onClose(): void
  children: ComponentChildren
}

/** The first of its choices has the focus. */
export function Popup({ panel, label, role, opener, above = false, onClose, children }: PopupProps) {
  useStyles(panel, popupStyles)
  const root = useRef<HTMLDivElement>(null)
  useLayoutEffect(() => choices(root.current)[0]?.focus({ preventScroll: true }), [role])
  useLayoutEffect(() => {
    const leaving = new AbortController()
    root.current?.getRootNode().addEventListener(
      'pointerdown',
      (event) => {
        const path = event.composedPath()
        if (root.current && !path.includes(root.current) && !path.includes(opener)) onClose()
      },
      { capture: true, signal: leaving.signal },
    )
    return () => leaving.abort()
  }, [opener])

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions lint/a11y/useAriaPropsSupportedByRole: both roles take a name and keys
    <div
      class={above ? 'options over' : 'options'}
      part="menu"
      role={role}
      aria-label={label}
      ref={root}
      onKeyDown={(event) => {
        const all = choices(root.current)
        const index = all.indexOf(event.target as HTMLElement)
        const last = all.length - 1
        const next = {
          ArrowDown: index === last ? 0 : index + 1,
          ArrowUp: index <= 0 ? last : index - 1,
          Home: 0,
          End: last,
        }[event.key]
        if (event.key === 'Tab') {
          // It goes on from the button by itself.
          if (role === 'menu') closeFor(opener, onClose)
          return
        }
        if (event.key === 'Escape') closeFor(opener, onClose)
        else if (next !== undefined) all[next]?.focus()
        else return
        event.preventDefault()
        event.stopPropagation()
      }}
    >
      {children}
    </div>
  )
}

export function closeFor(opener: HTMLElement, onClose: () => void): void {
  onClose()
  opener.focus({ preventScroll: true })
}

export function MenuItem({ path, label, checked, ...rest }: MenuItemProps) {
  const role = checked === undefined ? 'menuitem' : 'menuitemcheckbox'
  return (
    // Arrows go from item to item.
    // biome-ignore lint/a11y/useAriaPropsSupportedByRole: `checked` is there only in a role that has it
    <button type="button" role={role} aria-checked={checked} tabIndex={-1} {...rest}>
      <Icon path={path} />
      <span>{label}</span>
      {checked && <Icon path={icons.check} />}
    </button>
  )
}

/** Those that can have the focus. */
function choices(root: HTMLElement | null): HTMLElement[] {
  return [...(root?.querySelectorAll<HTMLElement>('button:not(:disabled)') ?? [])].filter(
    (button) => getComputedStyle(button).display !== 'none',
  )
}
