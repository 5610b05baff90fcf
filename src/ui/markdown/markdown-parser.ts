/**
 * Markdown as agents write it: Lezer's parser with GFM, and what GFM lacks: footnotes, formulas (kept as written), emphasis and bare
 * addresses beside Chinese, Japanese and Korean. Raw HTML has no blocks: tags are text.
 */
import {
  Autolink,
  type BlockContext,
  type DelimiterType,
  InlineContext,
  type Line,
  type MarkdownConfig,
  parser,
  Table,
  TaskList,
} from '@lezer/markdown'

const CJK = '\\u1100-\\u11ff\\u2e80-\\ua4cf\\uac00-\\ud7ff\\uf900-\\ufaff\\ufe30-\\ufe4f\\uff00-\\uffef'
const CJK_CHAR = new RegExp(`[${CJK}\\u{1b000}-\\u{1b2ff}\\u{20000}-\\u{3ffff}]`, 'u')
const PUNCTUATION = /[\p{P}\p{S}]/u
const SPACE = /^\s?$/

/** Nothing begins within a word, nor at these: skipped at once, which halves the work. */
const WORD = /[\u0080-\uffff,.;:?'"(){}=/%]+|(?<=[a-z\d])[a-z\d]+/iy
/** An address ends at CJK and at curly quotes too: Chinese text follows it without a space. */
const ADDRESS = new RegExp(`(?:https?://|www\\.)[^\\s“”‘’${CJK}]*`, 'y')
/** `$5 and $6` is money: no space or digit at the wrong side of a `$`. */
const FORMULA =
  /\$\$[^$][\s\S]{0,999}?\$\$|\$(?=[^\s$])[^$]{0,999}(?<=\S)\$(?!\d)|\\\([\s\S]{1,999}?\\\)|\\\[[\s\S]{1,999}?\\\]/y
/** `$$` or `\[`, and then nothing, a beginning, or a whole formula: a formula with words behind it is inline. */
const FORMULA_LINE = /^(?:\$\$(?:(?!\$\$).)*(?:\$\$\s*)?|\\\[(?:(?!\\\]).)*(?:\\\]\s*)?)$/
const NOTE_REFERENCE = /\[\^[^\s[\]]{1,200}\]/y
const NOTE_LABEL = /^\[\^[^\s[\]]{1,200}\]:[ \t]*/

const ASTERISK = 42
const UNDERSCORE = 95
const TILDE = 126
const DOLLAR = 36
const BACKSLASH = 92
const BRACKET = 91
const LETTER_H = 104
const LETTER_W = 119
const DELIMITERS: Record<number, DelimiterType> = {
  [ASTERISK]: InlineContext.emphasisAsterisk,
  [UNDERSCORE]: InlineContext.emphasisUnderscore,
  [TILDE]: { resolve: 'Strikethrough', mark: 'StrikethroughMark' },
}

function match(pattern: RegExp, cx: InlineContext, position: number): number {
  pattern.lastIndex = position - cx.offset
  return pattern.exec(cx.text) ? pattern.lastIndex + cx.offset : -1
}

/** CommonMark's flanking rules, but CJK counts as a space beside punctuation: `**重点：**后文`. One tilde is a tilde: `10~20`. */
function parseDelimiter(cx: InlineContext, next: number, start: number): number {
  const type = DELIMITERS[next]
  if (!type) return -1
  let end = start + 1
  while (cx.char(end) === next) end++
  if (next === TILDE && end - start !== 2) return end
  // A pair of surrogates is one character.
  const before = [...cx.slice(Math.max(cx.offset, start - 2), start)].at(-1) ?? ''
  const after = [...cx.slice(end, end + 2)][0] ?? ''
  const [spaceBefore, spaceAfter] = [SPACE.test(before), SPACE.test(after)]
  const [punctuationBefore, punctuationAfter] = [PUNCTUATION.test(before), PUNCTUATION.test(after)]
  const left = !spaceAfter && (!punctuationAfter || spaceBefore || punctuationBefore || CJK_CHAR.test(before))
  const right = !spaceBefore && (!punctuationBefore || spaceAfter || punctuationAfter || CJK_CHAR.test(after))
  const opens = left && (next !== UNDERSCORE || !right || punctuationBefore)
  const closes = right && (next !== UNDERSCORE || !left || punctuationAfter)
  return cx.addDelimiter(type, start, end, opens, closes)
}

/** Longer ones are no addresses, and their closing brackets would be counted over and over. */
const MAX_ADDRESS = 2_000

function parseAddress(cx: InlineContext, next: number, position: number): number {
  const end = next === LETTER_H || next === LETTER_W ? match(ADDRESS, cx, position) : -1
  if (end - position > MAX_ADDRESS) return -1
  const scope: InlineContext = end < 0 ? cx : Object.create(cx, { text: { value: cx.text.slice(0, end - cx.offset) } })
  return Autolink.parseInline?.[0]?.parse(scope, next, position) ?? -1
}

/** A parser of one element that begins with one of `first` and that `pattern` describes. */
function parseElement(name: string, pattern: RegExp, ...first: number[]) {
  return (cx: InlineContext, next: number, position: number) => {
    const end = first.includes(next) ? match(pattern, cx, position) : -1
    return end < 0 ? -1 : cx.addElement(cx.elt(name, position, end))
  }
}

const startsFormula = (line: Line) => FORMULA_LINE.test(line.text.slice(line.pos))

/** Ends with the formula, a blank line or its container. */
function parseFormulaBlock(cx: BlockContext, line: Line): boolean {
  if (line.indent > line.baseIndent + 3 || !startsFormula(line)) return false
  const from = cx.lineStart + line.pos
  const base = line.baseIndent
  const closing = line.text.startsWith('$$', line.pos) ? '$$' : '\\]'
  const parts = [cx.elt('CodeText', from, cx.lineStart + line.text.length)]
  let content = line.text.slice(line.pos + 2)
  while (cx.nextLine() && !content.trimEnd().endsWith(closing)) {
    if (line.baseIndent < base || line.pos === line.text.length) break
    content = line.text
    parts.push(
      cx.elt('CodeText', cx.lineStart - 1, cx.lineStart),
      ...line.markers,
      cx.elt('CodeText', cx.lineStart + line.basePos, cx.lineStart + line.text.length),
    )
  }
  cx.addElement(cx.elt('FormulaBlock', from, parts.at(-1)?.to ?? from, parts))
  return true
}

/** Notes stand at the margin, outside of every other block. */
const noteLabel = (line: Line) => (line.basePos ? null : NOTE_LABEL.exec(line.text.slice(line.pos)))

function parseNote(cx: BlockContext, line: Line): false | null {
  const label = line.indent < 4 && noteLabel(line)
  if (!label) return false
  const from = cx.lineStart + line.pos
  cx.startComposite('Note', line.pos)
  cx.addElement(cx.elt('NoteLabel', from, from + label[0].length))
  line.moveBase(line.pos + label[0].length)
  return null
}

function continueNote(_cx: BlockContext, line: Line): boolean {
  if (line.next < 0) return true
  if (line.indent < line.baseIndent + 4) return false
  line.moveBaseColumn(line.baseIndent + 4)
  return true
}

const additions: MarkdownConfig = {
  defineNodes: [
    'Strikethrough',
    'StrikethroughMark',
    'Formula',
    'NoteReference',
    'NoteLabel',
    { name: 'FormulaBlock', block: true },
    { name: 'Note', block: true, composite: continueNote },
  ],
  parseBlock: [
    { name: 'Note', before: 'LinkReference', parse: parseNote, endLeaf: (_cx, line) => noteLabel(line) !== null },
    {
      name: 'FormulaBlock',
      before: 'FencedCode',
      parse: parseFormulaBlock,
      endLeaf: (_cx, line) => startsFormula(line),
    },
  ],
  parseInline: [
    { name: 'Formula', before: 'Escape', parse: parseElement('Formula', FORMULA, DOLLAR, BACKSLASH) },
    { name: 'Word', before: 'Formula', parse: (cx, _next, position) => match(WORD, cx, position) },
    { name: 'NoteReference', before: 'Link', parse: parseElement('NoteReference', NOTE_REFERENCE, BRACKET) },
    { name: 'Emphasis', parse: parseDelimiter },
    { name: 'Autolink', parse: parseAddress },
  ],
  remove: ['HTMLBlock'],
}

export const markdownParser = parser.configure([Table, TaskList, additions])
