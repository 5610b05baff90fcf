import { useLayoutEffect, useRef } from 'preact/hooks'
import { systemClock } from '../../platform/clock.ts'
import type { MarkdownTextProps } from '../parts.ts'
import { interpolate } from '../strings/interpolate.ts'
import { useStyles } from '../theme/use-styles.ts'
import { useParts } from '../use-part.ts'
import markdownStyles from './markdown.css?inline'
import { createMarkdownView, type MarkdownView } from './markdown-view.ts'

/** Milliseconds of a frame that drawing may take, so that an answer that comes in one burst does not block the page. */
const BUDGET_MS = 8
/** Characters between two looks at the clock. */
const STEP = 2_000

/** Gives the growing text to a view that appends to its own nodes; nothing here is drawn twice. */
export function MarkdownText({ panel, text, revision, done, imageAllowed, onImage }: MarkdownTextProps) {
  useStyles(panel, markdownStyles)
  const { strings, imageHosts, apiBase, clock = systemClock } = panel
  const place = useRef<HTMLDivElement>(null)
  const view = useRef<MarkdownView>(undefined)
  const drawn = useRef({ revision, characters: 0 })
  const parts = useParts()

  useLayoutEffect(() => {
    const created = createMarkdownView({
      document,
      imageAllowed,
      ...(parts && {
        highlight: async (code, language) => (await parts.highlighting.load()).highlight(code, language),
      }),
      ...(parts && {
        drawMath: async (source) => {
          const { drawMath, mathStyles } = await parts.math.load()
          panel.addStyles(mathStyles)
          return drawMath(source)
        },
      }),
      onImage,
      onCopied: () => panel.say?.(strings.copied),
      strings: {
        ...strings,
        imageFrom: (host) => interpolate(strings.imageFrom, { host }),
        openImage: (name) => interpolate(strings.openImage, { name }).trim(),
        footnote: (label) => interpolate(strings.footnote, { label }),
      },
    })
    view.current = created
    drawn.current.characters = 0
    const follow = ({ target }: Event) => {
      const link = (target as Element).closest('a')
      if (link) panel.emit?.('link', { url: withoutQuery(link) })
    }
    for (const type of ['click', 'auxclick']) created.element.addEventListener(type, follow)
    place.current?.append(created.element)
    return () => {
      created.destroy()
      created.element.remove()
    }
  }, [strings, imageHosts, apiBase])

  useLayoutEffect(() => {
    let frame = 0
    const draw = () => {
      const endsAt = clock.monotonic() + BUDGET_MS
      let characters = drawn.current.revision === revision ? drawn.current.characters : 0
      do {
        characters = endOfStep(text, characters)
        drawn.current = { revision, characters }
        view.current?.update(text.slice(0, characters), revision, done && characters === text.length)
      } while (characters < text.length && clock.monotonic() < endsAt)
      if (characters < text.length) frame = requestAnimationFrame(draw)
    }
    draw()
    return () => cancelAnimationFrame(frame)
  }, [text, revision, done, strings, imageHosts, apiBase])

  return <div class="markdown" part="markdown" dir="auto" ref={place} />
}

/** What follows may hold words of the visitor's, and of a mail or a call all does. */
function withoutQuery({ protocol, origin, pathname }: HTMLAnchorElement): string {
  return protocol.startsWith('http') ? origin + pathname : protocol
}

/** With whole lines where there are any: half of one would be drawn twice. */
function endOfStep(text: string, from: number): number {
  const end = from + STEP
  if (end >= text.length) return text.length
  const line = text.lastIndexOf('\n', end - 1) + 1
  return line > from ? line : end
}
