import { useLayoutEffect, useRef } from 'preact/hooks'
import { isImageAllowed } from './image-hosts.ts'
import { createMarkdownView, type MarkdownView } from './markdown/markdown-view.ts'
import type { PanelContext } from './panel-props.ts'
import { fill } from './strings.ts'

/** Gives the growing text to a view that appends to its own nodes; nothing here is drawn twice. */
export function MarkdownText(props: { panel: PanelContext; text: string; revision: number; done: boolean }) {
  const { panel, text, revision, done } = props
  const { strings, imageHosts } = panel
  const place = useRef<HTMLDivElement>(null)
  const view = useRef<MarkdownView>(undefined)

  useLayoutEffect(() => {
    const created = createMarkdownView({
      document,
      imageAllowed: (url) => isImageAllowed(url, imageHosts),
      strings: {
        ...strings,
        imageFrom: (host) => fill(strings.imageFrom, { host }),
        footnote: (label) => fill(strings.footnote, { label }),
      },
    })
    view.current = created
    place.current?.append(created.element)
    return () => {
      created.destroy()
      created.element.remove()
    }
  }, [strings, imageHosts])

  useLayoutEffect(() => view.current?.update(text, revision, done), [text, revision, done, strings, imageHosts])

  return <div class="markdown" part="markdown" dir="auto" ref={place} />
}
