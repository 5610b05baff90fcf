import type { ChatState } from '../chat/chat-state.ts'
import type { ChatStore } from '../chat/chat-store.ts'

/**
 * Tells the chat's state once per animation frame however often it changes; answers the way to stop. A hidden tab has no
 * frames, and nobody who looks: it hears of everything with the first one after its return.
 */
export function watchStore(store: ChatStore, tell: (state: ChatState) => void): () => void {
  let frame = 0
  const unsubscribe = store.subscribe(() => {
    frame ||= requestAnimationFrame(() => {
      frame = 0
      tell(store.getState())
    })
  })
  return () => {
    unsubscribe()
    cancelAnimationFrame(frame)
  }
}
