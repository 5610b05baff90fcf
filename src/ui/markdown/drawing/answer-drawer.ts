/** Draws one text that only grows at its end. Another text needs another drawer. */
import { createBlockParser } from '../blocks/block-parser.ts'
import { createLineReader } from '../blocks/line-reader.ts'
import type { MarkdownViewOptions } from '../markdown-view-options.ts'
import { createBlockDrawer } from './block-drawer.ts'
import type { BlockElementMaker } from './block-elements.ts'
import { createDrawn } from './drawn.ts'
import { createInlineDrawer } from './inline-drawer.ts'
import { createRowDrawer } from './table-drawer.ts'
import { createVerbatimDrawer } from './verbatim-drawer.ts'
import { createWordsDrawer } from './words-drawer.ts'

/** @param done nothing follows; it comes with the last call */
export type DrawAnswer = (text: string, done: boolean) => void

/** @param element takes the answer in place of what is in it */
export function createAnswerDrawer(
  options: MarkdownViewOptions,
  elements: BlockElementMaker,
  element: HTMLElement,
): DrawAnswer {
  const inlines = createInlineDrawer(options, elements.createButton)
  const words = createWordsDrawer(inlines)
  const parser = createBlockParser(({ label, address }) => words.define(label, address))
  const readLines = createLineReader(parser)
  let growing = true
  /** What nobody could read is shown as it was written. */
  let unreadable = false
  const drawChildren = createBlockDrawer({
    elements,
    inlines,
    words,
    drawRow: createRowDrawer(elements, words),
    drawVerbatim: createVerbatimDrawer(options),
    tail: () => (growing ? parser.tip : undefined),
  })
  const body = createDrawn('', elements.create('div', 'md-body'))
  const notes = createDrawn('', elements.create('section', 'md-notes'))
  notes.element.setAttribute('aria-label', options.strings.footnotes)
  element.replaceChildren(body.element)

  function drawNotes(): void {
    drawChildren(notes, parser.document, ({ name }) => name === 'note')
    if (notes.kids.length > 0 && !notes.element.parentNode) element.append(notes.element)
  }

  return (text, done) => {
    growing = !done
    try {
      if (!unreadable) {
        readLines(text, done)
        words.drawDefined(done ? undefined : text.length)
        drawChildren(body, parser.document)
        drawNotes()
      }
    } catch {
      unreadable = true
    }
    if (unreadable) element.textContent = text
  }
}
