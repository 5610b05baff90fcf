import type { RefObject } from 'preact'
import { useLayoutEffect, useState } from 'preact/hooks'

/** How long the end has to be out of sight before the way back is offered, in milliseconds. */
const SETTLED_MS = 250
/** The end counts as seen within this distance. */
const MARGIN = '40px'

/** Whether the end was ever out of sight. What shows the way back to it is loaded then, and knows by itself when it is needed. */
export function useAwayFromEnd(scroller: RefObject<HTMLElement | null>, list: RefObject<HTMLElement | null>): boolean {
  const [away, setAway] = useState(false)
  useLayoutEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined
    const observer = new IntersectionObserver(
      (entries) => {
        clearTimeout(timer)
        // Not for a moment in which a question finds its place: what is shown then is a file of its own.
        if (!entries.at(-1)?.isIntersecting) timer = setTimeout(() => setAway(true), SETTLED_MS)
      },
      { root: scroller.current, rootMargin: MARGIN },
    )
    const end = list.current?.lastElementChild
    if (end) observer.observe(end)
    return () => {
      clearTimeout(timer)
      observer.disconnect()
    }
  }, [])
  return away
}
