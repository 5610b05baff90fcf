/**
 * The block half of Markdown: lines -> a tree, by the container algorithm of CommonMark with GFM's tables, task lists and footnotes.
 * Text comes in pieces and every line is read once. The unfinished last line is read on approval: its effect is taken back when more
 * of it arrives. Blocks that can't change any more are counted in `settled`, so that whoever draws the tree never looks at them again.
 *
 * Differences from CommonMark, all on purpose: there are no HTML blocks (tags are text), a definition is one line, and
 * `$$` or `\[` at the start of a line opens a block of mathematics.
 */
import { normalizeLabel, unescapeMarkdown } from './inline-parser.ts'

export type Align = '' | 'left' | 'center' | 'right'

export interface Block {
  type:
    | 'root'
    | 'notes'
    | 'note'
    | 'quote'
    | 'list'
    | 'item'
    | 'text'
    | 'heading'
    | 'code'
    | 'math'
    | 'table'
    | 'row'
    | 'cell'
    | 'rule'
  kids: Block[]
  /** How many of `kids` are final. */
  settled: number
  /** Without what is in `chunks`. */
  text: string
  /** The final part of code and formulas. */
  chunks: string[]
  /** How many characters of `text` are final. */
  safe: number
  /** Level of a heading; first number of an ordered list, -1 for bullets; indent of items, notes and fences. */
  size: number
  /** The fence, the list's delimiter, the label of a note. */
  mark: string
  /** Language of code. */
  language: string
  /** A list with blank lines between its items; a finished task. */
  loose: boolean
  task: '' | 'open' | 'done'
  align: readonly Align[]
}

export type Definition = readonly [label: string, address: string]

export interface BlockParser {
  readonly root: Block
  readonly notes: Block
  /** Settled definitions in their order; the first one of a label counts. */
  readonly definitions: readonly Definition[]
  /** The block at the very end of the text, which may be half written; `undefined` when all is said. */
  readonly tip: Block | undefined
  /** @param piece what follows the text of the former calls */
  write(piece: string, done: boolean): void
}

/** A longer line is no table header, no definition, and is taken in as it comes. */
const LONG_LINE = 1000

const FENCE = /^( {0,3})(`{3,}(?=[^`]*$)|~{3,})(.*)$/
const HEADING = /^ {0,3}(#{1,6})(?:[ \t]+(.*))?$/
const SETEXT = /^ {0,3}(=+|-+)[ \t]*$/
const RULE = /^ {0,3}(?:(?:\*[ \t]*){3,}|(?:-[ \t]*){3,}|(?:_[ \t]*){3,})$/
const ITEM = /^( {0,3})([-+*]|(\d{1,9})[.)])( +|$)/
const TASK = /^\[([ xX])\][ \t]+(?=\S)/
/** `$$` or `\\[`, and then nothing, a beginning, or a whole formula: a formula with words behind it is inline. */
const FORMULA = /^ {0,3}(?:(\$\$)((?:(?!\$\$).)*(?:\$\$[ \t]*)?)|\\\[((?:(?!\\\]).)*(?:\\\][ \t]*)?))$/
const QUOTE = /^ {0,3}> ?/
const NOTE = /^ {0,3}\[\^([^\s[\]]{1,200})\]:[ \t]*/
const DEFINITION =
  /^ {0,3}\[((?!\^)(?:[^[\]\\]|\\.){1,200})\]:[ \t]*(?:<([^<>]*)>|([^\s<]\S*))(?:[ \t]+(?:"[^"]*"|'[^']*'|\([^()]*\)))?[ \t]*$/
const TABLE_RULE = /^ {0,3}\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*$/
/** The beginning of a line that could still become almost anything: not worth drawing yet. */
const NOTHING_YET = /^[\s>]*(?:[-+*=_#`~|:\\[\]\s]*|\d+[.)]?|(?:[-+*]|\d+[.)])\s+(?:[*_`~]+|\[[ xX]?\]?)\s*)$/
/** A tab within the marks at the start of a line; those in text and code stay. */
const LEADING_TAB = /^([ >*+-]|\d+[.)])*\t/

function createBlock(type: Block['type'], fields: Partial<Block> = {}): Block {
  return {
    type,
    kids: [],
    settled: 0,
    text: '',
    chunks: [],
    safe: 0,
    size: 0,
    mark: '',
    language: '',
    loose: false,
    task: '',
    align: [],
    ...fields,
  }
}

/** Which blocks a block can hold directly. */
const HOLDS: Partial<Record<Block['type'], RegExp>> = {
  root: /^(?!item|note$)/,
  quote: /^(?!item|note$)/,
  item: /^(?!item|note$)/,
  note: /^(?!item|note$)/,
  list: /^item$/,
  notes: /^note$/,
}

const indentOf = (line: string) => line.length - line.trimStart().length

/** Takes up to `width` leading spaces away. */
const dedent = (line: string, width: number) => line.slice(Math.min(width, line.search(/[^ ]|$/)))

function expandTabs(line: string): string {
  while (LEADING_TAB.test(line)) {
    const at = line.indexOf('\t')
    line = line.slice(0, at) + ' '.repeat(4 - (at % 4)) + line.slice(at + 1)
  }
  return line
}

function splitCells(row: string): string[] {
  const inner = row.trim().replace(/^\|/, '')
  const cells = [...inner.matchAll(/((?:[^\\|]|\\[\s\S])*)(\||$)/g)].map((found) => found[1] ?? '')
  // The pattern also finds the emptiness after the last pipe, or after the last cell.
  cells.pop()
  if (!/(^|[^\\])(\\\\)*\|$/.test(inner) && cells.length === 0) cells.push(inner)
  return cells.map((cell) => cell.trim().replaceAll('\\|', '|'))
}

function alignOf(cell: string): Align {
  return cell.endsWith(':') ? (cell.startsWith(':') ? 'center' : 'right') : cell.startsWith(':') ? 'left' : ''
}

export function createBlockParser(): BlockParser {
  const root = createBlock('root')
  const notes = createBlock('notes')
  const definitions: Definition[] = []
  let found: Definition[] = []
  /** The open blocks, outermost first. */
  let stack = [root]
  let tip: Block | undefined
  let pending = ''
  /** A blank line came last. */
  let gap = false
  /** Blank lines that belong to indented code if more of it follows. */
  let blankCode = ''
  /** A long line is being taken in piece by piece, into this block. */
  let running: Block | undefined
  let undo = () => {}

  const top = () => stack.at(-1) as Block

  /** Opens `block` in the innermost block that can hold it; those further in are closed. */
  function open(block: Block): Block {
    while (!HOLDS[top().type]?.test(block.type)) stack.pop()
    const home = top()
    const list = home.type === 'item' ? stack.at(-2) : home
    if (gap && list?.type === 'list' && home.kids.length) list.loose = true
    gap = false
    home.kids.push(block)
    stack.push(block)
    return block
  }

  function openItem(found: RegExpExecArray, line: string): string {
    const [whole, indent = '', marker = '', number, spaces = ''] = found
    const mark = marker.slice(-1)
    const width = spaces.length > 4 || whole.length === line.length ? 1 : spaces.length
    if (top().type === 'list' && top().mark !== mark) stack.pop()
    if (top().type !== 'list') open(createBlock('list', { mark, size: number ? Number(number) : -1 }))
    const item = open(createBlock('item', { size: indent.length + marker.length + width }))
    const rest = line.slice(item.size)
    const task = TASK.exec(rest)
    if (!task) return rest
    item.task = task[1] === ' ' ? 'open' : 'done'
    return rest.slice(task[0].length)
  }

  function addRow(line: string): void {
    const table = top()
    const cells = splitCells(line)
    const kids = table.align.map((align, index) => createBlock('cell', { text: cells[index] ?? '', align: [align] }))
    table.kids.push(createBlock('row', { kids }))
  }

  /** Turns the last line of the open paragraph into the header of a table, if it has as many cells as `align`. */
  function openTable(align: readonly Align[]): boolean {
    const paragraph = top()
    const start = paragraph.text.lastIndexOf('\n') + 1
    const header = paragraph.text.slice(start)
    if (header.length > LONG_LINE || !header.includes('|') || splitCells(header).length !== align.length) return false
    stack.pop()
    if (start) paragraph.text = paragraph.text.slice(0, start - 1)
    else top().kids.pop()
    open(createBlock('table', { align }))
    addRow(header)
    return true
  }

  /**
   * Opens the blocks that `line` begins with.
   * @param lazy an open paragraph could swallow the line although the marks of its containers are missing
   * @returns the text that is left
   */
  function openBlocks(line: string, lazy: boolean): string {
    for (let inText = top().type === 'text'; line.trim(); lazy = inText = false) {
      if (indentOf(line) > 3) {
        if (inText || lazy) return line
        open(createBlock('code', { text: `${line.slice(4)}\n` }))
        return ''
      }
      const quote = QUOTE.exec(line)
      if (quote) {
        open(createBlock('quote'))
        line = line.slice(quote[0].length)
        continue
      }
      const heading = HEADING.exec(line)
      if (heading) {
        const text = (heading[2] ?? '').replace(/(?:^|[ \t]+)#+[ \t]*$/, '').trim()
        open(createBlock('heading', { size: heading[1]?.length ?? 1, text }))
        return ''
      }
      const fence = FENCE.exec(line)
      if (fence) {
        const language =
          unescapeMarkdown(fence[3] ?? '')
            .trim()
            .split(/\s/)[0] ?? ''
        open(createBlock('code', { mark: fence[2] ?? '', size: fence[1]?.length ?? 0, language }))
        return ''
      }
      const formula = FORMULA.exec(line)
      if (formula) {
        const mark = formula[1] === '$$' ? '$$' : '\\]'
        open(createBlock('math', { mark, text: `${line.trim()}\n` }))
        if ((formula[2] ?? formula[3] ?? '').trimEnd().endsWith(mark)) stack.pop()
        return ''
      }
      const underline = inText && SETEXT.exec(line)
      if (underline) {
        const paragraph = top()
        paragraph.type = 'heading'
        paragraph.size = underline[1]?.startsWith('=') ? 1 : 2
        return ''
      }
      if (RULE.test(line)) {
        open(createBlock('rule'))
        return ''
      }
      const item = ITEM.exec(line)
      // In the middle of a paragraph "1984. It rained" is text: only an item with words, and numbered 1, may begin there.
      if (item && !(inText && (item[0].length === line.length || Number(item[3] ?? 1) !== 1))) {
        line = openItem(item, line)
        continue
      }
      const note = NOTE.exec(line)
      const home = stack.findLast((block) => HOLDS[block.type])
      if (note && (home === root || home === notes)) {
        stack = [root, notes]
        open(createBlock('note', { size: 4, mark: normalizeLabel(note[1] ?? '') }))
        line = line.slice(note[0].length)
        continue
      }
      const definition = !inText && !lazy && line.length <= LONG_LINE && DEFINITION.exec(line)
      if (definition) {
        found.push([normalizeLabel(definition[1] ?? ''), unescapeMarkdown(definition[2] ?? definition[3] ?? '')])
        return ''
      }
      if (inText && line.includes('|') && TABLE_RULE.test(line) && openTable(splitCells(line).map(alignOf))) return ''
      return line
    }
    return ''
  }

  /** Verbatim blocks take the line as it is. */
  function continueVerbatim(block: Block, line: string): boolean {
    const blank = !line.trim()
    if (block.type === 'math' && !blank) {
      block.text += `${line}\n`
      if (line.trimEnd().endsWith(block.mark)) stack.pop()
      return true
    }
    if (block.type !== 'code') return false
    if (block.mark) {
      const fence = FENCE.exec(line)
      const closes = fence?.[2]?.startsWith(block.mark) && !fence[3]?.trim()
      if (closes) stack.pop()
      else block.text += `${dedent(line, block.size)}\n`
      return true
    }
    if (blank) blankCode += `${line.slice(4)}\n`
    else if (indentOf(line) > 3) {
      block.text += `${blankCode}${line.slice(4)}\n`
      blankCode = ''
    } else return false
    return true
  }

  function readLine(source: string): void {
    let line = stack.length === 2 && top().mark ? source : expandTabs(source)
    let depth = 1
    for (let block = stack[depth]; block && HOLDS[block.type]; block = stack[++depth]) {
      const blank = !line.trim()
      if (block.type === 'quote') {
        const quote = QUOTE.exec(line)
        if (!quote) break
        line = line.slice(quote[0].length)
      } else if (block.type === 'item' || block.type === 'note') {
        if (blank ? block.type === 'item' && !block.kids.length : indentOf(line) < block.size) break
        line = line.slice(block.size)
      }
    }
    const leaf = top()
    const whole = depth + (HOLDS[leaf.type] ? 0 : 1) >= stack.length
    if (whole && continueVerbatim(leaf, line)) return
    blankCode = ''
    if (!line.trim()) {
      stack.length = depth
      gap = true
      return
    }
    const lazy = leaf.type === 'text' && !whole
    const before = stack
    stack = whole ? stack : stack.slice(0, depth)
    const home = top()
    const text = openBlocks(line, lazy)
    if (lazy && text && top() === home) stack = before
    if (!text) return
    const block = top()
    if (block.type === 'text') {
      block.safe = block.text.length
      block.text += `\n${text.trimStart()}`
    } else if (block.type === 'table') addRow(text)
    else open(createBlock('text', { text: text.trimStart() }))
  }

  /** Marks what is final and remembers how to come back here. */
  function save(): void {
    const path = [...stack]
    const blocks = [root, notes, ...stack].map((block) => {
      const child = path[path.indexOf(block) + 1]
      block.settled = block.kids.length - (child && block.kids.at(-1) === child ? 1 : 0)
      if (block.type === 'code' || block.type === 'math') {
        if (block.text) block.chunks.push(block.text)
        block.text = ''
      } else if (block === running) block.safe = block.text.length
      return [block, { ...block }, block.kids.length, child] as const
    })
    const values = [gap, blankCode] as const
    definitions.push(...found)
    found = []
    undo = () => {
      for (const [block, copy, count, child] of blocks) {
        Object.assign(block, copy)
        block.kids.length = count
        // A paragraph that became the header of a table.
        if (child && block.settled < count) block.kids[count - 1] = child
      }
      stack = path
      found = []
      ;[gap, blankCode] = values
    }
  }

  /** Takes the beginning of a long line in for good, when no continuation could change what it means. */
  function runOn(): void {
    const before = top()
    const verbatim = before.type === 'code' && before.mark !== ''
    if (pending.length <= LONG_LINE || !(verbatim ? /[^`~\s]/ : /[^-=|:*_\s]/).test(pending)) return
    readLine(pending)
    if (top().type === 'text' || (verbatim && top() === before)) {
      running = top()
      if (verbatim) running.text = running.text.slice(0, -1)
      pending = ''
      save()
    } else undo()
  }

  return {
    root,
    notes,
    definitions,
    get tip() {
      return tip
    },
    write(piece, done) {
      undo()
      const lines = (pending + piece.replaceAll('\r', '')).split('\n')
      pending = lines.pop() ?? ''
      for (const line of lines) {
        if (running) {
          running.text += running.type === 'code' ? `${line}\n` : line
          running = undefined
        } else readLine(line)
      }
      if (done) {
        if (running) running.text += pending
        else if (pending) readLine(pending)
        running = tip = undefined
        stack = [root]
        save()
        return
      }
      if (running) {
        running.text += pending
        pending = ''
      }
      save()
      if (!running) runOn()
      if (!running && !NOTHING_YET.test(pending)) readLine(pending)
      // A line that looks like the header of a table is drawn as one before the row below it says so.
      if (top().type === 'text' && /^\|[^\n]*\|[ \t]*$/.test(top().text))
        openTable(splitCells(top().text).map(() => ''))
      const last = top()
      tip = last.type === 'table' ? last.kids[last.settled]?.kids.findLast((cell) => cell.text) : last
    },
  }
}
