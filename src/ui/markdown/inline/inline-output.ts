/** What the parser of a paragraph has found so far: nodes, and text that has yet to become one. */
import type { Part } from './delimiters.ts'
import { inlineNode } from './inline-nodes.ts'

export interface InlineOutput {
  readonly parts: Part[]
  addText(text: string): void
  /** @returns the index of the part */
  add(part: Exclude<Part, null>): number
  /** The end of a line: a break after two spaces, otherwise white space in the text. */
  endLine(): void
  /** Text becomes a part of its own: what follows can be told from it. */
  flush(): void
}

export function createInlineOutput(): InlineOutput {
  const parts: Part[] = []
  /** Since the last part. */
  let plain = ''

  function flush(): void {
    if (plain) parts.push(plain)
    plain = ''
  }

  function add(part: Exclude<Part, null>): number {
    flush()
    return parts.push(part) - 1
  }

  return {
    parts,
    add,
    flush,
    addText(text) {
      plain += text
    },
    endLine() {
      let words = plain.length
      while (plain[words - 1] === ' ') words--
      const isHard = plain.length - words >= 2
      plain = plain.slice(0, words)
      if (isHard) add(inlineNode('br'))
      // The end of a line means nothing after a break.
      else if (plain || !isBreak(parts.at(-1))) plain = `${plain}\n`
    },
  }
}

function isBreak(part: Part | undefined): boolean {
  return typeof part === 'object' && part !== null && 'type' in part && part.type === 'br'
}
