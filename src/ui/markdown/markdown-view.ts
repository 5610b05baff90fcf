/**
 * Draws Markdown that is still being written. Each line is read once, and what cannot change any more is drawn once: an update costs
 * time in proportion to what is new.
 */

import { createBlockParser } from './blocks/block-parser.ts'
import { createLineReader } from './blocks/line-reader.ts'
import { createBlockDrawer } from './drawing/block-drawer.ts'
import { type BlockElementMaker, createBlockElements } from './drawing/block-elements.ts'
import { createDrawn } from './drawing/drawn.ts'
import { drawInlineFormulas } from './drawing/formula.ts'
import { createInlineDrawer } from './drawing/inline-drawer.ts'
import { createRowDrawer } from './drawing/table-drawer.ts'
import { createVerbatimDrawer } from './drawing/verbatim-drawer.ts'
import { createWordsDrawer } from './drawing/words-drawer.ts'
import type { MarkdownViewOptions } from './markdown-view-options.ts'

export interface MarkdownView {
  readonly element: HTMLElement
  /**
   * Never throws: what cannot be drawn is shown as it was written.
   * @param text grows at its end while `revision` stays the same
   * @param done nothing follows
   */
  update(text: string, revision: number, done: boolean): void
  destroy(): void
}

export function createMarkdownView(options: MarkdownViewOptions): MarkdownView {
  const elements = createBlockElements(options, () => element)
  const element = elements.create('div', 'md')
  const begin = () => createTextDrawer(options, elements, element)
  let draw = begin()
  /** Of the text that is drawn. */
  let revision: number | undefined
  let length = 0
  let isDone = false

  element.addEventListener('click', elements.onClick)
  return {
    element,
    update(text, newRevision, done) {
      if (newRevision !== revision || text.length < length) {
        draw = begin()
        revision = newRevision
        length = 0
        isDone = false
      }
      if (isDone || (text.length === length && !done)) return
      length = text.length
      isDone = done
      draw(text, done)
      if (done && options.drawMath) drawInlineFormulas(element, options.drawMath)
    },
    destroy() {
      element.removeEventListener('click', elements.onClick)
      element.replaceChildren()
    },
  }
}

/**
 * Draws one text that only grows at its end. Another text needs another drawer.
 * @param element takes the text in place of what is in it
 * @returns to be called with all of the text so far; `done` comes with the last call
 */
function createTextDrawer(options: MarkdownViewOptions, elements: BlockElementMaker, element: HTMLElement) {
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

  return (text: string, done: boolean): void => {
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
