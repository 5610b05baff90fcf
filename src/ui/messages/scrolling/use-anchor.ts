import type { RefObject } from 'preact'
import { useLayoutEffect, useRef, useState } from 'preact/hooks'
import type { ChatMessage } from '../../../chat/chat-state.ts'

/** Between the edge and the question above its answer. */
const GAP_PX = 12

export interface Anchor {
  /** A question is at the top, and its answer is read from its beginning. Otherwise the end is kept in view. */
  readonly anchored: boolean
  /** The reader moves by themselves. */
  onMove(): void
  /** From now on the end is kept in view. */
  release(): void
}

interface AnchorPlace {
  scroller: RefObject<HTMLElement | null>
  list: RefObject<HTMLElement | null>
  /** Questions at the end that wait for their turn. */
  queued: number
  /** The question is placed anew when one of these changes: what is above it. Always as many. */
  above: readonly unknown[]
}

/**
 * Puts a question at the top when it is asked, and keeps it there until the reader moves. One that waits for its turn is kept in view at the
 * end until then: the answer above it goes on growing.
 */
export function useAnchor(messages: readonly ChatMessage[], { scroller, list, queued, above }: AnchorPlace): Anchor {
  const current = messages.at(-1 - queued)
  /** A question that nothing has answered yet. */
  const asked = current?.role === 'user' ? current.key : undefined
  const [last, setLast] = useState<{ asked?: string | undefined; anchor?: string | undefined }>({})
  const isNews = asked !== last.asked
  const anchor = isNews ? (asked ?? last.anchor) : last.anchor
  if (isNews) setLast({ asked, anchor })
  const anchored = messages.some(({ key }) => key === anchor)
  const placed = useRef<string>(undefined)
  const moved = useRef(false)
  /** A question was at the top until now. Not so once its conversation has gone, though `placed` still names it. */
  const held = useRef(false)

  const place = () => {
    const room = list.current
    if (!room || !scroller.current) return
    const question = anchored && [...room.querySelectorAll<HTMLElement>('.user')].at(-1 - queued)
    if (question) {
      // The answer grows into room that is there from the beginning, and past it: nothing on screen moves.
      const top = Math.max(0, question.offsetTop - GAP_PX)
      room.style.minHeight = `${top + scroller.current.clientHeight}px`
      // Follows the size of the window. A browser without container units does not take it, and keeps the pixels.
      room.style.minHeight = `calc(${top}px + 100cqh)`
      const isNew = placed.current !== anchor
      if (isNew) moved.current = false
      // What comes above it later, the greeting for instance, takes it along.
      if (isNew || (!moved.current && top !== scroller.current.scrollTop))
        scroller.current.scrollTo({ top, behavior: 'instant' })
    } else {
      room.style.minHeight = ''
      // Where the answer has just grown, the browser keeps what is on screen in place, and not the end.
      if (held.current) scroller.current.scrollTo({ top: 0, behavior: 'instant' })
    }
    held.current = Boolean(question)
    placed.current = anchor
  }
  const release = () => setLast(({ asked }) => ({ asked, anchor: undefined }))

  useLayoutEffect(place, [asked, anchored, ...above])

  useLayoutEffect(() => {
    const end = list.current?.lastElementChild
    if (!end || !scroller.current) return
    if (queued > 0) {
      end.scrollIntoView({ block: 'nearest', behavior: 'instant' })
      moved.current = false
    }
    if (!anchored) return
    // In another width what is above the question has another height.
    const size = new ResizeObserver(place)
    const growth = new IntersectionObserver((entries) => {
      if (queued > 0 && !entries.at(-1)?.isIntersecting && !moved.current) release()
    })
    size.observe(scroller.current)
    growth.observe(end)
    return () => {
      size.disconnect()
      growth.disconnect()
    }
  }, [anchored, anchor, queued])

  return {
    anchored,
    onMove() {
      moved.current = true
    },
    release,
  }
}
