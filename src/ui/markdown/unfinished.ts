/**
 * What the reader of a half-written answer should see: marks that could still become anything wait, and what is open is closed as its
 * writer will most likely close it. Pure guesses: the finished answer is parsed as it is.
 */
import type { SyntaxNode, Tree } from '@lezer/common'

/** The beginning of a line that could still become almost anything: not worth drawing yet. */
const NOTHING_YET = /^[\s>]*(?:[-+*=_#`~|:\\[\]\s]*|(?:[-+*]|\d+[.)]?)\s*(?:[*_`~]+|\[[ xX]?\]?)?\s*)$/
/** Half of a mark, or a mark that nothing follows yet. */
const HALF_MARK = /(?:[*_~`\\]+|<(?:b(?:r ?\/?)?)?|!?\[\^?)$/i
const LONGEST_MARK = 200
/** Something begun further from the end is taken at its word. */
const GUESS_SPAN = 400

/** A guess costs another look at the whole paragraph or table. */
const LONG_BLOCK = 8000

const TABLE_HEADER = /^\|.*\|[ \t]*$/
const OPENING = /(`+)|(\*{1,3}|_{1,3}|~~)(?=[^\s*_~])/g
const HALF_TARGET = /\((?:<[^>\n]*|[^\s()]*(?:\s+["'(][^"')]*)?)$/
const HALF_BRACKET = /!?\[[^[\]]*$/

/** The text without what can't be drawn yet; a prefix of `text`. */
export function withoutHalfMarks(text: string): string {
  const line = text.lastIndexOf('\n') + 1
  if (text.length - line <= LONGEST_MARK && NOTHING_YET.test(text.slice(line)))
    return text.slice(0, Math.max(0, line - 1))
  const half = HALF_MARK.exec(text.slice(-LONGEST_MARK))
  return half ? text.slice(0, -half[0].length) : text
}

/** The paragraph, heading or cell at the very end. */
function findLeaf(tree: Tree): SyntaxNode {
  let leaf = tree.topNode
  for (
    let last = leaf.lastChild;
    last && (last.type.is('Block') || /^Table(?:Row|Cell)/.test(last.name));
    last = leaf.lastChild
  ) {
    leaf = last
  }
  return leaf
}

/** The source of a leaf from `from` on, with an `x` for each character that the parser could make sense of. */
function leftovers(leaf: SyntaxNode, text: string, from: number): string {
  let rest = ''
  let at = from
  for (let node = leaf.childAfter(from); node; node = node.nextSibling) {
    rest += text.slice(at, node.from) + 'x'.repeat(node.to - Math.max(at, node.from))
    at = node.to
  }
  return rest + text.slice(at, leaf.to)
}

function closingMarks(rest: string): string {
  const marks: string[] = []
  for (const { 0: mark, 1: code, index } of rest.matchAll(OPENING)) {
    // `2*3` and `snake_case` are no emphasis, and of two equal openings the first one was a slip.
    const inWord = (mark === '*' || mark.startsWith('_')) && /\w/.test(rest[index - 1] ?? '')
    if (code || !(inWord || marks.includes(mark))) marks.unshift(mark)
    // Whatever follows is code.
    if (code) break
  }
  return marks.join('')
}

export interface ClosedText {
  readonly source: string
  /** `source` and the given text are the same up to here. */
  readonly from: number
}

/**
 * Closes what is open at the end.
 * @param tree of `text`
 * @returns `undefined` if nothing is
 */
export function closeOpen(text: string, tree: Tree): ClosedText | undefined {
  const leaf = findLeaf(tree)
  const { from, to } = leaf
  const block = leaf.name === 'TableCell' ? leaf.parent?.parent : leaf
  if (to - (block?.from ?? 0) > LONG_BLOCK) return undefined
  if (!/^(?:Paragraph|Task|TableCell|.*Heading\d)$/.test(leaf.name) || !/^[ \t]*\n?[ \t]*$/.test(text.slice(to)))
    return undefined
  if (TABLE_HEADER.test(text.slice(from, to))) {
    // Drawn as a header before the row below it says so.
    const prefix = text.slice(text.lastIndexOf('\n', from) + 1, from).replace(/[^>\s]/g, ' ')
    const cells = text.slice(from, to).split(/(?<!\\)\|/).length - 2
    return { source: `${text.slice(0, to)}\n${prefix}|${'-|'.repeat(cells)}`, from }
  }
  const start = Math.max(from, to - GUESS_SPAN)
  const rest = leftovers(leaf, text, start)
  const target = HALF_TARGET.exec(rest)
  const link = target && leaf.childBefore(start + target.index + 1)
  const bracket = HALF_BRACKET.exec(rest)
  // Only the words of a link show before its address is complete, and nothing of an image or the label of a note.
  let opening = -1
  let end = to
  if (link && link.to === start + target.index && /^(?:Link|Image)$/.test(link.name) && !link.getChild('LinkLabel')) {
    if (link.name === 'Link') opening = link.from
    end = opening < 0 ? link.from : link.to - 1
  } else if (bracket) {
    const at = start + bracket.index
    if (/^\[(?!\^)/.test(bracket[0])) opening = at
    else end = at
  }
  const closing = closingMarks(rest.slice(0, end - start))
  if (!closing && opening < 0 && end === to) return undefined
  const said = opening < 0 ? text.slice(0, end) : text.slice(0, opening) + text.slice(opening + 1, end)
  return { source: said.trimEnd() + closing, from }
}
