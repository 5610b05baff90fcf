/**
 * Reads what is inside a paragraph, heading or cell: CommonMark, and what agents write beside it: struck words, bare addresses, footnotes,
 * formulas (kept as written), emphasis beside Chinese, Japanese and Korean. Raw HTML is text. Pure.
 *
 * Whatever is read, it is read once: how a beginning is understood never depends on more than a bounded stretch behind it, so of a long
 * paragraph that is being written, all but its end is final.
 */
import { readBareAddress, readPointedAddress } from './addresses.ts'
import { decodeReference } from './character-references.ts'
import { createCodeSpans } from './code-spans.ts'
import { type Cut, contentOf, Delimiters, LONGEST_SPAN, type Part } from './delimiters.ts'
import { type Inline, inlineNode } from './inline-nodes.ts'
import { createInlineOutput } from './inline-output.ts'
import { createLinkBrackets } from './link-brackets.ts'
import { endOf } from './link-parts.ts'
import { closeOpen } from './unfinished.ts'

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

/** @param from where to go on; what is before has been read */
export function parseInline(text: string, context: InlineContext, from = 0): InlineContent {
  const output = createInlineOutput()
  const { parts, addText } = output
  const delimiters = new Delimiters()
  const codeSpans = createCodeSpans(text, context)
  const links = createLinkBrackets(text, context, output, delimiters)
  let at = from
  let nextCut = from + STRETCH
  let nextMail = text.indexOf('@', at)

  function add(part: Inline, end: number): void {
    output.add(part)
    at = end
  }

  function addPlain(end: number): void {
    addText(text.slice(at, end))
    at = end
  }

  function readNewline(): void {
    output.endLine()
    at++
    while (text[at] === ' ') at++
  }

  function readBackslash(): void {
    const formula = endOf(FORMULA, text, at)
    const next = text[at + 1] ?? ''
    if (formula >= 0) add(inlineNode('math', [text.slice(at, formula)]), formula)
    else if (next === '\n') add(inlineNode('br'), at + 2)
    else if (ESCAPABLE.test(next)) {
      addText(next)
      at += 2
    } else addPlain(at + 1)
  }

  function readTicks(): void {
    const { node, end } = codeSpans.read(at)
    if (node === undefined) addPlain(end)
    else add(node, end)
  }

  function readDelimiter(char: string): void {
    let end = at + 1
    while (text[end] === char) end++
    // One tilde is a tilde: `10~20`.
    if (char === '~' && end - at !== 2) {
      addPlain(end)
      return
    }
    delimiters.push(output.add(text.slice(at, end)), text, at, end)
    at = end
  }

  function readFormula(): void {
    const end = endOf(FORMULA, text, at)
    if (end < 0) addPlain(at + 1)
    else add(inlineNode('math', [text.slice(at, end)]), end)
  }

  function readNoteOrBracket(): void {
    const note = endOf(NOTE_REFERENCE, text, at)
    if (note >= 0) add(inlineNode('note', [], text.slice(at + 2, note - 1).toLowerCase()), note)
    else at = links.open(at, false)
  }

  function closeBracket(): void {
    const end = links.close(at)
    if (end === undefined) addPlain(at + 1)
    else at = end
  }

  function readPointed(): void {
    const lineBreak = endOf(BREAK_TAG, text, at)
    const address = readPointedAddress(text, at)
    if (lineBreak >= 0) add(inlineNode('br'), lineBreak)
    else if (address) add(address.node, address.end)
    else {
      const tag = endOf(TAG, text.slice(at, at + LOOK_AHEAD), 0)
      addPlain(at + Math.max(1, tag))
    }
  }

  function readEntity(): void {
    const end = endOf(ENTITY, text, at)
    if (end < 0) addPlain(at + 1)
    else {
      addText(decodeReference(text.slice(at, end)))
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
    const address = mayBeginAddress(char) ? readBareAddress(text, at, links.isAnyOpen()) : undefined
    if (address) add(address.node, address.end)
    else addPlain(Math.max(at + 1, endOf(PLAIN, text, at)))
  }

  while (at < text.length) {
    if (at >= nextCut) {
      output.add({ cut: at })
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
      case '$':
        readFormula()
        break
      case '!':
        if (text[at + 1] === '[') at = links.open(at, true)
        else addPlain(at + 1)
        break
      case '[':
        readNoteOrBracket()
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
  output.flush()
  delimiters.match(parts, undefined)
  const settled = settledUpTo()
  if (context.growing) {
    links.hideOpen()
    closeOpen(parts, delimiters.last, text)
    dropBlanksAtEnd(parts)
  }
  return stretchesOf(parts, from, settled)

  /** Nothing before can be changed by what may follow. */
  function settledUpTo(): number {
    const reach = text.length - LONGEST_SPAN
    let first = Math.min(text.length - LOOK_AHEAD, codeSpans.firstOpen(), links.firstOpen(reach))
    for (let mark = delimiters.last; mark && mark.at >= reach; mark = mark.previous) {
      if (mark.opens) first = Math.min(first, mark.at)
    }
    return first
  }
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
