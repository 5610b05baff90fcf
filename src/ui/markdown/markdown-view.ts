/**
 * Draws Markdown that is still being written. Nodes are made by `createElement` and text only (Trusted Types need no policy), finished
 * blocks are never looked at again, and the growing one is changed at its end: the work is linear in the length of the answer.
 */
import { type Block, type BlockParser, createBlockParser } from './block-parser.ts'
import { createInlineDrawer, type InlineDrawer } from './inline-drawer.ts'
import { parseInline } from './inline-parser.ts'

export interface MarkdownStrings {
  readonly copy: string
  readonly copied: string
  /** Name of a code block and of a table, for screen readers: they can be scrolled by keyboard. */
  readonly code: string
  readonly table: string
  readonly imageFrom: (host: string) => string
  readonly footnotes: string
  readonly footnote: (label: string) => string
  readonly backToText: string
  readonly taskDone: string
  readonly taskOpen: string
}

export interface HighlightedPart {
  readonly text: string
  /** Becomes the class `md-k-<kind>`; empty for plain text. */
  readonly kind: string
}

/** Colours finished code; `undefined` leaves it plain. Loaded by whoever provides it, when it is first called. */
export type Highlight = (code: string, language: string) => Promise<readonly HighlightedPart[] | undefined>

export interface MarkdownViewOptions {
  readonly document: Document
  /** Whether a picture may be loaded at once. An image in an answer is a request that the answer chose: all others wait for a click. */
  readonly imageAllowed: (url: URL) => boolean
  readonly strings: MarkdownStrings
  /** Puts code on the clipboard; by default the browser does. */
  readonly onCopy?: (code: string) => void | Promise<void>
  /** Default: code stays plain. */
  readonly highlight?: Highlight
}

export interface MarkdownView {
  readonly element: HTMLElement
  /**
   * @param text grows at its end while `revision` stays the same; only what is new is read
   * @param done nothing follows
   */
  update(text: string, revision: number, done: boolean): void
  destroy(): void
}

/** What was drawn for one block. */
interface Drawn {
  /** Blocks of another key can't take over the element. */
  readonly key: string
  readonly element: HTMLElement
  /** Where the block's children, or its text, go. */
  readonly slot: HTMLElement
  readonly kids: Drawn[]
  /** How many children, or chunks of code, are final. */
  settled: number
  /** Offset in the block's text up to which it is drawn for good: up to the node `last` and `length` characters of the text after it. */
  offset: number
  last: ChildNode | null
  length: number
  /** What is drawn of code that is not final. */
  tail: string
}

const TEXT_NODE = 4000
/** Longer code stays plain: colouring it would take too long. */
const MAX_HIGHLIGHT = 8000

/** Text whose first letter is Hebrew, Arabic or of their relatives, and text that has a letter at all. */
const RIGHT_TO_LEFT = /^\P{L}*[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]/u
const HAS_LETTER = /\p{L}/u

/**
 * Which way a list, quote or table runs: as its first text does. Texts find out by `unicode-bidi: plaintext`; `dir="auto"` on these
 * would make the browser look through all of their content at each change.
 */
function directionOf(block: Block): '' | 'ltr' | 'rtl' {
  let first = block
  while (first.kids[0]) first = first.kids[0]
  if (first.type === 'code' || first.type === 'math') return ''
  return RIGHT_TO_LEFT.test(first.text) ? 'rtl' : HAS_LETTER.test(first.text) ? 'ltr' : ''
}

function keyOf({ type, size, task, align, language, mark }: Block): string {
  if (type === 'heading' || type === 'list') return type + size
  return [type, task, type === 'cell' && align, language, type === 'note' && mark].join()
}

export function createMarkdownView(options: MarkdownViewOptions): MarkdownView {
  const { document, strings } = options
  const actions = new WeakMap<EventTarget, () => void>()
  const element = create('div', 'md')
  let parser: BlockParser
  let inlines: InlineDrawer
  let root: Drawn
  let notes: Drawn
  let current: number | undefined
  let seen: number
  let finished: boolean
  let defined: number

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
    const restore = () => {
      button.textContent = strings.copy
    }
    button.addEventListener('blur', restore, { once: true })
    button.addEventListener('pointerleave', restore, { once: true })
  }

  function createCode(language: string): [HTMLElement, HTMLElement] {
    const box = create('div', 'md-code')
    const bar = create('div', 'md-code-bar')
    const label = create('span')
    const code = create('code')
    label.textContent = language
    const button = createButton('md-copy', strings.copy, () => void copy(code.textContent.replace(/\n$/, ''), button))
    bar.append(label, button)
    box.append(bar, createScroller('pre', language || strings.code, code))
    box.dir = 'ltr'
    return [box, code]
  }

  function createNote(label: string): [HTMLElement, HTMLElement] {
    const note = create('div', 'md-note')
    const name = create('span', 'md-note-label')
    const slot = create('div')
    const back = createButton('md-note-back', '↩', () => {
      const marks = [...element.querySelectorAll<HTMLElement>('.md-note-mark')]
      const mark = marks.find((candidate) => candidate.textContent === label)
      mark?.scrollIntoView({ block: 'nearest' })
      mark?.focus({ preventScroll: true })
    })
    name.textContent = label
    back.setAttribute('aria-label', strings.backToText)
    note.tabIndex = -1
    note.append(name, slot, back)
    inlines.defineNote(label, note)
    return [note, slot]
  }

  /** The outer element of a block and the one that takes its content. */
  function createElements(block: Block, parent: HTMLElement, first: boolean): [outer: HTMLElement, slot?: HTMLElement] {
    switch (block.type) {
      case 'heading':
        return [create(`h${block.size}` as 'h1')]
      case 'quote':
        return [create('blockquote')]
      case 'list': {
        const list = create(block.size < 0 ? 'ul' : 'ol')
        if (block.size >= 0 && block.size !== 1) list.setAttribute('start', `${block.size}`)
        return [list]
      }
      case 'item': {
        const item = create('li', block.task && 'md-task')
        if (!block.task) return [item]
        const box = create('input')
        const slot = create('div')
        box.type = 'checkbox'
        box.disabled = true
        box.defaultChecked = block.task === 'done'
        box.setAttribute('aria-label', box.defaultChecked ? strings.taskDone : strings.taskOpen)
        item.append(box, slot)
        return [item, slot]
      }
      case 'code':
        return createCode(block.language)
      case 'math':
        return [create('div', 'md-math')]
      case 'table': {
        const table = create('table')
        return [createScroller('div', strings.table, table), table]
      }
      case 'row': {
        const row = create('tr')
        if (!first) return [row]
        const head = create('thead')
        head.append(row)
        return [head, row]
      }
      case 'cell':
        return [
          create(parent.parentElement?.tagName === 'THEAD' ? 'th' : 'td', block.align[0] && `md-${block.align[0]}`),
        ]
      case 'rule':
        return [create('hr')]
      case 'note':
        return createNote(block.mark)
      default:
        return [create('p')]
    }
  }

  function createDrawn(key: string, outer: HTMLElement, slot = outer): Drawn {
    return { key, element: outer, slot, kids: [], settled: 0, offset: 0, last: null, length: 0, tail: '' }
  }

  /** Cut into nodes of {@link TEXT_NODE} characters: a browser copies the whole node when it grows. */
  function appendVerbatim(slot: HTMLElement, text: string, length: number): void {
    let rest = text
    for (let at = length; rest; ) {
      const room = TEXT_NODE - (at % TEXT_NODE)
      const part = rest.slice(0, room)
      if (room < TEXT_NODE) (slot.lastChild as Text).appendData(part)
      else slot.append(part)
      at += part.length
      rest = rest.slice(room)
    }
  }

  function drawVerbatim(drawn: Drawn, { chunks, text }: Block): void {
    if (drawn.settled === chunks.length && drawn.tail === text) return
    for (let excess = drawn.tail.length; excess > 0; ) {
      const last = drawn.slot.lastChild as Text
      const size = Math.min(excess, last.length)
      if (size === last.length) last.remove()
      else last.deleteData(last.length - size, size)
      excess -= size
    }
    const fresh = chunks.slice(drawn.settled).join('')
    appendVerbatim(drawn.slot, fresh + text, drawn.offset)
    drawn.offset += fresh.length
    drawn.settled = chunks.length
    drawn.tail = text
  }

  function drawText(drawn: Drawn, block: Block): void {
    const { nodes, offset, count, length } = parseInline(block.text, drawn.offset, block.safe, block === parser.tip)
    // The first node must go on with the text node that was left half final.
    const bridge = drawn.length > 0 && typeof nodes[0] !== 'string' ? [''] : []
    inlines.draw(drawn.slot, [...bridge, ...nodes], drawn.last, drawn.length)
    if (offset === drawn.offset) return
    drawn.offset = offset
    drawn.length = count ? length : drawn.length + length
    for (let step = count && count + bridge.length; step > 0; step--) {
      drawn.last = drawn.last ? drawn.last.nextSibling : drawn.slot.firstChild
    }
  }

  async function highlight(code: HTMLElement, language: string): Promise<void> {
    const text = code.textContent
    if (!options.highlight || !language || text.length > MAX_HIGHLIGHT) return
    const parts = await options.highlight(text, language).catch(() => undefined)
    // Colours may never change what is read or copied.
    if (!parts || code.textContent !== text || parts.map((part) => part.text).join('') !== text) return
    const nodes = parts.map((part) => {
      if (!part.kind) return part.text
      const span = create('span', `md-k-${part.kind}`)
      span.textContent = part.text
      return span
    })
    code.replaceChildren(...nodes)
  }

  function drawBlock(parent: Drawn, block: Block, index: number): Drawn {
    const key = keyOf(block)
    let drawn = parent.kids[index]
    if (drawn?.key !== key) {
      const old = drawn
      const [outer, slot] = createElements(block, parent.slot, index === 0)
      drawn = createDrawn(key, outer, slot)
      if (old) old.element.replaceWith(outer)
      else parent.slot.append(outer)
      parent.kids[index] = drawn
    }
    if (block.type === 'list') drawn.element.toggleAttribute('data-loose', block.loose)
    if (block.type === 'list' || block.type === 'quote' || block.type === 'table') {
      const direction = directionOf(block)
      if (!direction) drawn.element.removeAttribute('dir')
      else if (drawn.element.dir !== direction) drawn.element.dir = direction
    }
    if (block.type === 'code' || block.type === 'math') drawVerbatim(drawn, block)
    else if (block.type === 'text' || block.type === 'heading' || block.type === 'cell') drawText(drawn, block)
    else drawKids(drawn, block)
    return drawn
  }

  function drawKids(drawn: Drawn, block: Block): void {
    for (let index = drawn.settled; index < block.kids.length; index++) {
      const kid = block.kids[index] as Block
      const { slot } = drawBlock(drawn, kid, index)
      if (index < block.settled && kid.type === 'code') void highlight(slot, kid.language)
    }
    for (const gone of drawn.kids.splice(block.kids.length)) gone.element.remove()
    drawn.settled = block.settled
  }

  function reset(): void {
    parser = createBlockParser()
    inlines = createInlineDrawer(options, createButton)
    root = createDrawn('', create('div', 'md-body'))
    notes = createDrawn('', create('section', 'md-notes'))
    notes.element.setAttribute('aria-label', strings.footnotes)
    element.replaceChildren(root.element)
    seen = defined = 0
    finished = false
  }

  function onClick(event: Event): void {
    const button = (event.target as Element).closest('button')
    const action = button && actions.get(button)
    if (!action) return
    // A picture that waits may lie within a link.
    event.preventDefault()
    action()
  }

  reset()
  element.addEventListener('click', onClick)
  return {
    element,
    update(text, revision, done) {
      if (revision !== current || text.length < seen) reset()
      current = revision
      if (finished || (text.length === seen && !done)) return
      parser.write(text.slice(seen), done)
      seen = text.length
      finished = done
      drawKids(root, parser.root)
      drawKids(notes, parser.notes)
      if (parser.notes.kids.length && !notes.element.parentNode) element.append(notes.element)
      for (const definition of parser.definitions.slice(defined)) inlines.define(...definition)
      defined = parser.definitions.length
    },
    destroy() {
      element.removeEventListener('click', onClick)
      element.replaceChildren()
    },
  }
}
