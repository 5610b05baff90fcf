import { useCallback, useRef, useState } from 'preact/hooks'
import type { ChatMessage } from '../../../chat/chat-state.ts'
import { windowStart } from './message-window.ts'

/** Index of the first message that is drawn. It belongs to a message rather than to a place, so that nothing moves when others come before it. */
export function useWindowStart(messages: readonly ChatMessage[]): [start: number, setStart: (index: number) => void] {
  const firstKey = useRef<string>(undefined)
  const latest = useRef(messages)
  const [, redraw] = useState(0)
  const start = windowStart(messages, firstKey.current)
  firstKey.current = messages[start]?.key
  latest.current = messages
  const setStart = useCallback((index: number) => {
    firstKey.current = latest.current[index]?.key
    redraw((count) => count + 1)
  }, [])
  return [start, setStart]
}
