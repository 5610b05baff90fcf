/** Draws code and formulas: lines as they were written, which get their colours or their formula once they are complete. */
import type { Block } from '../blocks/block.ts'
import type { MarkdownViewOptions } from '../markdown-view-options.ts'
import type { Drawn } from './drawn.ts'
import { drawFormula } from './formula.ts'

/** Characters of code in one node: a browser copies the whole node when it grows. */
const TEXT_NODE = 4000
/** Longer code stays plain: colouring it would take too long. */
const MAX_HIGHLIGHT = 8000

/** @param language of code */
export type DrawVerbatim = (drawn: Drawn, block: Block, language: string) => void

export function createVerbatimDrawer(options: MarkdownViewOptions): DrawVerbatim {
  const { document } = options

  /** Lines that are there for good make nodes of {@link TEXT_NODE} characters; after them comes what may still change. */
  function drawLines(drawn: Drawn, block: Block): void {
    const { slot } = drawn
    const { lines } = block
    const verbatim = (drawn.verbatim ??= { lines: 0, rest: undefined, finished: false })
    const settled = settledLines(block)
    const rest = lines
      .slice(settled, endOfWords(block))
      .map((line, index) => (settled + index > 0 ? `\n${line}` : line))
      .join('')
    if (verbatim.rest && (verbatim.lines < settled || !rest)) {
      verbatim.rest.remove()
      verbatim.rest = undefined
    }
    for (; verbatim.lines < settled; verbatim.lines++) {
      appendCode(slot, (verbatim.lines ? '\n' : '') + lines[verbatim.lines])
    }
    if (!rest) return
    if (!verbatim.rest) {
      verbatim.rest = document.createTextNode('')
      slot.append(verbatim.rest)
    }
    const { data } = verbatim.rest
    if (!rest.startsWith(data)) verbatim.rest.data = rest
    // A browser that is given the whole of a long line lays it out anew.
    else if (rest !== data) verbatim.rest.appendData(rest.slice(data.length))
  }

  function appendCode(slot: HTMLElement, text: string): void {
    for (let at = 0; at < text.length; ) {
      const last = slot.lastChild as Text | null
      const free = last ? TEXT_NODE - last.data.length : 0
      const part = text.slice(at, at + (free || TEXT_NODE))
      if (last && free) last.appendData(part)
      else slot.append(document.createTextNode(part))
      at += part.length
    }
  }

  async function colour(code: HTMLElement, language: string): Promise<void> {
    const text = code.textContent
    if (!options.highlight || !language || text.length > MAX_HIGHLIGHT) return
    const parts = await options.highlight(text, language).catch(() => undefined)
    // Colours may never change what is read or copied.
    if (!parts || code.textContent !== text || parts.map((part) => part.text).join('') !== text) return
    const nodes = parts.map((part) => {
      if (!part.kind) return part.text
      const span = document.createElement('span')
      span.className = `md-k-${part.kind}`
      span.textContent = part.text
      return span
    })
    code.replaceChildren(...nodes)
  }

  return (drawn, block, language) => {
    drawLines(drawn, block)
    if (!drawn.verbatim || drawn.verbatim.finished || !block.final) return
    drawn.verbatim.finished = true
    void (block.name === 'code' ? colour(drawn.slot, language) : drawFormula(drawn.slot, options.drawMath))
  }
}

/** Indented code ends before its last blank lines: they wait for words behind them. */
function endOfWords({ name, lines, facts, wordLines }: Block): number {
  return name === 'code' && facts.fence === undefined ? wordLines : lines.length
}

/** How many lines can't change any more. */
function settledLines(block: Block): number {
  const { lines, final } = block
  return final ? lines.length : Math.min(Math.max(0, lines.length - 1), endOfWords(block))
}
