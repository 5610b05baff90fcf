/** The agent's shortcuts: behind a button, and behind a "/" at the beginning of the field. */

import { useLayoutEffect, useRef, useState } from 'preact/hooks'
import type { AgentShortcut } from '../../chat/chat-state.ts'
import { isOfInputMethod } from '../../platform/page/input-method.ts'
import type { ShortcutMenuProps } from '../parts.ts'
import { Icon, type IconPath } from '../theme/icons.tsx'
import { useStyles } from '../theme/use-styles.ts'
import { ShortcutList } from './shortcut-list.tsx'
import menuStyles from './shortcut-menu.css?inline'
import { gapBehind, insertShortcut, matchesOf, queryOf, type Selection } from './shortcut-text.ts'
import { useFieldKeys } from './use-field-keys.ts'

const SLASH: IconPath = 'M4 6.5Q4 4 6.5 4h7Q16 4 16 6.5v7q0 2.5-2.5 2.5h-7Q4 16 4 13.5ZM11.5 7l-3 6'

export function ShortcutMenu({ panel, shortcuts, text, input, onText }: ShortcutMenuProps) {
  useStyles(panel, menuStyles)
  const { strings } = panel
  const [opened, setOpened] = useState(false)
  /** The text for which the list was dismissed; it comes back with the next letter. */
  const [dismissed, setDismissed] = useState<string>()
  const [active, setActive] = useState(0)
  const button = useRef<HTMLButtonElement>(null)
  /** What to select once the field has this text. */
  const selection = useRef<Selection>(undefined)

  const query = queryOf(text)
  const matches = query === undefined || opened ? shortcuts : matchesOf(shortcuts, query)
  const shown = (opened || (query !== undefined && text !== dismissed)) && matches.length > 0
  const current = Math.min(active, matches.length - 1)

  const close = () => {
    setOpened(false)
    setDismissed(text)
  }
  const choose = (shortcut: AgentShortcut) => {
    const inserted = insertShortcut(text, shortcut)
    selection.current = inserted
    setOpened(false)
    setDismissed(inserted.text)
    setActive(0)
    onText(inserted.text)
    input.current?.focus()
  }

  useLayoutEffect(() => {
    if (selection.current?.text !== text) return
    input.current?.setSelectionRange(selection.current.from, selection.current.to)
    selection.current = undefined
  }, [text])

  useLayoutEffect(() => setActive(0), [query])

  useFieldKeys({
    within: button,
    input,
    onLeave: () => setOpened(false),
    onKey(event, field) {
      const chosen = matches[current]
      if (isOfInputMethod(event)) return false
      if (shown && /^Arrow(?:Up|Down)$/.test(event.key)) {
        const step = event.key === 'ArrowDown' ? 1 : -1
        setActive((current + step + matches.length) % matches.length)
        return true
      }
      if (shown && event.key === 'Enter' && !event.shiftKey && chosen) {
        choose(chosen)
        return true
      }
      if (shown && event.key === 'Escape') {
        close()
        return true
      }
      // From one gap of a template to the next.
      const gap = event.key === 'Tab' && !event.shiftKey && gapBehind(text, field.selectionEnd)
      if (!gap) return false
      field.setSelectionRange(gap.from, gap.to)
      return true
    },
  })

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
        <ShortcutList
          label={strings.shortcuts}
          shortcuts={matches}
          current={current}
          input={input}
          onCurrent={setActive}
          onChoose={choose}
        />
      )}
    </>
  )
}
