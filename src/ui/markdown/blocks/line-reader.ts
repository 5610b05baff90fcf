/** Hands a text that grows to the parser of blocks. Each whole line is read once, the last one again when more of it comes. */
import { isNothingYet, mayCloseFence } from '../inline/unfinished.ts'
import type { BlockParser } from './block-parser.ts'

/** @param done nothing follows; it comes with the last call */
export type ReadLines = (text: string, done: boolean) => void

export function createLineReader(parser: BlockParser): ReadLines {
  /** Characters in which every end of a line is found. */
  let seen = 0
  /** Where the last line begins, of which more may come. */
  let lineStart = 0

  /** Whether the beginning of a line is not worth drawing yet. */
  function waits(rest: string): boolean {
    parser.takeBack()
    const { name } = parser.tip
    if (name === 'code' || name === 'formula') return rest === '' || mayCloseFence(rest)
    return isNothingYet(rest)
  }

  return (text, done) => {
    for (let end = text.indexOf('\n', seen); end >= 0; end = text.indexOf('\n', lineStart)) {
      parser.addLine(withoutReturn(text.slice(lineStart, end)))
      lineStart = end + 1
      seen = lineStart
    }
    seen = text.length
    const rest = withoutReturn(text.slice(lineStart))
    if (done) {
      if (rest) parser.addLine(rest)
      parser.end()
    } else if (!waits(rest)) parser.tryLine(rest)
    else parser.takeBack()
  }
}

function withoutReturn(line: string): string {
  return line.replaceAll('\r', '')
}
