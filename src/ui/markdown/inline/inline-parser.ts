/**
 * Reads what is inside a paragraph, heading or cell: CommonMark, and what agents write beside it: struck words, bare addresses, footnotes,
 * formulas (kept as written), emphasis beside Chinese, Japanese and Korean. Raw HTML is text. Pure.
 *
 * Whatever is read, it is read once: how a beginning is understood never depends on more than a bounded stretch behind it, so of a long
 * paragraph that is being written, all but its end is final.
 */
import { readBareAddress, readPointedAddress } from './addresses.ts'
import { decodeReference } from './character-references.ts'
import {
  type Cut,
  contentOf,
  type Delimiter,
  Delimiters,
  LONGEST_SPAN,
  MAX_DEPTH,
  type Part,
  sidesOf,
} from './delimiters.ts'
import { type Inline, inlineNode, normalizeLabel } from './inline-nodes.ts'
import { endOf, readLabel, readTarget } from './link-parts.ts'
import { closeOpen, GUESS_SPAN } from './unfinished.ts'

export interface InlineContext {
  /** The address of a label, where it has one. */
  addressOf(label: string): string | undefined
  /** Whether it is the end of an answer that goes on: what is open is closed as its writer will most likely close it. */
  readonly growing: boolean
  readonly inTable?: boolean
}

/** A stretch of inline nodes, and where in the text it begins. */
export interface Stretch {
  readonly from: number
  readonly nodes: readonly Inline[]
}

export interface InlineContent {
  readonly stretches: readonly Stretch[]
  /** How many of the stretches stay as they are, whatever follows. */
  readonly final: number
}

/** Length of a stretch, in characters. */
const STRETCH = 1_000
/** No address, formula or tag looks further ahead. */
const LOOK_AHEAD = 2_100

/** Nothing begins within these; skipped at once, but not so far that a text could not be cut between them. */
const PLAIN = /[a-z\d]{1,200}|[\x80-\uffff,.;:?'"(){}=/%#>|+-]{1,200}| {1,200}(?=\S)/iy
const FORMULA =
  /\$\$[^$][\s\S]{0,999}?\$\$|\$(?:[^\s$]|[^\s$][^$]{0,998}[^\s$])\$(?!\d)|\\\([\s\S]{1,999}?\\\)|\\\[[\s\S]{1,999}?\\\]/y
const NOTE_REFERENCE = /\[\^[^\s[\]]{1,200}\]/y
const BREAK_TAG = /<br\s{0,9}\/?>/iy
const ENTITY = /&(?:#\d{1,7}|#x[\da-f]{1,6}|[a-z][a-z\d]{1,31});/iy
const ESCAPABLE = /[!-/:-@[-`{-~]/
const TAG =
  /<(?:[a-z][a-z\d-]{0,30}(?:\s+[a-z_:][\w.:-]{0,99}(?:\s*=\s*(?:[^\s"'=<>`]{1,999}|'[^']{0,999}'|"[^"]{0,999}"))?)*\s*\/?|\/[a-z][a-z\d-]{0,30}\s*|!--[\s\S]{0,999}?--)>/iy

interface Bracket {
  readonly part: number
  readonly at: number
  readonly image: boolean
  readonly below: Delimiter | undefined
  active: boolean
  /** Another bracket opened after it. */
  followed: boolean
}

/** @param from where to go on; what is before has been read */
export function parseInline(text: string, context: InlineContext, from = 0): InlineContent {
  const parts: Part[] = []
  const delimiters = new Delimiters()
  const brackets: Bracket[] = []
  /** Backticks that nothing closes. */
  let lonelyTicks = Number.POSITIVE_INFINITY
  let ticks: Map<number, number[]> | undefined
  let plain = ''
  let at = from
  let nextCut = from + STRETCH
  let nextMail = text.indexOf('@', at)

  function flush(): void {
    if (plain) parts.push(plain)
    plain = ''
  }

  function add(part: Inline, end: number): void {
    flush()
    parts.push(part)
    at = end
  }

  function addPlain(end: number): void {
    plain += text.slice(at, end)
    at = end
  }

  function readNewline(): void {
    let words = plain.length
    while (plain[words - 1] === ' ') words--
    const isHard = plain.length - words >= 2
    plain = plain.slice(0, words)
    let end = at + 1
    while (text[end] === ' ') end++
    if (isHard) add(inlineNode('br'), end)
    // The end of a line means nothing after a break.
    else if (plain || !isBreak(parts.at(-1))) plain += '\n'
    at = end
  }

  function readBackslash(): void {
    const formula = endOf(FORMULA, text, at)
    const next = text[at + 1] ?? ''
    if (formula >= 0) add(inlineNode('math', [text.slice(at, formula)]), formula)
    else if (next === '\n') add(inlineNode('br'), at + 2)
    else if (ESCAPABLE.test(next)) {
      plain += next
      at += 2
    } else addPlain(at + 1)
  }

  /** Where runs of so many backticks are. */
  function ticksOf(length: number): readonly number[] {
    if (!ticks) {
      ticks = new Map()
      for (const { 0: run, index } of text.slice(at).matchAll(/`+/g)) {
        const known = ticks.get(run.length)
        if (known) known.push(at + index)
        else ticks.set(run.length, [at + index])
      }
      for (const places of ticks.values()) places.reverse()
    }
    const places = ticks.get(length) ?? []
    while (places.length > 0 && (places.at(-1) ?? 0) < at + length) places.pop()
    return places
  }

  function codeOf(from: number, to: number): Inline {
    let code = text.slice(from, to).replaceAll('\n', ' ')
    if (code.startsWith(' ') && code.endsWith(' ') && /[^ ]/.test(code)) code = code.slice(1, -1)
    // GFM: within a table the pipes of code are escaped too.
    return inlineNode('code', [context.inTable ? code.replaceAll('\\|', '|') : code])
  }

  function readTicks(): void {
    let end = at
    while (text[end] === '`') end++
    const closing = ticksOf(end - at).at(-1)
    if (closing !== undefined && closing - at <= LONGEST_SPAN) add(codeOf(end, closing), closing + end - at)
    else if (context.growing && text.length - at < GUESS_SPAN && end < text.length) {
      // Whatever follows is code.
      add(codeOf(end, text.length), text.length)
    } else {
      lonelyTicks = Math.min(lonelyTicks, text.length - at > LONGEST_SPAN ? Number.POSITIVE_INFINITY : at)
      addPlain(end)
    }
  }

  function readDelimiter(char: string): void {
    let end = at + 1
    while (text[end] === char) end++
    // One tilde is a tilde: `10~20`.
    if (char === '~' && end - at !== 2) {
      addPlain(end)
      return
    }
    // A pair of surrogates is one character.
    const before = [...text.slice(Math.max(0, at - 2), at)].at(-1) ?? ''
    const after = [...text.slice(end, end + 2)][0] ?? ''
    const length = end - at
    const start = at
    add(text.slice(at, end), end)
    delimiters.push({ part: parts.length - 1, char, count: length, length, at: start, ...sidesOf(char, before, after) })
  }

  function openBracket(image: boolean): void {
    const note = image ? -1 : endOf(NOTE_REFERENCE, text, at)
    if (note >= 0) {
      add(inlineNode('note', [], text.slice(at + 2, note - 1).toLowerCase()), note)
      return
    }
    const last = brackets.at(-1)
    if (last) last.followed = true
    const start = at
    add(image ? '![' : '[', at + (image ? 2 : 1))
    brackets.push({ part: parts.length - 1, at: start, image, below: delimiters.last, active: true, followed: false })
  }

  /** What the brackets up to here stand for. */
  function targetOf(bracket: Bracket): { address: string; end: number } | undefined {
    const after = at + 1
    const target = readTarget(text.slice(after, after + LOOK_AHEAD - 100), 0)
    if (target) return { address: target.text, end: after + target.end }
    const label = readLabel(text, after)
    const isOwn = !label || label.text.length <= 2
    if (isOwn && bracket.followed) return undefined
    const own = bracket.at + (bracket.image ? 2 : 1)
    const name = normalizeLabel(isOwn ? text.slice(own, at) : label.text.slice(1, -1))
    if (!name || name.length > 999) return undefined
    const address = context.addressOf(name)
    return address === undefined ? undefined : { address, end: label?.end ?? after }
  }

  function closeBracket(): void {
    const bracket = brackets.pop()
    const isOpen = bracket?.active && at - bracket.at <= LONGEST_SPAN
    if (!isOpen || !(closeLink(bracket) || (context.growing && closeHalfLink(bracket)))) addPlain(at + 1)
  }

  function closeLink(bracket: Bracket): boolean {
    const target = targetOf(bracket)
    if (!target) return false
    flush()
    delimiters.resolve(parts, bracket.below)
    const node = inlineNode(bracket.image ? 'image' : 'link', contentOf(parts, bracket.part + 1), target.address)
    if (node.depth > MAX_DEPTH) return false
    parts.length = bracket.part
    add(node, target.end)
    // Nothing inside a link may be a link.
    if (!bracket.image) for (const outer of brackets) if (!outer.image) outer.active = false
    return true
  }

  /** Only the words of a link show before its address is complete, and nothing of a picture. */
  function closeHalfLink(bracket: Bracket): boolean {
    if (text.length - at >= GUESS_SPAN) return false
    if (!/^\((?:<[^>\n]*|[^\s()]*(?:\s+["'(][^"')]*)?)$/.test(text.slice(at + 1))) return false
    flush()
    if (bracket.image) {
      parts.length = bracket.part
      delimiters.forget(bracket.below)
    } else parts[bracket.part] = ''
    at = text.length
    return true
  }

  function readPointed(): void {
    const lineBreak = endOf(BREAK_TAG, text, at)
    const address = readPointedAddress(text, at)
    if (lineBreak >= 0) add(inlineNode('br'), lineBreak)
    else if (address) add(address.node, address.end)
    else {
      const tag = endOf(TAG, text, at)
      addPlain(tag >= 0 && tag - at < LOOK_AHEAD ? tag : at + 1)
    }
  }

  function readEntity(): void {
    const end = endOf(ENTITY, text, at)
    if (end < 0) addPlain(at + 1)
    else {
      plain += decodeReference(text.slice(at, end))
      at = end
    }
  }

  function mayBeginAddress(char: string): boolean {
    if (/[a-z\d_]/i.test(text[at - 1] ?? '')) return false
    if (/[hw]/i.test(char)) return true
    if (nextMail >= 0 && nextMail < at) nextMail = text.indexOf('@', at)
    return nextMail >= 0 && nextMail - at <= 110 && /[\w.+-]/.test(char)
  }

  function readWord(char: string): void {
    const address = mayBeginAddress(char) ? readBareAddress(text, at, brackets.length > 0) : undefined
    if (address) add(address.node, address.end)
    else addPlain(Math.max(at + 1, endOf(PLAIN, text, at)))
  }

  while (at < text.length) {
    if (at >= nextCut) {
      flush()
      parts.push({ cut: at })
      nextCut = at + STRETCH
    }
    const char = text[at] ?? ''
    switch (char) {
      case '\n':
        readNewline()
        break
      case '\\':
        readBackslash()
        break
      case '`':
        readTicks()
        break
      case '*':
      case '_':
      case '~':
        readDelimiter(char)
        break
      case '$': {
        const end = endOf(FORMULA, text, at)
        if (end < 0) addPlain(at + 1)
        else add(inlineNode('math', [text.slice(at, end)]), end)
        break
      }
      case '!':
        if (text[at + 1] === '[') openBracket(true)
        else addPlain(at + 1)
        break
      case '[':
        openBracket(false)
        break
      case ']':
        closeBracket()
        break
      case '<':
        readPointed()
        break
      case '&':
        readEntity()
        break
      default:
        readWord(char)
    }
  }
  flush()
  delimiters.match(parts, undefined)
  const settled = settledUpTo()
  if (context.growing) {
    const open = brackets.at(-1)
    if (open && text.length - open.at < GUESS_SPAN) {
      if (open.image) parts.length = open.part
      else parts[open.part] = ''
    }
    closeOpen(parts, delimiters.last, text)
  }
  if (context.growing) dropBlanksAtEnd(parts)
  return stretchesOf(parts, from, settled)

  /** Nothing before can be changed by what may follow. */
  function settledUpTo(): number {
    const reach = text.length - LONGEST_SPAN
    let first = Math.min(text.length - LOOK_AHEAD, lonelyTicks)
    for (const bracket of brackets) if (bracket.at >= reach) first = Math.min(first, bracket.at)
    for (let mark = delimiters.last; mark && mark.at >= reach; mark = mark.previous) {
      if (mark.opens) first = Math.min(first, mark.at)
    }
    return first
  }
}

function isBreak(part: Part | undefined): boolean {
  return typeof part === 'object' && part !== null && 'type' in part && part.type === 'br'
}

/** Before something that is not shown yet. */
function dropBlanksAtEnd(parts: Part[]): void {
  let index = parts.length - 1
  while (index >= 0 && !parts[index]) index--
  const last = parts[index]
  if (typeof last === 'string') parts[index] = last.trimEnd()
}

function stretchesOf(parts: readonly Part[], from: number, settled: number): InlineContent {
  const cuts: [index: number, cut: Cut][] = []
  for (const [index, part] of parts.entries()) {
    if (typeof part === 'object' && part && 'cut' in part) cuts.push([index, part])
  }
  const stretches: Stretch[] = []
  let final = 0
  let begin = 0
  let start = from
  for (const [index, { cut }] of cuts) {
    stretches.push({ from: start, nodes: contentOf(parts, begin, index) })
    if (cut <= settled) final = stretches.length
    begin = index
    start = cut
  }
  stretches.push({ from: start, nodes: contentOf(parts, begin) })
  return { stretches, final }
}

/** All of it as one list of nodes. */
export function readInline(text: string, context: InlineContext): readonly Inline[] {
  return parseInline(text, context).stretches.flatMap(({ nodes }) => nodes)
}
