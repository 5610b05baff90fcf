/**
 * What is in the frame from the tap on until a chat draws itself: header with name and close, and a field that takes words. Plain DOM,
 * since it comes with the launcher. It has the panel's elements in the panel's order, and Preact takes over what it finds: the field stays
 * the same node, with its text, selection, input method and focus. `test/browser/first-frame.spec.ts` holds that the two agree.
 */
import type { DrawnOptions } from '../options/drawn-options.ts'
import { readSwitches } from '../options/features.ts'
import { type FocusPlace, openingFocus } from '../options/focus-on-open.ts'
import { isOfInputMethod } from '../platform/page/input-method.ts'
import { SMALL_SCREEN } from '../platform/page/screen.ts'
import { embedWords } from '../ui/strings/embed-words.ts'
import { make } from './make.ts'

/** What the visitor did before the chat had come. */
export interface Typed {
  /** What the frame called the chat. */
  readonly name: string
  /** In the field. */
  readonly text: string
  /** Sent, oldest first. */
  readonly questions: readonly string[]
}

export interface FirstFrame {
  focus(place: FocusPlace): void
  /** Shows something below the header; by default, after a second, that something is on its way. */
  show(element?: HTMLElement): void
  showFailure(retry: () => void): void
  /** Forgets what was typed. */
  clear(): void
  /** Nothing reacts any more: the nodes and what was typed are the caller's. */
  end(): Typed
}

/** Draws over what is in the frame. */
export function drawFirstFrame(frame: Element, options: DrawnOptions, onClose: () => void): FirstFrame {
  const { icon, ui, inline, subtitle } = options
  // Which of several languages it is in, the chat knows: until then its place is empty.
  const isLocalized = typeof options.title === 'object'
  const title = isLocalized ? '' : options.title
  const words = embedWords(options)
  const name = title || words.name
  const { dir } = words
  const questions: string[] = []

  frame.replaceChildren()
  const panel = make(frame, 'section', {
    class: 'panel',
    dir,
    role: inline ? 'region' : 'dialog',
    'aria-label': name,
  })
  const header = make(panel, 'div', { class: 'header', part: 'header' })
  if (icon) make(header, 'img', { class: 'avatar', src: icon, alt: '' })
  else make(header, 'span', { class: 'avatar' }).append([...`${title ?? ''}`][0] ?? '')
  const titles = make(header, 'div', { class: 'titles' })
  make(titles, 'h2', { dir: 'auto' }).append(isLocalized ? '' : name)
  // In which of several languages it is, the chat knows: until then its place is empty.
  if (ui === 'light' && subtitle)
    make(titles, 'p', { dir: 'auto' }).append(typeof subtitle === 'object' ? '\xa0' : subtitle)
  // Whatever has no name yet keeps its place, and begins to work with the chat. What comes with the first words takes its room then.
  const laterButton = { class: 'icon-button', inert: '' }
  const { conversations, upload } = readSwitches(options.features ?? {})
  if (conversations !== false) make(header, 'button', laterButton)
  if (options.handoff) make(header, 'button', laterButton)
  if (!inline && !matchMedia(SMALL_SCREEN).matches) make(header, 'button', laterButton)
  const close = inline ? undefined : make(header, 'button', { class: 'icon-button close', 'aria-label': words.close })
  if (close) close.onclick = onClose
  const body = make(panel, 'div', { class: 'transcript' })
  let middle: HTMLElement = make(body, 'i', { class: 'wait' })
  const spinner = middle
  const field = ui === 'light' ? makeField() : undefined

  function makeField(): HTMLTextAreaElement {
    const placeholder = options.placeholder ?? words.placeholder
    const footer = make(panel, 'div', { class: 'footer' })
    const row = make(make(footer, 'form', { class: 'composer' }), 'div', { class: 'row' })
    if (upload !== false) make(row, 'button', laterButton)
    const mirror = make(row, 'div', { class: 'field' })
    const field = make(mirror, 'textarea', {
      part: 'input',
      rows: '1',
      enterkeyhint: 'send',
      autocomplete: 'off',
      dir,
      placeholder,
      'aria-label': placeholder,
    })
    make(row, 'button', { ...laterButton, class: 'round' })
    field.oninput = () => {
      mirror.dataset['text'] = field.value
      field.dir = field.value ? 'auto' : dir
    }
    field.onkeydown = (event) => {
      if (event.key !== 'Enter' || event.shiftKey || isOfInputMethod(event)) return
      event.preventDefault()
      const text = field.value.trim()
      if (!text) return
      questions.push(text)
      make(body, 'p', { class: 'bubble' }).append(text)
      write(field, '')
    }
    return field
  }

  const focus = (place: FocusPlace) => ((place === 'field' && field) || close)?.focus({ preventScroll: true })

  function show(next: HTMLElement = spinner): void {
    middle.replaceWith(next)
    middle = next
  }

  return {
    focus,
    show,
    showFailure(retry) {
      const alert = make(body, 'div', { role: 'alert' })
      const button = make(alert, 'button', { class: 'wait' })
      button.append(words.failed)
      button.onclick = () => {
        // The button is about to vanish.
        focus(openingFocus(options))
        retry()
      }
      show(alert)
    },
    clear() {
      questions.length = 0
      for (const bubble of body.querySelectorAll('p')) bubble.remove()
      if (field) write(field, '')
    },
    end() {
      if (close) close.onclick = null
      if (field) field.oninput = field.onkeydown = null
      return { name, text: field?.value ?? '', questions }
    },
  }
}

function write(field: HTMLTextAreaElement, text: string): void {
  field.value = text
  field.dispatchEvent(new Event('input'))
}
