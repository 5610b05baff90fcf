/** The marks of footnotes within the text. A footnote comes after its marks, often at the very end. */
import type { MarkdownViewOptions } from '../markdown-view-options.ts'
import type { CreateButton } from './element-maker.ts'

export interface NoteReferences {
  /** A mark, or what was written until its footnote comes. */
  create(label: string): HTMLElement
  /** Tells where a footnote is: its marks that were drawn before lead there. */
  define(label: string, target: HTMLElement): void
}

export function createNoteReferences(
  { document, strings }: MarkdownViewOptions,
  createButton: CreateButton,
): NoteReferences {
  const notes = new Map<string, HTMLElement>()
  /** Marks of footnotes that nobody has seen yet. */
  const waiting = new Map<string, HTMLElement[]>()

  function createMark(label: string, target: HTMLElement): HTMLElement {
    const mark = document.createElement('sup')
    const button = createButton('md-note-mark', label, () => {
      target.scrollIntoView({ block: 'nearest' })
      target.focus({ preventScroll: true })
    })
    button.setAttribute('aria-label', strings.footnote(label))
    mark.append(button)
    return mark
  }

  function waitFor(label: string, element: HTMLElement): void {
    const others = waiting.get(label)
    if (others) others.push(element)
    else waiting.set(label, [element])
  }

  return {
    create(label) {
      const element = document.createElement('span')
      const target = notes.get(label)
      if (target) element.append(createMark(label, target))
      else {
        element.textContent = `[^${label}]`
        waitFor(label, element)
      }
      return element
    },
    define(label, target) {
      if (notes.has(label)) return
      notes.set(label, target)
      for (const element of waiting.get(label) ?? []) element.replaceChildren(createMark(label, target))
      waiting.delete(label)
    },
  }
}
