/**
 * Draws Markdown that is still being written. Each line is read once, and what cannot change any more is drawn once: an update costs
 * time in proportion to what is new.
 */

import { createAnswerDrawer } from './drawing/answer-drawer.ts'
import { createBlockElements } from './drawing/block-elements.ts'
import { drawInlineFormulas } from './drawing/formula.ts'
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
  const begin = () => createAnswerDrawer(options, elements, element)
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
