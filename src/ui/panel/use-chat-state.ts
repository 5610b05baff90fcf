import { useLayoutEffect, useState } from 'preact/hooks'
import type { ChatMessage, ChatState } from '../../chat/chat-state.ts'
import type { ChatStore } from '../../chat/chat-store.ts'
import { announce } from '../messages/announcement.ts'

export interface ShownChat {
  readonly state: ChatState
  /** The answers and failed questions that a screen reader is told of. */
  readonly announced: readonly ChatMessage[]
}

/** The chat as it was at the last animation frame. */
export function useChatState(store: ChatStore): ShownChat {
  const [shown, show] = useState<ShownChat>(() => ({ state: store.getState(), announced: [] }))
  useLayoutEffect(() => watchStore(store, show), [store])
  return shown
}

/**
 * Reports the chat once per animation frame however often it changes, with what every change on the way has to announce: a whole turn
 * may pass between two frames. A hidden tab has no frames: it learns of everything with the first one after its return.
 * @returns an unsubscribe function
 */
export function watchStore(store: ChatStore, onFrame: (chat: ShownChat) => void): () => void {
  let frame = 0
  // Not told by `frame`: a page may have an animation frame of its own making, which comes before its number.
  let isDue = false
  let chat: ShownChat = { state: store.getState(), announced: [] }
  const unsubscribe = store.subscribe(() => {
    const state = store.getState()
    chat = { state, announced: announce(chat.announced, chat.state, state) }
    if (isDue) return
    isDue = true
    frame = requestAnimationFrame(() => {
      isDue = false
      onFrame(chat)
    })
  })
  return () => {
    unsubscribe()
    cancelAnimationFrame(frame)
  }
}
