/**
 * Draws Markdown that is still being written. Each line is read once, and what cannot change any more is drawn once: an update costs
 * time in proportion to what is new.
 */

import { createBlockElements, detailOf, taskOf } from './block-elements.ts'
import type { Block } from './blocks/block.ts'
import { type BlockParser, createBlockParser } from './blocks/block-parser.ts'
import { takeDefinitions } from './blocks/definitions.ts'
import { directionOf } from './blocks/direction.ts'
import { cellsOf, columnsOf } from './blocks/table-rows.ts'
import { drawFormula } from './formula.ts'
import { type InlineContext, parseInline } from './inline/inline-parser.ts'
import { isNothingYet, isTableHeader, mayCloseFence, withoutHalfMark } from './inline/unfinished.ts'
import { createInlineDrawer, type InlineDrawer } from './inline-drawer.ts'
import type { MarkdownViewOptions } from './markdown-view-options.ts'

export interface MarkdownView {
  readonly element: HTMLElement
  /**
   * Never throws: what cannot be drawn is shown as it was written.
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
  /** How many children of the block, and how many of the kids, are drawn and final. */
  finalChildren: number
  finalKids: number
  /** What the leaf was drawn from, and of that the part that stays, with the last of its nodes. */
  text: string
  settled: string
  settledEnd: ChildNode | undefined
  /** Drawn with a guess of how it goes on. */
  guessed: boolean
  /** Lines of code that are drawn for good, and the node of those that may still change. */
  lines: number
  rest: Text | undefined
  inTable: boolean
  highlighted: boolean
}

/** Characters of code in one node: a browser copies the whole node when it grows. */
const TEXT_NODE = 4000
/** Longer code stays plain: colouring it would take too long. */
const MAX_HIGHLIGHT = 8000
/** Cells that a short table row is filled up with. */
const MAX_FILLED = 50

export function createMarkdownView(options: MarkdownViewOptions): MarkdownView {
  const { document, strings } = options
  const elements = createBlockElements(options, () => element)
  const { create } = elements
  const element = create('div', 'md')
  let parser: BlockParser
  let inlines: InlineDrawer
  let root: Drawn
  let notes: Drawn
  let addresses: Map<string, string>
  /** What was drawn of a label that nothing had defined. */
  let waiting: Map<string, Set<Drawn>>
  let current: number | undefined
  let seen: number
  /** Where the last line begins, of which more may come. */
  let lineStart: number
  let finished: boolean
  let growing = false
  /** What nobody could read is shown as it was written. */
  let unreadable = false

  function createDrawn(key: string, outer: HTMLElement, slot = outer): Drawn {
    return {
      ...{ key, element: outer, slot, kids: [], finalChildren: 0, finalKids: 0 },
      ...{ text: '', settled: '', settledEnd: undefined, guessed: false },
      ...{ lines: 0, rest: undefined, inTable: false, highlighted: false },
    }
  }

  /** Lines that are there for good make nodes of {@link TEXT_NODE} characters; after them comes what may still change. */
  function drawVerbatim(drawn: Drawn, { name, lines, final, facts }: Block): void {
    const { slot } = drawn
    let settled = final ? lines.length : Math.max(0, lines.length - 1)
    // Indented code ends before its last blank lines, and nobody knows yet which those are.
    if (name === 'code' && facts.fence === undefined) while (settled > 0 && lines[settled - 1]?.trim() === '') settled--
    const rest = lines
      .slice(settled)
      .map((line, index) => (settled + index > 0 ? `\n${line}` : line))
      .join('')
    if (drawn.rest && (drawn.lines < settled || !rest)) {
      drawn.rest.remove()
      drawn.rest = undefined
    }
    for (; drawn.lines < settled; drawn.lines++) appendCode(slot, (drawn.lines ? '\n' : '') + lines[drawn.lines])
    if (!rest) return
    if (!drawn.rest) {
      drawn.rest = document.createTextNode('')
      slot.append(drawn.rest)
    }
    if (drawn.rest.data !== rest) drawn.rest.data = rest
  }

  function appendCode(slot: HTMLElement, text: string): void {
    for (let at = 0; at < text.length; ) {
      const last = slot.lastChild as Text | null
      const free = last ? TEXT_NODE - last.data.length : 0
      const part = text.slice(at, at + (free || TEXT_NODE))
      if (last && free) last.appendData(part)
      else slot.append(document.createTextNode(part))
      at += part.length
    }
  }

  /** @param isTail the answer goes on within this text */
  function drawText(drawn: Drawn, written: string, isTail = false): void {
    const text = (isTail ? withoutHalfMark(written) : written).trim()
    if (drawn.text === text && !isTail && !drawn.guessed) return
    drawn.text = text
    drawn.guessed = isTail
    if (!text.startsWith(drawn.settled)) forgetText(drawn)
    const context: InlineContext = {
      growing: isTail,
      inTable: drawn.inTable,
      addressOf(label) {
        const address = addresses.get(label)
        if (address === undefined) waitFor(label, drawn)
        return address
      },
    }
    const { stretches, final } = parseInline(text, context, drawn.settled.length)
    let last = drawn.settledEnd
    for (const [index, { nodes }] of stretches.entries()) {
      const next = stretches[index + 1]
      last = inlines.draw(drawn.slot, nodes, last, !next)
      if (index >= final || !next) continue
      drawn.settled = text.slice(0, next.from)
      drawn.settledEnd = last
    }
  }

  function forgetText(drawn: Drawn): void {
    drawn.settled = ''
    drawn.settledEnd = undefined
  }

  function waitFor(label: string, drawn: Drawn): void {
    const others = waiting.get(label)
    if (others) others.add(drawn)
    else waiting.set(label, new Set([drawn]))
  }

  function define(label: string, address: string): void {
    if (addresses.has(label)) return
    addresses.set(label, address)
    for (const drawn of waiting.get(label) ?? []) {
      const { text } = drawn
      forgetText(drawn)
      drawn.guessed = true
      drawText(drawn, text)
    }
    waiting.delete(label)
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
  function claim(parent: Drawn, index: number, block: Block, detail: string): Drawn {
    const key = `${block.name} ${detail}`
    const old = parent.kids[index]
    if (old?.key === key) return old
    const drawn = createDrawn(key, ...elements.elementsOf(block, detail))
    if (block.name === 'note') inlines.defineNote(detail, drawn.element)
    if (old) old.element.replaceWith(drawn.element)
    else parent.slot.append(drawn.element)
    parent.kids[index] = drawn
    return drawn
  }

  function dropRest(parent: Drawn, count: number): void {
    for (const gone of parent.kids.splice(count)) gone.element.remove()
  }

  function drawRow(drawn: Drawn, text: string, columns: readonly string[], isHead: boolean, isTail: boolean): void {
    if (drawn.text === text && !isTail && !drawn.guessed) return
    drawn.text = text
    drawn.guessed = isTail
    const cells = cellsOf(text)
    // A short row is filled up to the width of the head, but a few bytes must not become a million cells.
    for (const [index, column] of columns.slice(0, Math.max(cells.length, MAX_FILLED)).entries()) {
      let cell = drawn.kids[index]
      if (!cell) {
        cell = createDrawn('', create(isHead ? 'th' : 'td', column))
        cell.inTable = true
        drawn.slot.append(cell.element)
        drawn.kids[index] = cell
      }
      drawText(cell, cells[index] ?? '', isTail && index === cells.length - 1)
    }
  }

  /** The block at the end of the answer, which goes on. */
  const isTail = (block: Block) => growing && block === parser.tip

  function drawParagraph(drawn: Drawn, block: Block): void {
    // The mark of a task is its box.
    const isTask = block.parent?.name === 'item' && block.parent.children[0] === block && taskOf(block.parent) !== ''
    drawText(drawn, isTask ? block.text.slice(3) : block.text, isTail(block))
  }

  function drawContent(drawn: Drawn, block: Block, detail: string): void {
    switch (block.name) {
      case 'rule':
        return
      case 'code':
      case 'formula':
        drawVerbatim(drawn, block)
        if (block.name === 'code' && block.final && !drawn.highlighted) {
          drawn.highlighted = true
          void highlight(drawn.slot, detail)
        }
        if (block.name === 'formula' && block.final && !drawn.highlighted) {
          drawn.highlighted = true
          void drawFormula(drawn.slot, options.drawMath)
        }
        return
      case 'row':
        drawRow(drawn, block.text, block.parent?.facts.columns ?? [], detail === 'head', growing && !block.final)
        return
      case 'paragraph':
      case 'heading':
        drawParagraph(drawn, block)
        return
      default:
        drawKids(drawn, block)
        if (block.name === 'item' || block.name === 'note') return
        setDirection(drawn.element, directionOf(block))
        if (block.name === 'list') drawn.element.toggleAttribute('data-loose', block.loose)
    }
  }

  function setDirection(target: HTMLElement, direction: string): void {
    if (!direction) target.removeAttribute('dir')
    else if (target.dir !== direction) target.dir = direction
  }

  /** A paragraph that is about to become a table. */
  function drawTableHeader(parent: Drawn, index: number, block: Block): boolean {
    if (!isTail(block) || !isTableHeader(block.text)) return false
    const columns = columnsOf(block.text, `|${'-|'.repeat(cellsOf(block.text).length)}`) ?? []
    const table: Block = { ...block, name: 'table', children: [], facts: { columns } }
    const row: Block = { ...block, name: 'row', parent: table, children: [] }
    table.children.push(row)
    const drawn = claim(parent, index, table, detailOf(table))
    drawRow(claim(drawn, 0, row, 'head'), block.text, columns, true, false)
    setDirection(drawn.element, directionOf(row))
    dropRest(drawn, 1)
    return true
  }

  function drawBlock(parent: Drawn, index: number, block: Block): void {
    if (drawTableHeader(parent, index, block)) return
    const detail = detailOf(block)
    const drawn = claim(parent, index, block, detail)
    try {
      drawContent(drawn, block, detail)
    } catch {
      // Whatever is wrong with it: it costs this block its looks, and nothing else.
      Object.assign(drawn, { ...createDrawn(drawn.key, drawn.element, drawn.slot) })
      drawn.slot.textContent = block.text || block.lines.join('\n')
    }
  }

  /** Definitions are not drawn, and footnotes elsewhere. */
  function isDrawn(block: Block): boolean {
    if (block.name === 'note') return false
    if (block.name !== 'paragraph') return true
    return block.text !== '' && (!block.open || !block.text.startsWith('[') || takeDefinitions(block.text).rest !== '')
  }

  function drawKids(drawn: Drawn, block: Block, shows: (child: Block) => boolean = isDrawn): void {
    let count = drawn.finalKids
    let isFinal = true
    const { children } = block
    for (let index = drawn.finalChildren; index < children.length; index++) {
      const child = children[index]
      if (!child) break
      if (shows(child)) drawBlock(drawn, count++, child)
      isFinal &&= child.final
      if (!isFinal) continue
      drawn.finalChildren = index + 1
      drawn.finalKids = count
    }
    dropRest(drawn, count)
  }

  function drawNotes(): void {
    drawKids(notes, parser.document, ({ name }) => name === 'note')
    if (notes.kids.length > 0 && !notes.element.parentNode) element.append(notes.element)
  }

  function reset(): void {
    addresses = new Map()
    waiting = new Map()
    parser = createBlockParser(({ label, address }) => define(label, address))
    inlines = createInlineDrawer(options, elements.createButton)
    root = createDrawn('', create('div', 'md-body'))
    notes = createDrawn('', create('section', 'md-notes'))
    notes.element.setAttribute('aria-label', strings.footnotes)
    element.replaceChildren(root.element)
    seen = 0
    lineStart = 0
    finished = false
    unreadable = false
  }

  function read(text: string): void {
    for (let end = text.indexOf('\n', seen); end >= 0; end = text.indexOf('\n', lineStart)) {
      parser.addLine(withoutReturn(text.slice(lineStart, end)))
      lineStart = end + 1
      seen = lineStart
    }
    seen = text.length
    const rest = withoutReturn(text.slice(lineStart))
    if (finished) {
      if (rest) parser.addLine(rest)
      parser.end()
    } else if (!waits(rest)) parser.tryLine(rest)
    else parser.takeBack()
  }

  /** Whether the beginning of a line is not worth drawing yet. */
  function waits(rest: string): boolean {
    parser.takeBack()
    const { name } = parser.tip
    if (name === 'code' || name === 'formula') return rest === '' || mayCloseFence(rest)
    return isNothingYet(rest)
  }

  reset()
  element.addEventListener('click', elements.onClick)
  return {
    element,
    update(text, revision, done) {
      if (revision !== current || text.length < seen) reset()
      current = revision
      if (finished || (text.length === seen && !done)) return
      finished = done
      growing = !done
      if (unreadable) element.textContent = text
      else draw(text)
      // Within a text they are drawn again and again until it ends.
      if (done && options.drawMath)
        for (const place of element.querySelectorAll<HTMLElement>(
          '.md-body .md-math:not(div), .md-notes .md-math:not(div)',
        ))
          void drawFormula(place, options.drawMath)
    },
    destroy() {
      element.removeEventListener('click', elements.onClick)
      element.replaceChildren()
    },
  }

  function draw(text: string): void {
    try {
      read(text)
      drawKids(root, parser.document)
      drawNotes()
    } catch {
      unreadable = true
      element.textContent = text
    }
  }
}

function withoutReturn(line: string): string {
  return line.replaceAll('\r', '')
}
