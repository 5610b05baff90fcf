import type { RefObject } from 'preact'
import { useLayoutEffect, useRef } from 'preact/hooks'
import type { AgentShortcut } from '../../chat/chat-state.ts'

const LIST_ID = 'shortcuts'
const optionId = (index: number) => `${LIST_ID}-${index}`

interface ShortcutListProps {
  label: string
  shortcuts: readonly AgentShortcut[]
  /** Index of the one that Enter would choose. */
  current: number
  /** The keyboard stays in the field, which says what is current here. */
  input: RefObject<HTMLTextAreaElement | null>
  onCurrent(index: number): void
  onChoose(shortcut: AgentShortcut): void
}

export function ShortcutList({ label, shortcuts, current, input, onCurrent, onChoose }: ShortcutListProps) {
  const list = useRef<HTMLDivElement>(null)

  useLayoutEffect(() => {
    list.current?.querySelector('[aria-selected=true]')?.scrollIntoView({ block: 'nearest' })
    const field = input.current
    if (!field) return
    const attributes = {
      'aria-haspopup': 'listbox',
      'aria-autocomplete': 'list',
      'aria-controls': LIST_ID,
      'aria-activedescendant': optionId(current),
    }
    for (const [name, value] of Object.entries(attributes)) field.setAttribute(name, value)
    return () => {
      for (const name of Object.keys(attributes)) field.removeAttribute(name)
    }
  }, [current])

  return (
    <div ref={list} class="above menu" role="listbox" id={LIST_ID} aria-label={label}>
      {shortcuts.map((shortcut, index) => (
        // biome-ignore lint/a11y/useFocusableInteractive lint/a11y/useKeyWithClickEvents: the keyboard stays in the field, which points here
        <div
          key={shortcut.id}
          id={optionId(index)}
          role="option"
          aria-selected={index === current}
          onPointerDown={(event) => event.preventDefault()}
          onPointerMove={() => onCurrent(index)}
          onClick={() => onChoose(shortcut)}
        >
          <span dir="auto">{shortcut.name}</span>
          <small dir="auto">{shortcut.description || shortcut.command}</small>
        </div>
      ))}
    </div>
  )
}
