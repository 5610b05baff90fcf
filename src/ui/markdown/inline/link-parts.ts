/** The label, the address and the title of a link, where they stand in a text. */
import { unescapeMarkdown } from './character-references.ts'

/** What was read, and where it ends. */
export interface Read {
  readonly text: string
  readonly end: number
}

const LABEL = /\[(?:[^\\[\]]|\\[\s\S]){0,999}\]/y
const POINTED = /<(?:[^<>\n\\]|\\.)*>/y
const TITLE = /"(?:[^\\"]|\\[\s\S])*"|'(?:[^\\']|\\[\s\S])*'|\((?:[^\\()]|\\[\s\S])*\)/y
/** White space with at most one end of a line in it. */
const GAP = /[ \t]*(?:\n[ \t]*)?/y
const ESCAPABLE = /[!-/:-@[-`{-~]/
/** Brackets within each other in an address; with more of them it is none, as for cmark. */
const MAX_BRACKETS = 32

/** @returns where a match that begins at `at` ends; -1 for none */
export function endOf(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at
  return pattern.test(text) ? pattern.lastIndex : -1
}

export function skipGap(text: string, at: number): number {
  return endOf(GAP, text, at)
}

/** @returns the label with its brackets */
export function readLabel(text: string, at: number): Read | undefined {
  const end = endOf(LABEL, text, at)
  return end < 0 ? undefined : { text: text.slice(at, end), end }
}

export function readAddress(text: string, at: number): Read | undefined {
  if (text[at] === '<') {
    const end = endOf(POINTED, text, at)
    return end < 0 ? undefined : { text: unescapeMarkdown(text.slice(at + 1, end - 1)), end }
  }
  let depth = 0
  let end = at
  for (; end < text.length; end++) {
    const char = text[end] ?? ''
    if (char === '\\' && ESCAPABLE.test(text[end + 1] ?? '')) end++
    else if (char === '(' && ++depth > MAX_BRACKETS) return undefined
    else if (char === ')' && depth-- === 0) break
    else if (char <= ' ') break
  }
  const closed = text[end] === ')' ? depth === -1 : depth === 0
  if (!closed || (end === at && text[end] !== ')')) return undefined
  return { text: unescapeMarkdown(text.slice(at, end)), end }
}

/** @returns where the title ends; -1 for none */
export function endOfTitle(text: string, at: number): number {
  return endOf(TITLE, text, at)
}

/** The address behind the words of a link: `(address "title")`. */
export function readTarget(text: string, at: number): Read | undefined {
  if (text[at] !== '(') return undefined
  const address = readAddress(text, skipGap(text, at + 1))
  if (!address) return undefined
  let end = skipGap(text, address.end)
  // What is between the two keeps them apart.
  const title = end > address.end ? endOfTitle(text, end) : -1
  if (title >= 0) end = skipGap(text, title)
  return text[end] === ')' ? { text: address.text, end: end + 1 } : undefined
}
