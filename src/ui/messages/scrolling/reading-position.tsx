import { useLayoutEffect, useRef, useState } from 'preact/hooks'
import type { ReadingPositionProps } from '../../parts.ts'
import { Icon, type IconPath } from '../../theme/icons.tsx'
import { useStyles } from '../../theme/use-styles.ts'
import { WINDOW_STEP } from './message-window.ts'
import readingStyles from './reading-position.css?inline'

const DOWN: IconPath = 'M10 4v11.5M5 10.5l5 5 5-5'
/** The reader counts as being at the bottom within this many pixels of it. */
const BOTTOM_MARGIN_PX = 40
/** Earlier messages are drawn before the reader reaches the top. */
const TOP_MARGIN_PX = 800
/** At the bottom, a window that has grown beyond this many messages is cut back. */
const WINDOW_LIMIT = 4 * WINDOW_STEP
/** Further from the end than this many screens, the way back is a jump and no animation. */
const SMOOTH_SCREENS = 4

/**
 * For a reader who is not at the end: draws or fetches earlier messages near the top, keeps their place, and offers the way to the end.
 *
 * Two observed edges say where the reader is, so that nothing is measured while text is written. The browser itself keeps the end in view
 * while the reader is there, and nothing moves when earlier messages are put on top. Only where a browser has no scroll anchoring, the
 * place of a reader further up has to be kept here.
 */
export function ReadingPosition(props: ReadingPositionProps) {
  const { panel, scroller, list, state, start, onStart, anchored, onEnd } = props
  useStyles(panel, readingStyles)
  const { strings } = panel
  const { messages } = state
  const count = messages.length
  const [atBottom, setAtBottom] = useState(true)
  /** What is at the top; when it changes, the top edge is observed anew. */
  const topKey = `${messages[start]?.key} ${messages[0]?.key}`
  const seen = useRef(0)
  if (atBottom) seen.current = count
  const latest = useRef({ ...props, topKey })
  latest.current = { ...props, topKey }

  useLayoutEffect(() => {
    if (atBottom && count - start > WINDOW_LIMIT) onStart(count - WINDOW_STEP)
  })

  useLayoutEffect(() => {
    const observer = new IntersectionObserver((entries) => setAtBottom(entries.at(-1)?.isIntersecting === true), {
      root: scroller.current,
      rootMargin: `0px 0px ${BOTTOM_MARGIN_PX}px`,
    })
    const edge = list.current?.lastElementChild
    if (edge) observer.observe(edge)
    return () => observer.disconnect()
  }, [])

  useLayoutEffect(() => {
    const observer = new IntersectionObserver(
      (entries) => {
        if (!entries.at(-1)?.isIntersecting) return
        const { start, onStart, state } = latest.current
        if (start > 0) onStart(Math.max(0, start - WINDOW_STEP))
        else if (state.hasOlder && !state.loadingOlder) panel.store.loadOlder()
      },
      { root: scroller.current, rootMargin: `${TOP_MARGIN_PX}px 0px 0px` },
    )
    const edge = list.current?.firstElementChild
    if (edge) observer.observe(edge)
    return () => observer.disconnect()
  }, [topKey, state.conversationId])

  useLayoutEffect(() => {
    if (!list.current || atBottom || CSS.supports('overflow-anchor', 'auto')) return
    let height: number | undefined
    let key = latest.current.topKey
    const observer = new ResizeObserver((entries) => {
      const next = entries.at(-1)?.contentRect.height ?? 0
      const { topKey, anchored } = latest.current
      const grown = next - (height ?? next)
      // Of two ends, one moves by itself.
      if (anchored && key !== topKey) scroller.current?.scrollBy(0, grown)
      if (!anchored && key === topKey) scroller.current?.scrollBy(0, -grown)
      height = next
      key = topKey
    })
    observer.observe(list.current)
    return () => observer.disconnect()
  }, [atBottom])

  const toBottom = () => {
    const element = scroller.current
    if (!element) return
    // The button is about to vanish, and keys are to go on from what it leads to.
    element.focus({ preventScroll: true })
    if (anchored) {
      // From now on the end is what is read, and it stays in view.
      onEnd()
      return
    }
    const calm = matchMedia('(prefers-reduced-motion: reduce)').matches
    const near = -element.scrollTop < SMOOTH_SCREENS * element.clientHeight
    element.scrollTo({ top: 0, behavior: near && !calm ? 'smooth' : 'instant' })
  }
  if (atBottom) return null
  const isNew = count > seen.current
  // Who says aloud what they see means this button too (WCAG 2.5.3).
  const label = isNew ? `${strings.newMessages}: ${strings.jumpToNewest}` : strings.jumpToNewest
  return (
    <button type="button" class="jump" part="jump-button" aria-label={label} title={label} onClick={toBottom}>
      {isNew && <span>{strings.newMessages}</span>}
      <Icon path={DOWN} />
    </button>
  )
}
