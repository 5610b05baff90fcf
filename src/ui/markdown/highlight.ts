/** Colours for finished code. */
import { parse, type TokenType } from 'sugar-high/core'
import { lang, languages } from 'sugar-high/lang'
import type { HighlightedPiece } from '../parts.ts'

/** Identifiers, signs and space keep the colour of the text. */
const KINDS: Partial<Record<TokenType, string>> = {
  keyword: 'keyword',
  string: 'string',
  comment: 'comment',
  class: 'type',
  property: 'name',
  entity: 'name',
}

/** @returns the same text in parts, or `undefined` for a language nobody here knows */
export function highlight(code: string, language: string): readonly HighlightedPiece[] | undefined {
  const name = lang(language.toLowerCase())
  if (!name || name === 'plaintext') return undefined
  const lines = parse(code, languages.find(({ id }) => id === name)?.config).lines
  const parts: HighlightedPiece[] = []
  for (const [index, { tokens }] of lines.entries()) {
    const line = index ? [{ type: 'break' as const, value: '\n' }, ...tokens] : tokens
    for (const { type, value } of line) {
      if (!value) continue
      const kind = KINDS[type] ?? ''
      const last = parts.at(-1)
      if (last?.kind === kind) parts[parts.length - 1] = { kind, text: last.text + value }
      else parts.push({ kind, text: value })
    }
  }
  return parts
}
