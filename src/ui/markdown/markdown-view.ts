/**
 * Draws Markdown that is still being written. Nodes are made by `createElement` and text only (Trusted Types need no policy). The parser
 * keeps the trees of what did not change, and a block whose tree is the one that was drawn is not looked at again.
 */
import type { SyntaxNode, Tree } from '@lezer/common'
import { unescapeMarkdown } from './character-references.ts'
import { createGrowingTree, type GrowingTree } from './growing-tree.ts'
import { createInlineDrawer, type InlineDrawer } from './inline-drawer.ts'
import { normalizeLabel, readAddress, readInline } from './inline-reader.ts'

export interface MarkdownStrings {
  readonly copy: string
  readonly copied: string
  /** Name of a code block and of a table, for screen readers: they can be scrolled by keyboard. */
  readonly code: string
  readonly table: string
  readonly imageFrom: (host: string) => string
  /** Name of a picture that can be enlarged. */
  readonly openImage: (name: string) => string
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
  /** A picture was pressed; `button` is around it. Default: pictures cannot be pressed. */
  readonly onImage?: (button: HTMLElement) => void
  /** Puts code on the clipboard; by default the browser does. */
  readonly onCopy?: (code: string) => void | Promise<void>
  /** Default: code stays plain. */
  readonly highlight?: Highlight
}

export interface MarkdownView {
  readonly element: HTMLElement
  /**
   * @param text grows at its end while `revision` stays the same
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
  tree: Tree | null
  /** What the leaf was drawn from: code without its margin, otherwise the source. */
  text: string
  /** A blank line stands between its children, or for a list, also between those of an item. */
  loose: boolean
  highlighted: boolean
}

const TEXT_NODE = 4000
/** Longer code stays plain: colouring it would take too long. */
const MAX_HIGHLIGHT = 8000

/** Text whose first letter is Hebrew, Arabic or of their relatives, and text that has a letter at all; the `x` of a task is none. */
const RIGHT_TO_LEFT = /^(?:\[x\]|\P{L})*[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]/iu
const HAS_LETTER = /^(?:\[x\]|\P{L})*\p{L}/iu
/** The first words tell. */
const DIRECTION_SPAN = 400
/** Cells that a short table row is filled up with. */
const MAX_FILLED = 50
/** Quotes and lists within each other; what is deeper is shown as it was written. */
const MAX_DEPTH = 60

const BLANK_LINE = /\n[ \t>]*\n/

/**
 * Which way a list, quote or table runs: as its first text does. Texts find out by `unicode-bidi: plaintext`; `dir="auto"` on these
 * would make the browser look through all of their content at each change.
 */
function directionOf(text: string): '' | 'ltr' | 'rtl' {
  return RIGHT_TO_LEFT.test(text) ? 'rtl' : HAS_LETTER.test(text) ? 'ltr' : ''
}

/** Definitions and footnotes are drawn elsewhere, or not at all; whatever else is no block is a mark. */
function isDrawn({ name, type }: SyntaxNode): boolean {
  return type.is('Block') && name !== 'LinkReference' && name !== 'Note'
}

function firstBlockOf(block: SyntaxNode): SyntaxNode | null {
  let node = block.firstChild
  while (node && !isDrawn(node)) node = node.nextSibling
  return node
}

/** Code as it is meant: without the margin of what it lies in, nor that of its fence. */
function readVerbatim(block: SyntaxNode, source: string): string {
  const parts = block.getChildren('CodeText')
  const code = parts.map(({ from, to }) => source.slice(from, to)).join('')
  const columnOf = (position: number) => position - source.lastIndexOf('\n', position - 1) - 1
  const margin = block.name === 'FencedCode' && parts[0] ? columnOf(block.from) - columnOf(parts[0].from) : 0
  return margin > 0 ? code.replace(new RegExp(`^ {1,${margin}}`, 'gm'), '') : code
}

/** The cells of a row by position; empty ones have no node. */
function cellsOf(row: SyntaxNode): (SyntaxNode | undefined)[] {
  const cells: (SyntaxNode | undefined)[] = []
  let cell: SyntaxNode | undefined
  let first = true
  for (let node = row.firstChild; node; node = node.nextSibling) {
    if (node.name === 'TableCell') cell = node
    else if (node.name === 'TableDelimiter') {
      if (!first || cell) cells.push(cell)
      first = false
      cell = undefined
    }
  }
  return cell ? [...cells, cell] : cells
}

function alignmentsOf(table: SyntaxNode, source: string): string[] {
  const rule = table.getChild('TableDelimiter')
  const cells = rule ? source.slice(rule.from, rule.to).match(/:?-+:?/g) : null
  return (cells ?? []).map((cell) =>
    cell.endsWith(':') ? (cell.startsWith(':') ? 'md-center' : 'md-right') : cell.startsWith(':') ? 'md-left' : '',
  )
}

export function createMarkdownView(options: MarkdownViewOptions): MarkdownView {
  const { document, strings } = options
  const actions = new WeakMap<EventTarget, () => void>()
  const element = create('div', 'md')
  let growing: GrowingTree
  let inlines: InlineDrawer
  let root: Drawn
  let notes: Drawn
  let current: number | undefined
  let seen: number
  let finished: boolean
  /** What is being drawn, and the end of what can't change any more. */
  let source = ''
  let settled = 0
  let depth = 0

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
    const button = createButton('md-copy', strings.copy, () => void copy(code.textContent, button))
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
  function createElements(name: string, detail: string): [outer: HTMLElement, slot?: HTMLElement] {
    const level = /Heading(\d)$/.exec(name)?.[1]
    if (level) return [create(`h${level}` as 'h1')]
    switch (name) {
      case 'Blockquote':
        return [create('blockquote')]
      case 'BulletList':
        return [create('ul')]
      case 'OrderedList': {
        const list = create('ol')
        if (detail !== '1') list.setAttribute('start', detail)
        return [list]
      }
      case 'ListItem': {
        const item = create('li', detail && 'md-task')
        if (!detail) return [item]
        const box = create('input')
        const slot = create('div')
        box.type = 'checkbox'
        box.disabled = true
        box.defaultChecked = detail === 'done'
        box.setAttribute('aria-label', box.defaultChecked ? strings.taskDone : strings.taskOpen)
        item.append(box, slot)
        return [item, slot]
      }
      case 'FencedCode':
      case 'CodeBlock':
        return createCode(detail)
      case 'FormulaBlock':
        return [create('div', 'md-math')]
      case 'Table': {
        const table = create('table')
        return [createScroller('div', strings.table, table), table]
      }
      case 'TableHeader': {
        const head = create('thead')
        const row = create('tr')
        head.append(row)
        return [head, row]
      }
      case 'TableRow':
        return [create('tr')]
      case 'HorizontalRule':
        return [create('hr')]
      case 'Note':
        return createNote(detail)
      default:
        return [create('p')]
    }
  }

  /** What makes two blocks of a kind so different that one can't become the other. */
  function detailOf(block: SyntaxNode): string {
    const textOf = (node: SyntaxNode | null) => (node ? source.slice(node.from, node.to) : '')
    switch (block.name) {
      case 'OrderedList':
        return `${Number.parseInt(source.slice(block.from, block.from + 20), 10)}`
      case 'ListItem': {
        const first = firstBlockOf(block)
        return first?.name !== 'Task' ? '' : source[first.from + 1] === ' ' ? 'open' : 'done'
      }
      case 'FencedCode':
        return unescapeMarkdown(textOf(block.getChild('CodeInfo'))).split(/\s/)[0] ?? ''
      case 'Table':
        return alignmentsOf(block, source).join()
      case 'Note':
        return normalizeLabel(textOf(block.getChild('NoteLabel')).replace(/^\[\^|\]:\s*$/g, ''))
      default:
        return ''
    }
  }

  function createDrawn(key: string, outer: HTMLElement, slot = outer): Drawn {
    return { key, element: outer, slot, kids: [], tree: null, text: '', loose: false, highlighted: false }
  }

  /** Cut into nodes of {@link TEXT_NODE} characters: a browser copies the whole node when it grows. */
  function drawVerbatim(drawn: Drawn, code: string): void {
    const grows = code.startsWith(drawn.text)
    if (!grows) drawn.slot.replaceChildren()
    for (let at = grows ? drawn.text.length : 0; at < code.length; ) {
      const end = at + TEXT_NODE - (at % TEXT_NODE)
      const part = code.slice(at, end)
      if (at % TEXT_NODE) (drawn.slot.lastChild as Text).appendData(part)
      else drawn.slot.append(part)
      at = end
    }
    drawn.text = code
  }

  function drawText(drawn: Drawn, block: SyntaxNode | undefined, from = block?.from): void {
    const text = block ? source.slice(from, block.to) : ''
    if (drawn.text === text) return
    inlines.draw(drawn.slot, block ? readInline(block, source, from) : [])
    drawn.text = text
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

  /** What is drawn at `index` if it has this key, or else a new element in its place. */
  function claim(parent: Drawn, index: number, name: string, detail = ''): Drawn {
    const key = `${name} ${detail}`
    const old = parent.kids[index]
    if (old?.key === key) return old
    const drawn = createDrawn(key, ...createElements(name, detail))
    if (old) old.element.replaceWith(drawn.element)
    else parent.slot.append(drawn.element)
    parent.kids[index] = drawn
    return drawn
  }

  function dropRest(parent: Drawn, count: number): void {
    for (const gone of parent.kids.splice(count)) gone.element.remove()
  }

  function drawRow(drawn: Drawn, row: SyntaxNode, alignments: readonly string[]): void {
    const text = source.slice(row.from, row.to)
    if (drawn.text === text) return
    drawn.text = text
    const cells = cellsOf(row)
    // A short row is filled up to the width of the head, but a few bytes must not become a million cells.
    for (const [index, alignment] of alignments.slice(0, Math.max(cells.length, MAX_FILLED)).entries()) {
      let cell = drawn.kids[index]
      if (!cell) {
        cell = createDrawn('', create(row.name === 'TableHeader' ? 'th' : 'td', alignment))
        drawn.slot.append(cell.element)
        drawn.kids[index] = cell
      }
      drawText(cell, cells[index])
    }
  }

  function drawTable(drawn: Drawn, table: SyntaxNode): void {
    const alignments = alignmentsOf(table, source)
    let count = 0
    for (let row = table.firstChild; row; row = row.nextSibling) {
      if (/^Table(?:Header|Row)$/.test(row.name)) drawRow(claim(drawn, count++, row.name), row, alignments)
    }
    dropRest(drawn, count)
  }

  function drawBlock(parent: Drawn, block: SyntaxNode, index: number): Drawn {
    const { name, tree, from, to } = block
    const before = parent.kids[index]
    if (before?.tree && before.tree === tree) return before
    const detail = detailOf(block)
    const drawn = claim(parent, index, name, detail)
    drawn.tree = tree
    if (/^(?:BulletList|OrderedList|Blockquote|Table)$/.test(name)) {
      const direction = directionOf(source.slice(from, Math.min(to, from + DIRECTION_SPAN)))
      if (!direction) drawn.element.removeAttribute('dir')
      else if (drawn.element.dir !== direction) drawn.element.dir = direction
    }
    if (name === 'Table') drawTable(drawn, block)
    else if (/Code|Formula/.test(name)) {
      drawVerbatim(drawn, readVerbatim(block, source))
      if (to <= settled && !drawn.highlighted && !name.startsWith('Formula')) {
        drawn.highlighted = true
        void highlight(drawn.slot, detail)
      }
    } else if (/^(?:Blockquote|BulletList|OrderedList|ListItem|Note)$/.test(name)) {
      if (depth < MAX_DEPTH) {
        depth++
        drawKids(drawn, block)
        depth--
      } else drawn.slot.textContent = source.slice(from, to)
      if (name.endsWith('List')) drawn.element.toggleAttribute('data-loose', drawn.loose)
    } else if (name !== 'HorizontalRule') {
      // The mark of a task is its box, where it has one.
      drawText(drawn, block, name === 'Task' && index === 0 ? from + 3 : from)
    }
    return drawn
  }

  function drawKids(drawn: Drawn, block: SyntaxNode): void {
    let count = 0
    let end = block.to
    drawn.loose = false
    for (let node = block.firstChild; node; node = node.nextSibling) {
      if (node.name === 'LinkReference') define(node)
      if (!isDrawn(node)) continue
      const kid = drawBlock(drawn, node, count++)
      if (BLANK_LINE.test(source.slice(end, node.from)) || (node.name === 'ListItem' && kid.loose)) drawn.loose = true
      end = node.to
    }
    dropRest(drawn, count)
  }

  function define(definition: SyntaxNode): void {
    const label = definition.getChild('LinkLabel')
    // The last line may still grow.
    if (!label || definition.to > settled) return
    const address = readAddress(definition.getChild('URL'), source)
    inlines.define(normalizeLabel(source.slice(label.from + 1, label.to - 1)), address)
  }

  function drawNotes(list: readonly SyntaxNode[]): void {
    for (const [index, note] of list.entries()) drawBlock(notes, note, index)
    dropRest(notes, list.length)
    if (list.length && !notes.element.parentNode) element.append(notes.element)
  }

  function reset(): void {
    growing = createGrowingTree()
    inlines = createInlineDrawer(options, createButton)
    root = createDrawn('', create('div', 'md-body'))
    notes = createDrawn('', create('section', 'md-notes'))
    notes.element.setAttribute('aria-label', strings.footnotes)
    element.replaceChildren(root.element)
    seen = 0
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
      seen = text.length
      finished = done
      const { tree, guess, ...parsed } = growing.parse(text.replaceAll('\r', ''), done)
      source = parsed.source
      settled = done ? source.length : Math.min(source.lastIndexOf('\n'), guess)
      drawKids(root, tree.topNode)
      drawNotes(tree.topNode.getChildren('Note').filter((note) => note.from < guess))
    },
    destroy() {
      element.removeEventListener('click', onClick)
      element.replaceChildren()
    },
  }
}
