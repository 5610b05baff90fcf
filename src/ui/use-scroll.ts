import type { RefObject } from 'preact'
import { useLayoutEffect, useRef } from 'preact/hooks'

/** The reader counts as being at the bottom within this many pixels of it. */
const BOTTOM_MARGIN_PX = 40
/** Earlier messages are drawn before the reader reaches the top. */
const TOP_MARGIN_PX = 800
/** A longer way to the end is jumped. */
const SMOOTH_SCREENS = 4

/**
 * Where the reader is, told by two sentinels, so that nothing is measured while text is written.
 * The scroller is a reversed column: the browser itself keeps the end in view while the reader is there, and nothing moves when
 * earlier messages are put on top. What is left to do is to hold the place of a reader who is above, where browsers have no scroll anchoring.
 */
export function useScroll(props: {
  /** Identity of what is drawn at the top; when it changes, the top is looked at again. */
  topKey: string | undefined
  onNearTop(): void
  atBottom: boolean
  onBottom(atBottom: boolean): void
}): {
  scroller: RefObject<HTMLDivElement | null>
  list: RefObject<HTMLDivElement | null>
  top: RefObject<HTMLDivElement | null>
  bottom: RefObject<HTMLDivElement | null>
  toBottom(smooth: boolean): void
} {
  const scroller = useRef<HTMLDivElement>(null)
  const list = useRef<HTMLDivElement>(null)
  const top = useRef<HTMLDivElement>(null)
  const bottom = useRef<HTMLDivElement>(null)
  const topKey = useRef(props.topKey)
  topKey.current = props.topKey

  useLayoutEffect(() => {
    const sentinel = bottom.current
    if (!sentinel) return
    const observer = new IntersectionObserver((entries) => props.onBottom(entries.at(-1)?.isIntersecting === true), {
      root: scroller.current,
      rootMargin: `0px 0px ${BOTTOM_MARGIN_PX}px`,
    })
    observer.observe(sentinel)
    return () => observer.disconnect()
  }, [])

  useLayoutEffect(() => {
    const sentinel = top.current
    if (!sentinel) return
    const observer = new IntersectionObserver(
      (entries) => {
        if (entries.at(-1)?.isIntersecting) props.onNearTop()
      },
      { root: scroller.current, rootMargin: `${TOP_MARGIN_PX}px 0px 0px` },
    )
    observer.observe(sentinel)
    return () => observer.disconnect()
  }, [props.topKey])

  useLayoutEffect(() => {
    const content = list.current
    if (!content || props.atBottom || CSS.supports('overflow-anchor', 'auto')) return
    let height: number | undefined
    let key = topKey.current
    const observer = new ResizeObserver((entries) => {
      const next = entries.at(-1)?.contentRect.height ?? 0
      if (height !== undefined && key === topKey.current) scroller.current?.scrollBy(0, height - next)
      height = next
      key = topKey.current
    })
    observer.observe(content)
    return () => observer.disconnect()
  }, [props.atBottom])

  return {
    scroller,
    list,
    top,
    bottom,
    toBottom(smooth) {
      const element = scroller.current
      if (!element) return
      // In a reversed column the end is position 0. A long way is not worth watching.
      const near = -element.scrollTop < SMOOTH_SCREENS * element.clientHeight
      element.scrollTo({ top: 0, behavior: smooth && near ? 'smooth' : 'instant' })
    },
  }
}
