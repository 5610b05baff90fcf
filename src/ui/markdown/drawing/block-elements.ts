/** The elements of an answer's blocks. Made by `createElement` and text only: Trusted Types need no policy. */
import type { Block } from '../blocks/block.ts'
import type { MarkdownViewOptions } from '../markdown-view-options.ts'

/** The outer element of a block and the one that takes its content. */
export type BlockElements = readonly [outer: HTMLElement, slot?: HTMLElement]

export interface BlockElementMaker {
  create<Tag extends keyof HTMLElementTagNameMap>(tag: Tag, className?: string): HTMLElementTagNameMap[Tag]
  /** Its click is handled by {@link onClick}. */
  createButton(className: string, text: string, action: () => void): HTMLButtonElement
  /** @param detail see {@link detailOf} */
  elementsOf(block: Block, detail: string): BlockElements
  /** Of the whole view: one listener for all buttons. */
  onClick(event: Event): void
}

/** The box of a task, or an empty text for an item that is none. */
export function taskOf(item: Block): '' | 'open' | 'done' {
  const first = item.children[0]
  const box = first?.name === 'paragraph' ? /^\[([ xX])\][ \t]/.exec(first.text) : null
  return box ? (box[1] === ' ' ? 'open' : 'done') : ''
}

/** What makes two blocks of a kind so different that one can't become the other. */
export function detailOf(block: Block): string {
  const { name, facts } = block
  switch (name) {
    case 'heading':
      return `${facts.level}`
    case 'list':
      return facts.start === undefined ? '' : `${facts.start}`
    case 'item':
      return taskOf(block)
    case 'code':
      return facts.info?.split(/\s/)[0] ?? ''
    case 'table':
      return (facts.columns ?? []).join()
    case 'note':
      return facts.label ?? ''
    case 'row':
      return block.parent?.children[0] === block ? 'head' : ''
    default:
      return ''
  }
}

/** @param view the element of the whole answer */
export function createBlockElements(options: MarkdownViewOptions, view: () => HTMLElement): BlockElementMaker {
  const { document, strings } = options
  const actions = new WeakMap<EventTarget, () => void>()

  function create<Tag extends keyof HTMLElementTagNameMap>(tag: Tag, className?: string): HTMLElementTagNameMap[Tag] {
    const made = document.createElement(tag)
    if (className) made.className = className
    return made
  }

  function createButton(className: string, text: string, action: () => void): HTMLButtonElement {
    const button = create('button', className)
    button.type = 'button'
    button.textContent = text
    actions.set(button, action)
    return button
  }

  /** A box that scrolls sideways, which a keyboard must be able to reach. No region: those are landmarks, of which a page has few. */
  function createScroller<Tag extends 'pre' | 'div'>(
    tag: Tag,
    name: string,
    content: Element,
  ): HTMLElementTagNameMap[Tag] {
    const scroller = create(tag, 'md-scroll')
    scroller.tabIndex = 0
    scroller.setAttribute('role', 'group')
    scroller.setAttribute('aria-label', name)
    scroller.append(content)
    return scroller
  }

  async function copy(code: string, button: HTMLButtonElement): Promise<void> {
    try {
      await (options.onCopy ? options.onCopy(code) : document.defaultView?.navigator.clipboard.writeText(code))
    } catch {
      // The browser refused: the button must not say that it worked.
      return
    }
    button.textContent = strings.copied
    options.onCopied?.()
    const restore = () => {
      button.textContent = strings.copy
    }
    button.addEventListener('blur', restore, { once: true })
    button.addEventListener('pointerleave', restore, { once: true })
  }

  function createCode(language: string): BlockElements {
    const box = create('div', 'md-code')
    const bar = create('div', 'md-code-bar')
    const label = create('span')
    const code = create('code')
    label.textContent = language
    if (language.toLowerCase() === 'mermaid') label.textContent += ` · ${strings.diagram}`
    const button = createButton('md-copy', strings.copy, () => void copy(code.textContent, button))
    bar.append(label, button)
    box.append(bar, createScroller('pre', language || strings.code, code))
    box.dir = 'ltr'
    return [box, code]
  }

  function createNote(label: string): BlockElements {
    const note = create('div', 'md-note')
    const name = create('span', 'md-note-label')
    const slot = create('div')
    const back = createButton('md-note-back', '↩', () => {
      const marks = [...view().querySelectorAll<HTMLElement>('.md-note-mark')]
      const mark = marks.find((candidate) => candidate.textContent === label)
      mark?.scrollIntoView({ block: 'nearest' })
      mark?.focus({ preventScroll: true })
    })
    name.textContent = label
    back.setAttribute('aria-label', strings.backToText)
    note.tabIndex = -1
    note.append(name, slot, back)
    return [note, slot]
  }

  function createList(start: string): BlockElements {
    if (!start) return [create('ul')]
    const list = create('ol')
    if (start !== '1') list.setAttribute('start', start)
    return [list]
  }

  function createItem(task: string): BlockElements {
    const item = create('li', task && 'md-task')
    if (!task) return [item]
    const box = create('input')
    const slot = create('div')
    box.type = 'checkbox'
    box.disabled = true
    box.defaultChecked = task === 'done'
    box.setAttribute('aria-label', box.defaultChecked ? strings.taskDone : strings.taskOpen)
    item.append(box, slot)
    return [item, slot]
  }

  function createTable(): BlockElements {
    const table = create('table')
    return [createScroller('div', strings.table, table), table]
  }

  function createRow(isHead: boolean): BlockElements {
    const row = create('tr')
    if (!isHead) return [row]
    const head = create('thead')
    head.append(row)
    return [head, row]
  }

  return {
    create,
    createButton,
    elementsOf(block, detail) {
      switch (block.name) {
        case 'heading':
          return [create(`h${detail}` as 'h1')]
        case 'quote':
          return [create('blockquote')]
        case 'list':
          return createList(detail)
        case 'item':
          return createItem(detail)
        case 'code':
          return createCode(detail)
        case 'formula':
          return [create('div', 'md-math')]
        case 'table':
          return createTable()
        case 'row':
          return createRow(detail === 'head')
        case 'rule':
          return [create('hr')]
        case 'note':
          return createNote(detail)
        default:
          return [create('p')]
      }
    },
    onClick(event) {
      const button = (event.target as Element).closest('button')
      const action = button && actions.get(button)
      if (!action) return
      // A picture that waits may lie within a link.
      event.preventDefault()
      action()
    },
  }
}
