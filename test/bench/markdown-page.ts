/** The page side of the Markdown benchmark. */
import markdownStyles from '../../src/ui/markdown/markdown.css?inline'
import { createMarkdownView } from '../../src/ui/markdown/markdown-view.ts'

const strings = {
  copy: 'Copy',
  copied: 'Copied',
  code: 'Code',
  diagram: 'Diagram',
  table: 'Table',
  imageFrom: (host: string) => `Show image from ${host}`,
  openImage: (name: string) => name,
  footnotes: 'Footnotes',
  footnote: (label: string) => `Footnote ${label}`,
  backToText: 'Back to the text',
  taskDone: 'Completed task',
  taskOpen: 'Incomplete task',
}

/** A macrotask of its own: pieces come from the network, not from a loop. */
function turn(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel()
    port1.onmessage = () => resolve()
    port2.postMessage(0)
  })
}

const frame = () => new Promise((resolve) => requestAnimationFrame(resolve))

/** @returns the longest task in milliseconds, 0 if none was longer than 50 */
export async function run(text: string, size: number, mode: 'frame' | 'piece' | 'floor'): Promise<number> {
  const host = document.querySelector('main') as HTMLElement
  const root = host.attachShadow({ mode: 'open' })
  const sheet = new CSSStyleSheet()
  sheet.replaceSync(markdownStyles)
  root.adoptedStyleSheets = [sheet]
  let longest = 0
  const observer = new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) longest = Math.max(longest, entry.duration)
  })
  observer.observe({ type: 'longtask' })

  const bare = document.createElement('p')
  const view = createMarkdownView({ document, strings, imageAllowed: () => false })
  root.append(mode === 'floor' ? bare : view.element)
  let received = ''
  let waiting = false
  for (let at = 0; at < text.length; at += size) {
    const piece = text.slice(at, at + size)
    received += piece
    if (mode === 'floor') bare.append(piece)
    else if (mode === 'piece') view.update(received, 1, false)
    else if (!waiting) {
      waiting = true
      requestAnimationFrame(() => {
        waiting = false
        view.update(received, 1, false)
      })
    }
    await turn()
  }
  await frame()
  view.update(received, 1, true)
  await frame()
  await new Promise((resolve) => setTimeout(resolve, 50))
  observer.disconnect()
  return longest
}
