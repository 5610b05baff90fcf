/** For a reader who goes up: earlier messages, where one is, and the way back. A chunk of its own. */
import { h, type RefObject } from 'preact'
import { useLayoutEffect, useRef, useState } from 'preact/hooks'
import type { ChatState } from '../chat/chat-state.ts'
import { systemClock } from '../platform/clock.ts'
import { formatsFor } from './formats.ts'
import { Icon, type IconPath } from './icons.tsx'
import { WINDOW_STEP } from './message-window.ts'
import type { CompletePanel } from './panel-props.ts'
import readingStyles from './reading.css?inline'

const DOWN: IconPath = 'M10 4v11.5M5 10.5l5 5 5-5'
/** The reader counts as being at the bottom within this many pixels of it. */
const BOTTOM_MARGIN_PX = 40
/** Earlier messages are drawn before the reader reaches the top. */
const TOP_MARGIN_PX = 800
/** At the bottom, a window that has grown beyond this many messages is cut back. */
const WINDOW_LIMIT = 4 * WINDOW_STEP
/** A longer way to the end is jumped. */
const SMOOTH_SCREENS = 4

/** A line between messages: the day of the one below, that the agent remembers nothing of what is above, or that older ones are on their way. */
export function Divider({ panel, of }: { panel: CompletePanel; of: number | 'context' | 'older' }) {
  const { strings, lang, clock = systemClock } = panel
  useLayoutEffect(() => panel.addStyles(readingStyles), [])
  const words = { context: strings.contextCleared, older: strings.loadingOlder }
  return <div class="divider">{typeof of === 'number' ? formatsFor(lang).day(of, clock.now()) : words[of]}</div>
}

/** The list grows with what is drawn in it; the scroller is a reversed column, where position 0 is the end. */
export interface ReadingPlaceProps {
  panel: CompletePanel
  scroller: RefObject<HTMLElement | null>
  list: RefObject<HTMLElement | null>
  state: ChatState
  /** Index of the first message that is drawn. */
  start: number
  /** Asks for another first message. */
  onStart(index: number): void
}

/**
 * Where the reader is, told by two edges, so that nothing is measured while text is written. The browser itself keeps the end in view
 * while the reader is there, and nothing moves when earlier messages are put on top. What is left to do is to hold the place of a
 * reader who is above, where browsers have no scroll anchoring.
 */
export function ReadingPlace(props: ReadingPlaceProps) {
  const { panel, scroller, list, state, start, onStart } = props
  const { strings } = panel
  const { messages } = state
  const count = messages.length
  const [atBottom, setAtBottom] = useState(true)
  /** Identity of what is drawn at the top; when it changes, the top is looked at again. */
  const topKey = `${messages[start]?.key} ${messages[0]?.key}`
  const seen = useRef(0)
  if (atBottom) seen.current = count
  const latest = useRef({ ...props, topKey })
  latest.current = { ...props, topKey }

  useLayoutEffect(() => panel.addStyles(readingStyles), [])

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
      const { topKey } = latest.current
      if (height !== undefined && key === topKey) scroller.current?.scrollBy(0, height - next)
      height = next
      key = topKey
    })
    observer.observe(list.current)
    return () => observer.disconnect()
  }, [atBottom])

  const toBottom = () => {
    const element = scroller.current
    if (!element) return
    const calm = matchMedia('(prefers-reduced-motion: reduce)').matches
    // A long way is not worth watching.
    const near = -element.scrollTop < SMOOTH_SCREENS * element.clientHeight
    element.scrollTo({ top: 0, behavior: near && !calm ? 'smooth' : 'instant' })
  }
  if (atBottom) return null
  return (
    <button
      type="button"
      class="jump"
      part="jump-button"
      aria-label={strings.jumpToNewest}
      title={strings.jumpToNewest}
      onClick={toBottom}
    >
      {count > seen.current && <span>{strings.newMessages}</span>}
      <Icon path={DOWN} />
    </button>
  )
}
