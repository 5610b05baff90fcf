import { useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks'
import type { ChatStore } from '../../chat/chat-store.ts'

interface DrawerState {
  /** 0 while the list of conversations is closed; grows with each press that asks for it, so that a list that could not be loaded is loaded again. */
  readonly presses: number
  open(): void
  close(): void
}

/** The list of conversations: whether it is open, and where the focus goes when it closes. */
export function useDrawer(store: ChatStore, settleFocus: () => void): DrawerState {
  const [presses, setPresses] = useState(0)
  const wasOpen = useRef(false)
  useLayoutEffect(() => {
    // Only now can what was behind the list have the focus.
    if (wasOpen.current && presses === 0) settleFocus()
    wasOpen.current = presses > 0
  }, [presses])
  const moves = useMemo(
    () => ({
      open() {
        store.loadConversations()
        setPresses((before) => before + 1)
      },
      close: () => setPresses(0),
    }),
    [store],
  )
  return { presses, ...moves }
}
