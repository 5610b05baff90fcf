/** A key combination that opens and closes the chat. */
import { isOfInputMethod } from '../../platform/page/input-method.ts'
import type { ExtrasHost, UpdateExtra } from './extras-host.ts'

const MODIFIERS = ['Alt', 'Control', 'Meta', 'Shift'] as const
type Modifier = (typeof MODIFIERS)[number]

export interface Shortcut {
  readonly modifiers: readonly Modifier[]
  readonly key: string
}

/**
 * Reads the notation of `aria-keyshortcuts`, such as `Alt+Shift+C`. Returns `undefined` for a combination that would type or
 * scroll: it needs Alt, Control or Meta, unless its key is one of F1 to F12.
 */
export function readShortcut(text: string): Shortcut | undefined {
  const parts = text.trim().split('+')
  const key = parts.pop() ?? ''
  const modifiers = MODIFIERS.filter((modifier) => parts.includes(modifier))
  const safe = modifiers.some((modifier) => modifier !== 'Shift') || /^F([1-9]|1[0-2])$/.test(key)
  return key && safe && modifiers.length === parts.length ? { modifiers, key } : undefined
}

type KeyPress = Pick<KeyboardEvent, 'key' | 'code' | 'getModifierState'>

/** Compares the letter, or the place of the key where Alt or Shift make another letter of it. */
export function isPressed({ modifiers, key }: Shortcut, event: KeyPress): boolean {
  // AltGr types letters, and reports itself as Control and Alt.
  if (event.getModifierState('AltGraph')) return false
  if (MODIFIERS.some((modifier) => event.getModifierState(modifier) !== modifiers.includes(modifier))) return false
  const wanted = key.toUpperCase()
  return event.key.toUpperCase() === wanted || event.code === `Key${wanted}` || event.code === `Digit${wanted}`
}

const isTyping = (target: EventTarget | undefined) =>
  target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))

export function createShortcut({ chat, element, root, button, signal }: ExtrasHost): UpdateExtra {
  let shortcut: Shortcut | undefined
  let written: string | undefined
  /** Where the focus was when the keys opened the chat; it returns there when the chat closes. */
  let before: Element | null = null

  // What is pressed in the chat does not leave it.
  for (const place of [root.querySelector<HTMLElement>('.frame'), window])
    place?.addEventListener('keydown', onKey, { signal })

  function onKey(event: Event): void {
    if (!(event instanceof KeyboardEvent)) return
    if (!shortcut || event.defaultPrevented || event.repeat || isOfInputMethod(event) || !isPressed(shortcut, event))
      return
    const path = event.composedPath()
    // Fields of the page keep their keys; the chat's own field does not.
    if (isTyping(path[0]) && !path.includes(element)) return
    event.preventDefault()
    const { activeElement } = element.ownerDocument
    if (!chat.state.open) before = activeElement === element ? null : activeElement
    chat.toggle()
  }
  // After a click of the launcher the focus stays there.
  button.addEventListener(
    'click',
    () => {
      before = null
    },
    { signal, capture: true },
  )
  const off = chat.on('close', () => {
    if (before instanceof HTMLElement && before.isConnected) before.focus({ preventScroll: true })
    before = null
  })
  signal.addEventListener('abort', off)

  return ({ shortcut: wanted }) => {
    if (wanted === written) return
    written = wanted
    shortcut = wanted ? readShortcut(wanted) : undefined
    if (wanted && !shortcut) {
      console.warn(
        `[coze-chat-widget] shortcut: "${wanted}" is not used. Write it like Alt+Shift+C, with Alt, Control or Meta.`,
      )
    }
    if (shortcut) button.setAttribute('aria-keyshortcuts', [...shortcut.modifiers, shortcut.key].join('+'))
    else button.removeAttribute('aria-keyshortcuts')
  }
}
