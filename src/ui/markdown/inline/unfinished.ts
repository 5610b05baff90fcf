/**
 * What the reader of a half-written answer should see: marks that could still become anything wait, and what is open is closed as its
 * writer will most likely close it. Pure guesses: the finished answer is read as it is.
 */
import { contentOf, type Delimiter, type Part } from './delimiters.ts'
import { inlineNode } from './inline-nodes.ts'

/** The beginning of a line that could still become almost anything: not worth drawing yet. */
const NOTHING_YET = /^[\s>]*(?:[-+*=_#`~|:\\[\]\s]*|(?:[-+*]|\d+[.)]?)\s*(?:[*_`~]+|\[[ xX]?\]?)?\s*)$/
/** Half of a mark, or a mark that nothing follows yet. */
const HALF_MARK = /(?:[*_~`\\]+|<(?:b(?:r ?\/?)?)?|!?\[\^?)$/i
const LONGEST_MARK = 200
/** Something begun further from the end is taken at its word. */
export const GUESS_SPAN = 400

const TABLE_HEADER = /^\|.*\|[ \t]*$/
/** Longer ones are paragraphs until the row below them says otherwise: each piece would be drawn as a whole head again. */
const LONGEST_HEADER = 2_000

export function isNothingYet(line: string): boolean {
  return line.length <= LONGEST_MARK && NOTHING_YET.test(line)
}

/** The text without what can't be drawn yet at its end. */
export function withoutHalfMark(text: string): string {
  const half = HALF_MARK.exec(text.slice(-LONGEST_MARK))
  return half ? text.slice(0, -half[0].length) : text
}

/** A line of code that may become the end of its fence. */
export function mayCloseFence(line: string): boolean {
  return /^[\s>]*(?:`+|~+)\s*$/.test(line)
}

/** Drawn as the head of a table before the row below it says so. */
export function isTableHeader(paragraph: string): boolean {
  return paragraph.length <= LONGEST_HEADER && !paragraph.includes('\n') && TABLE_HEADER.test(paragraph)
}

/** Closes the marks that nothing has closed, the innermost first. */
export function closeOpen(parts: Part[], last: Delimiter | undefined, text: string): void {
  const guessed = new Set<string>()
  for (let mark = last; mark && text.length - mark.at < GUESS_SPAN; mark = mark.previous) {
    const kind = mark.char.repeat(mark.count)
    // `2*3` and `snake_case` are no emphasis, and of two equal openings the first one was a slip.
    const inWord = (kind === '*' || mark.char === '_') && /\w/.test(text[mark.at - 1] ?? '')
    if (!mark.opens || mark.part >= parts.length || mark.count > 3 || inWord || guessed.has(kind)) continue
    guessed.add(kind)
    let kids = contentOf(parts, mark.part + 1)
    if (kids.length === 0) continue
    if (mark.char === '~') kids = [inlineNode('del', kids)]
    else {
      if (mark.count > 1) kids = [inlineNode('strong', kids)]
      if (mark.count !== 2) kids = [inlineNode('em', kids)]
    }
    parts.length = mark.part
    parts.push(...kids)
  }
}
