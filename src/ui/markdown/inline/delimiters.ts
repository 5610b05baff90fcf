/** Stars, underscores and tildes: which of them belong together. After "process emphasis" of CommonMark. */
import { CJK } from './addresses.ts'
import { type Inline, inlineNode } from './inline-nodes.ts'

/** Where the text may be cut into nodes; see `inline-parser.ts`. */
export interface Cut {
  readonly cut: number
}

/** What the parser has found so far, in order. What went into another part leaves `null` behind. */
export type Part = Inline | Cut | null

export interface Delimiter {
  /** Index of its marks among the parts. */
  readonly part: number
  readonly char: string
  /** Marks that are left, and that there were. */
  count: number
  readonly length: number
  /** Position in the text. */
  readonly at: number
  readonly opens: boolean
  readonly closes: boolean
  previous: Delimiter | undefined
  next: Delimiter | undefined
}

/**
 * A mark further away does not belong to this one: only so much of a paragraph that is being written can still change. (CommonMark has no
 * such limit; it is the one difference, and a longer stretch between two marks is no emphasis that anybody meant.)
 */
export const LONGEST_SPAN = 8_000
/** Nodes within each other. Deeper ones are text. */
export const MAX_DEPTH = 60

const CJK_CHAR = new RegExp(`[${CJK}\\u{1b000}-\\u{1b2ff}\\u{20000}-\\u{3ffff}]`, 'u')

type CharKind = 'space' | 'punctuation' | 'cjk' | 'other'

/** @param char one character, or an empty text at the edge */
function kindOf(char: string): CharKind {
  if (/^\s?$/.test(char)) return 'space'
  if (/[\p{P}\p{S}]/u.test(char)) return 'punctuation'
  return CJK_CHAR.test(char) ? 'cjk' : 'other'
}

/** Of the characters that most marks stand beside: an answer may hold thousands of marks. */
const ASCII_KINDS = Array.from({ length: 128 }, (_, code) => kindOf(String.fromCharCode(code)))

/** The kind of the character before `at`, or of the one that begins there. A pair of surrogates is one character. */
function kindBefore(text: string, at: number): CharKind {
  const known = ASCII_KINDS[text.charCodeAt(at - 1)]
  return known ?? kindOf([...text.slice(Math.max(0, at - 2), at)].at(-1) ?? '')
}

function kindAt(text: string, at: number): CharKind {
  const known = ASCII_KINDS[text.charCodeAt(at)]
  return known ?? kindOf([...text.slice(at, at + 2)][0] ?? '')
}

/**
 * CommonMark's flanking rules, but CJK counts as a space beside punctuation: `**重点：**后文`.
 * @param from where a run of marks begins
 * @param to where it ends
 */
function sidesOf(text: string, from: number, to: number): { opens: boolean; closes: boolean } {
  const before = kindBefore(text, from)
  const after = kindAt(text, to)
  const left = after !== 'space' && (after !== 'punctuation' || before !== 'other')
  const right = before !== 'space' && (before !== 'punctuation' || after !== 'other')
  if (text[from] !== '_') return { opens: left, closes: right }
  return { opens: left && (!right || before === 'punctuation'), closes: right && (!left || after === 'punctuation') }
}

export class Delimiters {
  last: Delimiter | undefined

  /** @param part index of the marks among the parts @param text in which they are, from `at` to `end` */
  push(part: number, text: string, at: number, end: number): void {
    const { last: previous } = this
    const length = end - at
    const { opens, closes } = sidesOf(text, at, end)
    const char = text[at] ?? ''
    this.last = { part, char, count: length, length, at, opens, closes, previous, next: undefined }
    if (previous) previous.next = this.last
  }

  private remove(delimiter: Delimiter): void {
    const { previous, next } = delimiter
    if (previous) previous.next = next
    if (next) next.previous = previous
    else this.last = previous
  }

  /** Makes emphasis of what belongs together above `bottom`, and forgets the rest. */
  resolve(parts: Part[], bottom: Delimiter | undefined): void {
    this.match(parts, bottom)
    this.forget(bottom)
  }

  /** Whatever is above `bottom` is text. */
  forget(bottom: Delimiter | undefined): void {
    this.last = bottom
    if (bottom) bottom.next = undefined
  }

  /** The same without forgetting: what is left are the marks that belong to none. */
  match(parts: Part[], bottom: Delimiter | undefined): void {
    // Below these, nothing opens what they would close: looked for once.
    const floors = new Map<number, Delimiter | undefined>()
    let closer = this.last
    while (closer && closer.previous !== bottom) closer = closer.previous
    while (closer) {
      if (!closer.closes) {
        closer = closer.next
        continue
      }
      const kind: number = closer.char.charCodeAt(0) * 6 + (closer.opens ? 3 : 0) + (closer.length % 3)
      const opener = this.openerOf(closer, bottom, floors.has(kind) ? floors.get(kind) : bottom)
      if (opener && this.wrap(parts, opener, closer)) {
        if (closer.count === 0) {
          const { next }: Delimiter = closer
          this.remove(closer)
          closer = next
        }
        continue
      }
      floors.set(kind, closer.previous)
      const { next }: Delimiter = closer
      if (!closer.opens) this.remove(closer)
      closer = next
    }
  }

  private openerOf(
    closer: Delimiter,
    bottom: Delimiter | undefined,
    floor: Delimiter | undefined,
  ): Delimiter | undefined {
    let opener = closer.previous
    for (; opener && opener !== bottom && opener !== floor; opener = opener.previous) {
      if (closer.at - opener.at > LONGEST_SPAN) return undefined
      if (opener.char !== closer.char || !opener.opens) continue
      const isOdd =
        closer.char !== '~' &&
        (closer.opens || opener.closes) &&
        closer.length % 3 !== 0 &&
        (opener.length + closer.length) % 3 === 0
      if (!isOdd) return opener
    }
    return undefined
  }

  /** @returns false where it would lie too deep */
  private wrap(parts: Part[], opener: Delimiter, closer: Delimiter): boolean {
    const used = closer.count >= 2 && opener.count >= 2 ? 2 : 1
    const kids = contentOf(parts, opener.part + 1, closer.part)
    const node = inlineNode(opener.char === '~' ? 'del' : used === 2 ? 'strong' : 'em', kids)
    if (node.depth > MAX_DEPTH) return false
    for (let index = opener.part + 1; index < closer.part; index++) parts[index] = null
    // Between two marks of a kind there is always something.
    parts[opener.part + 1] = node
    for (const side of [opener, closer]) {
      side.count -= used
      parts[side.part] = side.count > 0 ? side.char.repeat(side.count) : null
    }
    opener.next = closer
    closer.previous = opener
    if (opener.count === 0) this.remove(opener)
    return true
  }
}

/** Neighbouring texts as one; what is inside something else is not cut. */
export function contentOf(parts: readonly Part[], from: number, to = parts.length): Inline[] {
  const nodes: Inline[] = []
  for (let index = from; index < to; index++) {
    const part = parts[index]
    if (part === null || part === undefined || part === '') continue
    if (typeof part === 'object' && 'cut' in part) continue
    const last = nodes.at(-1)
    if (typeof part === 'string' && typeof last === 'string') nodes[nodes.length - 1] = last + part
    else nodes.push(part)
  }
  return nodes
}
