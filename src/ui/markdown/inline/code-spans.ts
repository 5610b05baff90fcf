/** Code between runs of backticks. */
import { LONGEST_SPAN } from './delimiters.ts'
import { type Inline, inlineNode } from './inline-nodes.ts'
import { GUESS_SPAN } from './unfinished.ts'

export interface CodeSpans {
  /** @param at of the first backtick. `node`: absent where nothing closes the backticks, and they are text */
  read(at: number): { readonly node?: Inline; readonly end: number }
  /** Where the first backticks are that something may still close. */
  firstOpen(): number
}

export function createCodeSpans(
  text: string,
  { growing, inTable }: { readonly growing: boolean; readonly inTable?: boolean },
): CodeSpans {
  let firstOpen = Number.POSITIVE_INFINITY
  /** Where runs of so many backticks are, the last one first. */
  let runs: Map<number, number[]> | undefined

  function closingOf(length: number, at: number): number | undefined {
    runs ??= runsOf(text, at)
    const places = runs.get(length) ?? []
    while (places.length > 0 && (places.at(-1) ?? 0) < at + length) places.pop()
    return places.at(-1)
  }

  function codeOf(from: number, to: number): Inline {
    let code = text.slice(from, to).replaceAll('\n', ' ')
    if (code.startsWith(' ') && code.endsWith(' ') && /[^ ]/.test(code)) code = code.slice(1, -1)
    // GFM: within a table the pipes of code are escaped too.
    return inlineNode('code', [inTable ? code.replaceAll('\\|', '|') : code])
  }

  return {
    read(at) {
      let begin = at
      while (text[begin] === '`') begin++
      const length = begin - at
      const left = text.length - at
      const closing = closingOf(length, at)
      if (closing !== undefined && closing - at <= LONGEST_SPAN) {
        return { node: codeOf(begin, closing), end: closing + length }
      }
      // Whatever follows is code.
      if (growing && left < GUESS_SPAN && begin < text.length) {
        return { node: codeOf(begin, text.length), end: text.length }
      }
      if (left <= LONGEST_SPAN) firstOpen = Math.min(firstOpen, at)
      return { end: begin }
    },
    firstOpen: () => firstOpen,
  }
}

/** All at once, or a row of lonely backticks would be searched to its end again and again. */
function runsOf(text: string, from: number): Map<number, number[]> {
  const runs = new Map<number, number[]>()
  for (const { 0: run, index } of text.slice(from).matchAll(/`+/g)) {
    const places = runs.get(run.length)
    if (places) places.push(from + index)
    else runs.set(run.length, [from + index])
  }
  for (const places of runs.values()) places.reverse()
  return runs
}
