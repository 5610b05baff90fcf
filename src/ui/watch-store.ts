import type { ChatState } from '../chat/chat-state.ts'
import type { ChatStore } from '../chat/chat-store.ts'

/** A hidden tab gets no animation frames; it needs no more than this many milliseconds between two drawings. */
const HIDDEN_INTERVAL_MS = 250

/** Tells the chat's state at most once per animation frame however often it changes; answers the way to stop. */
export function watchStore(store: ChatStore, tell: (state: ChatState) => void): () => void {
  let stopWaiting: (() => void) | undefined
  const look = () => {
    stopWaiting = undefined
    tell(store.getState())
  }
  const unsubscribe = store.subscribe(() => {
    if (stopWaiting) return
    if (document.hidden) {
      const timer = setTimeout(look, HIDDEN_INTERVAL_MS)
      stopWaiting = () => clearTimeout(timer)
    } else {
      const frame = requestAnimationFrame(look)
      stopWaiting = () => cancelAnimationFrame(frame)
    }
  })
  return () => {
    unsubscribe()
    stopWaiting?.()
  }
}
