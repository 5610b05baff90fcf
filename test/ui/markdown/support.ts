import { createMarkdownView, type MarkdownView } from '../../../src/ui/markdown/markdown-view.ts'
import type { MarkdownViewOptions } from '../../../src/ui/markdown/markdown-view-options.ts'

export const strings = {
  copy: 'Copy',
  copied: 'Copied',
  code: 'Code',
  diagram: 'Diagram',
  table: 'Table',
  imageFrom: (host: string) => `Show image from ${host}`,
  openImage: (name: string) => `Open image ${name}`,
  footnotes: 'Footnotes',
  footnote: (label: string) => `Footnote ${label}`,
  backToText: 'Back to the text',
  taskDone: 'Completed task',
  taskOpen: 'Incomplete task',
}

export function createView(options: Partial<MarkdownViewOptions> = {}): MarkdownView {
  return createMarkdownView({ document, strings, imageAllowed: (url) => url.host === 'files.example', ...options })
}

/** The nodes as a text that differs whenever they do: elements, attributes and each text node by itself. */
export function nodesOf(node: Node): string {
  if (node.nodeType === 3) return JSON.stringify(node.nodeValue)
  const element = node as Element
  const attributes = [...element.attributes].map(({ name, value }) => `${name}=${value}`).sort()
  return `<${[element.tagName, ...attributes].join(' ')}>${[...element.childNodes].map(nodesOf).join('')}</>`
}

export function drawWhole(text: string): MarkdownView {
  const view = createView()
  view.update(text, 1, true)
  return view
}

/** Streams `text` cut at `cuts`, then says that it is done. */
export function drawStreamed(text: string, cuts: readonly number[]): MarkdownView {
  const view = createView()
  for (const cut of [...cuts].sort((a, b) => a - b)) view.update(text.slice(0, cut), 1, false)
  view.update(text, 1, true)
  return view
}

/** The drawn answer as HTML, without what every element of its kind has. */
export function htmlOf(text: string): string {
  return drawWhole(text)
    .element.querySelector('.md-body')
    ?.innerHTML.replaceAll(' dir="ltr"', '')
    .replaceAll(' target="_blank" rel="noopener noreferrer nofollow ugc"', '') as string
}
