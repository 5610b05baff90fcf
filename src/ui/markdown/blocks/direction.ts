/** Which way a list, quote or table runs: as its first text does. Pure. */
import type { Block } from './block.ts'

/** Text whose first letter is Hebrew, Arabic or of their relatives, and text that has a letter at all; the `x` of a task is none. */
const RIGHT_TO_LEFT = /^(?:\[x\]|\P{L})*[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]/iu
const HAS_LETTER = /^(?:\[x\]|\P{L})*\p{L}/iu
/** Characters that are looked at: the first words tell. */
const SPAN = 400

/**
 * Texts find out by `unicode-bidi: plaintext`; `dir="auto"` on these would make the browser look through all of their content at each
 * change.
 */
export function directionOf(block: Block): '' | 'ltr' | 'rtl' {
  const text = beginningOf(block, SPAN)
  return RIGHT_TO_LEFT.test(text) ? 'rtl' : HAS_LETTER.test(text) ? 'ltr' : ''
}

function beginningOf(block: Block, length: number): string {
  let text = block.text.slice(0, length)
  for (const line of block.lines) {
    if (text.length >= length) break
    text += ` ${line}`
  }
  for (const child of block.children) {
    if (text.length >= length) break
    text += ` ${beginningOf(child, length - text.length)}`
  }
  return text.slice(0, length)
}
