/** How a block goes on at the next line, and what begins one. In the order of CommonMark's reference. */

import { unescapeMarkdown } from '../inline/character-references.ts'
import type { Block, BlockFacts, BlockName } from './block.ts'
import type { LineCursor } from './line-cursor.ts'
import { columnsOf } from './table-rows.ts'

/** What rules may do to the tree. */
export interface BlockBuilder {
  readonly cursor: LineCursor
  readonly tip: Block
  /** In the innermost open block that may contain it; others are closed. */
  add(name: BlockName, facts?: BlockFacts): Block
  addText(block: Block, text: string): void
  addRow(table: Block, text: string): void
  addVerbatim(block: Block, text: string): void
  /** Makes another block of a paragraph, or of its last line: `rest` is what stays a paragraph before it. */
  replace(paragraph: Block, rest: string, name: BlockName, facts: BlockFacts): Block
  close(block: Block): void
  /** Takes the definitions out of a paragraph. @returns what is left */
  define(paragraph: Block): string
}

/** Quotes and lists within each other; what is deeper is text. */
const MAX_DEPTH = 100

const RULE = /^(?:(?:\*[ \t]*){3,}|(?:_[ \t]*){3,}|(?:-[ \t]*){3,})$/
const HEADING = /^#{1,6}(?=[ \t]|$)/
const UNDERLINE = /^(?:=+|-+)[ \t]*$/
const FENCE = /^(?:`{3,}|~{3,})/
/** The language of code: the first 100 characters of its first word, and longer ones are none that anybody knows. */
const LANGUAGE = /^[ \t]*\S{0,100}/
const BULLET = /^[-+*](?=[ \t]|$)/
const NUMBER = /^(\d{1,9})([.)])(?=[ \t]|$)/
/** What ends a formula, by what begins it. */
const FORMULA_ENDS: Readonly<Record<string, string>> = { $$: '$$', '\\[': '\\]' }
const NOTE_LABEL = /^\[\^([^\s[\]]{1,200})\]:[ \t]*/

/** @returns `ends` where the line was the end of the block and has no more to it */
export function continueBlock(builder: BlockBuilder, block: Block): 'yes' | 'no' | 'ends' {
  const { cursor } = builder
  const fits = (does: boolean) => (does ? 'yes' : 'no')
  switch (block.name) {
    case 'list':
      return 'yes'
    case 'quote':
      return fits(skipQuoteMark(cursor))
    case 'item':
    case 'note': {
      if (cursor.isBlank) {
        cursor.skipBlanks()
        return fits(block.name === 'note' || block.children.length > 0)
      }
      const { margin = 0 } = block.facts
      if (cursor.indent < margin) return 'no'
      cursor.skipColumns(margin)
      return 'yes'
    }
    case 'code':
      return block.facts.fence === undefined ? fits(continueIndented(builder, block)) : continueFence(builder, block)
    case 'formula':
      return continueFormula(builder, block)
    case 'paragraph':
    case 'table':
      return fits(!cursor.isBlank)
  }
  return 'no'
}

function skipQuoteMark(cursor: LineCursor): boolean {
  if (cursor.indent > 3 || cursor.text[cursor.next] !== '>') return false
  cursor.skipBlanks()
  cursor.skip(1)
  cursor.skipBlank()
  return true
}

function continueIndented(builder: BlockBuilder, block: Block): boolean {
  const { cursor } = builder
  if (cursor.indent >= 4) cursor.skipColumns(4)
  else if (cursor.isBlank) cursor.skipBlanks()
  else return false
  builder.addVerbatim(block, cursor.rest)
  return true
}

function continueFence(builder: BlockBuilder, block: Block): 'yes' | 'ends' {
  const { cursor } = builder
  const { mark = '', fence = 0, margin = 0 } = block.facts
  if (cursor.indent < 4 && cursor.text[cursor.next] === mark) {
    let end = cursor.next
    while (cursor.text[end] === mark) end++
    if (end - cursor.next >= fence && cursor.text.slice(end).trim() === '') {
      builder.close(block)
      return 'ends'
    }
  }
  for (let left = margin; left > 0; left--) cursor.skipBlank()
  builder.addVerbatim(block, cursor.rest)
  return 'yes'
}

function continueFormula(builder: BlockBuilder, block: Block): 'yes' | 'no' | 'ends' {
  const { cursor } = builder
  if (cursor.isBlank) return 'no'
  builder.addVerbatim(block, cursor.rest)
  if (!cursor.rest.trimEnd().endsWith(block.facts.mark ?? '')) return 'yes'
  builder.close(block)
  return 'ends'
}

/**
 * @param container where the line is now
 * @returns `container`: a block that the rest of the line goes into; `leaf`: one that has taken the line
 */
export function beginBlock(builder: BlockBuilder, container: Block): 'container' | 'leaf' | 'nothing' {
  const { cursor } = builder
  cursor.look()
  if (cursor.isBlank) return 'nothing'
  if (cursor.indent > 3) {
    if (builder.tip.name === 'paragraph' || builder.tip.name === 'table') return 'nothing'
    cursor.skipColumns(4)
    const code = builder.add('code')
    builder.addVerbatim(code, cursor.rest)
    return 'leaf'
  }
  const isDeep = container.depth > MAX_DEPTH
  const words = cursor.words
  switch (words[0]) {
    case '>': {
      if (isDeep) return 'nothing'
      skipQuoteMark(cursor)
      builder.add('quote')
      return 'container'
    }
    case '#':
      return beginHeading(builder, words)
    case '`':
    case '~':
      return beginFence(builder, words)
    case '$':
    case '\\':
      return beginFormula(builder, words)
    case '[':
      return beginNote(builder, container, words)
    case '=':
    case '-':
    case ':':
    case '|':
      if (container.name === 'paragraph' && replaceParagraph(builder, container, words)) return 'leaf'
  }
  if (RULE.test(words)) {
    builder.add('rule')
    cursor.skipRest()
    return 'leaf'
  }
  return isDeep ? 'nothing' : beginItem(builder, container)
}

function beginHeading(builder: BlockBuilder, words: string): 'leaf' | 'nothing' {
  const level = HEADING.exec(words)?.[0].length
  if (level === undefined) return 'nothing'
  let text = words.slice(level).trim()
  let end = text.length
  while (text[end - 1] === '#') end--
  // Marks at the end close the heading, unless they belong to its last word.
  if (end === 0 || (end < text.length && /[ \t]/.test(text[end - 1] ?? ''))) text = text.slice(0, end).trimEnd()
  builder.addText(builder.add('heading', { level }), text)
  builder.cursor.skipRest()
  return 'leaf'
}

function beginFence(builder: BlockBuilder, words: string): 'leaf' | 'nothing' {
  const fence = FENCE.exec(words)?.[0].length
  if (fence === undefined || (words.startsWith('`') && words.includes('`', fence))) return 'nothing'
  const info = unescapeMarkdown(LANGUAGE.exec(words.slice(fence))?.[0].trim() ?? '')
  builder.add('code', { fence, mark: words.slice(0, 1), margin: builder.cursor.indent, info })
  return 'leaf'
}

/** `$$` or `\[`, and then nothing, a beginning, or a whole formula: a formula with words behind it is inline. */
function beginFormula(builder: BlockBuilder, words: string): 'leaf' | 'nothing' {
  const mark = FORMULA_ENDS[words.slice(0, 2)]
  if (mark === undefined) return 'nothing'
  const end = words.indexOf(mark, 2)
  if (end >= 0 && words.slice(end + 2).trim() !== '') return 'nothing'
  const formula = builder.add('formula', { mark })
  builder.addVerbatim(formula, words)
  if (end >= 0) builder.close(formula)
  return 'leaf'
}

/** Notes stand at the margin, outside of every other block. */
function beginNote(builder: BlockBuilder, container: Block, words: string): 'container' | 'nothing' {
  const label = NOTE_LABEL.exec(words)
  const { name, parent } = container
  const isAtMargin = name === 'document' || (parent?.name === 'document' && /^(?:paragraph|table|list)$/.test(name))
  if (!label || !isAtMargin) return 'nothing'
  builder.add('note', { label: label[1]?.toLowerCase() ?? '', margin: 4 })
  builder.cursor.skipBlanks()
  builder.cursor.skip(label[0].length)
  return 'container'
}

/** A line below a paragraph may make a heading of it, or the head of a table of its last line. */
function replaceParagraph(builder: BlockBuilder, paragraph: Block, words: string): boolean {
  const head = paragraph.lastLine
  const columns = columnsOf(head, words)
  if (columns) {
    const rest = paragraph.text.slice(0, -head.length - 1)
    const table = builder.replace(paragraph, rest, 'table', { columns, alignment: columns.join() })
    builder.addRow(table, head)
    builder.cursor.skipRest()
    return true
  }
  if (!UNDERLINE.test(words)) return false
  const text = builder.define(paragraph)
  if (!text) return false
  const heading = builder.replace(paragraph, '', 'heading', { level: words.startsWith('=') ? 1 : 2 })
  builder.addText(heading, text.trimEnd())
  builder.cursor.skipRest()
  return true
}

function beginItem(builder: BlockBuilder, container: Block): 'container' | 'nothing' {
  const { cursor } = builder
  const words = cursor.words
  const number = NUMBER.exec(words)
  const bullet = number ? null : BULLET.exec(words)
  const found = number ?? bullet
  if (!found) return 'nothing'
  const width = found[0].length
  if (container.name === 'paragraph' || container.name === 'table') {
    // Only a list that begins at 1 and has something to say may break into a paragraph.
    if ((number && Number(number[1]) !== 1) || words.slice(width).trim() === '') return 'nothing'
  }
  const mark = number?.[2] ?? found[0]
  const { indent } = cursor
  cursor.skipBlanks()
  cursor.skip(width)
  const before = cursor.save()
  const blanks = cursor.indent
  // Code, or nothing yet: the content begins one column behind the mark.
  const isWide = blanks > 4 || cursor.isBlank
  cursor.restore(before)
  if (isWide) cursor.skipBlank()
  else cursor.skipColumns(blanks)
  const after = cursor.save()
  if (container.name !== 'list' || container.facts.mark !== mark)
    builder.add('list', { mark, ...(number && { start: Number(number[1]) }) })
  builder.add('item', { margin: indent + width + (isWide ? 1 : blanks) })
  cursor.restore(after)
  return 'container'
}
