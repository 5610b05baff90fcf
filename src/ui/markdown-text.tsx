/** Markdown on the screen and aloud. A chunk of its own: most short answers are plain words. */
import { Fragment, h } from 'preact'
import { useLayoutEffect, useRef } from 'preact/hooks'
import { fill } from './fill.ts'
import { isImageAllowed } from './image-hosts.ts'
import { markdownStyles } from './markdown/markdown-styles.ts'
import { createMarkdownView, type Highlight, type MarkdownView } from './markdown/markdown-view.ts'
import { spokenText } from './markdown/spoken-text.ts'
import type { CompletePanel } from './panel-props.ts'
import { useLightbox } from './use-lightbox.ts'

export { spokenText }

const highlight: Highlight = async (code, language) =>
  (await import('./markdown/highlight.ts')).highlight(code, language)

/** Characters drawn in one frame, so that an answer that comes in one burst does not hold up the page. */
const FRAME_CHARACTERS = 6_000

/** Gives the growing text to a view that appends to its own nodes; nothing here is drawn twice. */
export function MarkdownText(props: { panel: CompletePanel; text: string; revision: number; done: boolean }) {
  const { panel, text, revision, done } = props
  const { strings, imageHosts, apiBase } = panel
  const place = useRef<HTMLDivElement>(null)
  const view = useRef<MarkdownView>(undefined)
  const drawn = useRef({ revision, characters: 0 })
  const enlarge = useLightbox(panel)

  useLayoutEffect(() => {
    panel.addStyles(markdownStyles)
    const created = createMarkdownView({
      document,
      imageAllowed: (url) => isImageAllowed(url, { imageHosts, apiBase }),
      highlight,
      onImage: (button) => enlarge(button),
      strings: {
        ...strings,
        imageFrom: (host) => fill(strings.imageFrom, { host }),
        openImage: (name) => fill(strings.openImage, { name }).trim(),
        footnote: (label) => fill(strings.footnote, { label }),
      },
    })
    view.current = created
    drawn.current.characters = 0
    place.current?.append(created.element)
    return () => {
      created.destroy()
      created.element.remove()
    }
  }, [strings, imageHosts, apiBase])

  useLayoutEffect(() => {
    let frame = 0
    const draw = () => {
      const before = drawn.current.revision === revision ? drawn.current.characters : 0
      const characters = Math.min(text.length, before + FRAME_CHARACTERS)
      const whole = characters === text.length
      drawn.current = { revision, characters }
      view.current?.update(text.slice(0, characters), revision, done && whole)
      if (!whole) frame = requestAnimationFrame(draw)
    }
    draw()
    return () => cancelAnimationFrame(frame)
  }, [text, revision, done, strings, imageHosts, apiBase])

  return <div class="markdown" part="markdown" dir="auto" ref={place} />
}

export function MarkdownSpeech({ text }: { panel: CompletePanel; text: string }) {
  return <>{spokenText(text)}</>
}
