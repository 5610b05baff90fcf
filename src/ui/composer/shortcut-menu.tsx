/** The agent's shortcuts: behind a button, and behind a "/" at the beginning of the field. */

import { useLayoutEffect, useRef, useState } from 'preact/hooks'
import type { AgentShortcut } from '../../chat/chat-state.ts'
import { isOfInputMethod } from '../../platform/page/input-method.ts'
import type { ShortcutMenuProps } from '../parts.ts'
import { Icon, type IconPath } from '../theme/icons.tsx'
import { useStyles } from '../theme/use-styles.ts'
import menuStyles from './shortcut-menu.css?inline'

const SLASH: IconPath = 'M4 6.5Q4 4 6.5 4h7Q16 4 16 6.5v7q0 2.5-2.5 2.5h-7Q4 16 4 13.5ZM11.5 7l-3 6'
const PLACEHOLDER = /\{\{[^{}]+\}\}/g
const LIST_ID = 'shortcuts'
const optionId = (index: number) => `${LIST_ID}-${index}`

export function ShortcutMenu({ panel, shortcuts, text, input, onText }: ShortcutMenuProps) {
  useStyles(panel, menuStyles)
  const { strings } = panel
  const [opened, setOpened] = useState(false)
  /** The text for which the list was dismissed; it comes back with the next letter. */
  const [dismissed, setDismissed] = useState<string>()
  const [active, setActive] = useState(0)
  const button = useRef<HTMLButtonElement>(null)
  const list = useRef<HTMLDivElement>(null)
  /** What to select once the field has this text. */
  const selection = useRef<{ text: string; from: number; to: number }>(undefined)

  const query = /^\/(\S*(?: \S+)?)$/.exec(text)?.[1]?.toLocaleLowerCase()
  const matches =
    query === undefined || opened
      ? shortcuts
      : shortcuts.filter(
          ({ name, command }) =>
            command.replace(/^\//, '').toLocaleLowerCase().startsWith(query) ||
            name.toLocaleLowerCase().includes(query),
        )
  const shown = (opened || (query !== undefined && text !== dismissed)) && matches.length > 0
  const current = Math.min(active, matches.length - 1)

  const close = () => {
    setOpened(false)
    setDismissed(text)
  }
  const choose = ({ template, name }: AgentShortcut) => {
    const words = template || name
    // What was typed stays, unless it was typed to find the shortcut.
    const next = query !== undefined || !text.trim() ? words : `${text}\n${words}`
    const start = next.length - words.length
    const found = words.search(PLACEHOLDER)
    const length = words.match(PLACEHOLDER)?.[0].length ?? 0
    selection.current =
      found < 0
        ? { text: next, from: next.length, to: next.length }
        : { text: next, from: start + found, to: start + found + length }
    setOpened(false)
    setDismissed(next)
    setActive(0)
    onText(next)
    input.current?.focus()
  }

  useLayoutEffect(() => {
    if (selection.current?.text !== text) return
    input.current?.setSelectionRange(selection.current.from, selection.current.to)
    selection.current = undefined
  }, [text])

  useLayoutEffect(() => setActive(0), [query])

  useLayoutEffect(() => {
    list.current?.querySelector('[aria-selected=true]')?.scrollIntoView({ block: 'nearest' })
  }, [current, shown])

  useLayoutEffect(() => {
    const field = input.current
    if (!shown || !field) return
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
  }, [shown, current])

  const onKey = useRef((_event: KeyboardEvent) => {})
  onKey.current = (event) => {
    const field = input.current
    if (isOfInputMethod(event) || !field) return
    const take = () => {
      event.preventDefault()
      event.stopPropagation()
    }
    const chosen = matches[current]
    if (shown && /^Arrow(?:Up|Down)$/.test(event.key)) {
      take()
      const step = event.key === 'ArrowDown' ? 1 : -1
      setActive((current + step + matches.length) % matches.length)
    } else if (shown && event.key === 'Enter' && !event.shiftKey && chosen) {
      take()
      choose(chosen)
    } else if (shown && event.key === 'Escape') {
      take()
      close()
    } else if (event.key === 'Tab' && !event.shiftKey) {
      // From one gap of a template to the next.
      const gap = [...text.matchAll(PLACEHOLDER)].find(({ index }) => index >= field.selectionEnd)
      if (!gap) return
      take()
      field.setSelectionRange(gap.index, gap.index + gap[0].length)
    }
  }

  useLayoutEffect(() => {
    const form = button.current?.form
    if (!form) return
    const leaving = new AbortController()
    // In the capture phase: before the field and the panel handle the key.
    form.addEventListener(
      'keydown',
      (event) => {
        if (event.target === input.current) onKey.current(event)
      },
      { capture: true, signal: leaving.signal },
    )
    form.addEventListener('focusout', () => setOpened(false), leaving)
    return () => leaving.abort()
  }, [])

  return (
    <>
      <button
        ref={button}
        type="button"
        class="icon-button folds"
        // While a sentence is written, the field needs the room.
        hidden={!shown && query === undefined && text.trim() !== ''}
        aria-label={strings.shortcuts}
        title={strings.shortcuts}
        aria-haspopup="listbox"
        aria-expanded={shown}
        // The caret stays in the field, whose keys move through the list.
        onPointerDown={(event) => event.preventDefault()}
        onClick={() => {
          input.current?.focus()
          if (shown) close()
          else setOpened(true)
        }}
      >
        {/* The key itself, and no direction. */}
        <Icon path={SLASH} />
      </button>
      {shown && (
        <div ref={list} class="above menu" role="listbox" id={LIST_ID} aria-label={strings.shortcuts}>
          {matches.map((shortcut, index) => (
            // biome-ignore lint/a11y/useFocusableInteractive lint/a11y/useKeyWithClickEvents: the keyboard stays in the field, which points here
            <div
              key={shortcut.id}
              id={optionId(index)}
              role="option"
              aria-selected={index === current}
              onPointerDown={(event) => event.preventDefault()}
              onPointerMove={() => setActive(index)}
              onClick={() => choose(shortcut)}
            >
              <span dir="auto">{shortcut.name}</span>
              <small dir="auto">{shortcut.description || shortcut.command}</small>
            </div>
          ))}
        </div>
      )}
    </>
  )
}
