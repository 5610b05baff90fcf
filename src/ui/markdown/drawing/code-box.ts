/** Code in a box, with the name of its language and a button that copies it. */
import type { MarkdownViewOptions } from '../markdown-view-options.ts'
import type { ElementMaker } from './element-maker.ts'

/** @returns the box, and what takes the code */
export type CreateCodeBox = (language: string) => readonly [box: HTMLElement, code: HTMLElement]

export function createCodeBoxes(
  { document, strings, onCopy, onCopied }: MarkdownViewOptions,
  { create, createButton, createScroller }: ElementMaker,
): CreateCodeBox {
  async function copy(code: string, button: HTMLButtonElement): Promise<void> {
    try {
      await (onCopy ? onCopy(code) : document.defaultView?.navigator.clipboard.writeText(code))
    } catch {
      // The browser refused: the button must not say that it worked.
      return
    }
    button.textContent = strings.copied
    onCopied?.()
    const restore = () => {
      button.textContent = strings.copy
    }
    button.addEventListener('blur', restore, { once: true })
    button.addEventListener('pointerleave', restore, { once: true })
  }

  return (language) => {
    const box = create('div', 'md-code')
    const bar = create('div', 'md-code-bar')
    const label = create('span')
    const code = create('code')
    label.textContent = language
    if (language.toLowerCase() === 'mermaid') label.textContent += ` · ${strings.diagram}`
    const button = createButton('md-copy', strings.copy, () => void copy(code.textContent, button))
    bar.append(label, button)
    box.append(bar, createScroller('pre', language || strings.code, code))
    box.dir = 'ltr'
    return [box, code]
  }
}
