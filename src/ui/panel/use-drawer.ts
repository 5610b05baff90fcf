import { useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks'
import type { ChatStore } from '../../chat/chat-store.ts'

interface DrawerState {
  /** How often the list of conversations was opened, while it is open; otherwise 0. Opened again after it could not be loaded, it is loaded again. */
  readonly opening: number
  open(): void
  close(): void
}

/** The list of conversations: whether it is open, and where the focus goes when it closes. */
export function useDrawer(store: ChatStore, settleFocus: () => void): DrawerState {
  const [opening, setOpening] = useState(0)
  const wasOpen = useRef(false)
  useLayoutEffect(() => {
    // Only now can what was behind the list have the focus.
    if (wasOpen.current && opening === 0) settleFocus()
    wasOpen.current = opening > 0
  }, [opening])
  const moves = useMemo(
    () => ({
      open() {
        store.loadConversations()
        setOpening((openings) => openings + 1)
      },
      close: () => setOpening(0),
    }),
    [store],
  )
  return { opening, ...moves }
}
