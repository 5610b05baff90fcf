import { useLayoutEffect, useState } from 'preact/hooks'
import type { ChatState } from '../chat/chat-state.ts'
import type { ChatStore } from '../chat/chat-store.ts'

/** A hidden tab gets no animation frames; it needs no more than this many milliseconds between two drawings. */
const HIDDEN_INTERVAL_MS = 250

/** The chat's state, drawn at most once per animation frame however often it changes. */
export function useStore(store: ChatStore): ChatState {
  const [state, setState] = useState(store.getState)

  useLayoutEffect(() => {
    let stopWaiting: (() => void) | undefined
    const draw = () => {
      stopWaiting = undefined
      setState(store.getState())
    }
    const schedule = () => {
      if (stopWaiting) return
      if (document.hidden) {
        const timer = setTimeout(draw, HIDDEN_INTERVAL_MS)
        stopWaiting = () => clearTimeout(timer)
      } else {
        const frame = requestAnimationFrame(draw)
        stopWaiting = () => cancelAnimationFrame(frame)
      }
    }
    const unsubscribe = store.subscribe(schedule)
    // Whatever changed between the first drawing and the subscription.
    draw()
    return () => {
      unsubscribe()
      stopWaiting?.()
    }
  }, [store])

  return state
}
