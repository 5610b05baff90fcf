/** Draws the words of a paragraph, a heading or a cell. What stays as it is when more comes is read and drawn once. */
import { type InlineContext, parseInline } from '../inline/inline-parser.ts'
import { withoutHalfMark } from '../inline/unfinished.ts'
import { createDrawnWords, type Drawn } from './drawn.ts'
import type { InlineDrawer } from './inline-drawer.ts'
import { createLabelRegistry } from './label-registry.ts'

export interface WordsDrawer {
  /** @param isTail the answer goes on within this text */
  draw(drawn: Drawn, written: string, isTail: boolean): void
  define(label: string, address: string): void
  /**
   * Words that were drawn before and name a label that has been defined since become links.
   * @param written characters of an answer that goes on: no more are drawn again until it ends, or a paragraph that names a thousand labels
   * would be drawn again with the definition of each
   */
  drawDefined(written?: number): void
}

/** From so many characters on that stay, a paragraph is long. */
const LONG = 8_000

export function createWordsDrawer(inlines: InlineDrawer): WordsDrawer {
  const labels = createLabelRegistry<Drawn>(drawAgain, ({ words }) => words?.text.length ?? 0)

  function draw(drawn: Drawn, written: string, isTail: boolean): void {
    const text = (isTail ? withoutHalfMark(written) : written).trim()
    const words = (drawn.words ??= createDrawnWords(false))
    if (words.text === text && !isTail && !words.guessed) return
    words.text = text
    words.guessed = isTail
    // Not by `startsWith`, which Chromium does letter by letter.
    if (text.slice(0, words.settled.length) !== words.settled) {
      words.settled = ''
      words.settledEnd = undefined
    }
    const context: InlineContext = {
      growing: isTail,
      inTable: words.inTable,
      addressOf: (label) => labels.addressOf(label, drawn),
    }
    const { stretches, final } = parseInline(text, context, words.settled.length)
    let last = words.settledEnd
    for (const [index, { nodes }] of stretches.entries()) {
      const next = stretches[index + 1]
      last = inlines.draw(drawn.slot, nodes, last, !next, words.settled.length > LONG)
      if (index >= final || !next) continue
      words.settled = text.slice(0, next.from)
      words.settledEnd = last
    }
  }

  function drawAgain(drawn: Drawn): void {
    const { words } = drawn
    // What could not be drawn stays as it was written.
    if (!words) return
    drawn.words = { ...createDrawnWords(words.inTable), guessed: true }
    draw(drawn, words.text, false)
  }

  return { draw, define: labels.define, drawDefined: labels.drawDefined }
}
