/** Which messages of a long history are drawn. Pure. */
import type { ChatMessage } from '../chat/chat-state.ts'

/** Drawn at first, and added each time the reader comes near the top. */
export const WINDOW_STEP = 20
/** At the bottom, a window that has grown beyond this is cut back. */
const WINDOW_LIMIT = 4 * WINDOW_STEP

/**
 * Index of the first message to draw.
 * @param firstKey key of the first message drawn last time: it stays the first, so that nothing moves under the reader
 */
export function windowStart(messages: readonly ChatMessage[], firstKey: string | undefined, atBottom: boolean): number {
  const newest = Math.max(0, messages.length - WINDOW_STEP)
  if (firstKey === undefined) return newest
  const index = messages.findLastIndex((message) => message.key === firstKey)
  if (index < 0 || (atBottom && messages.length - index > WINDOW_LIMIT)) return newest
  return index
}

/** The start after the reader came near the top of what is drawn. */
export function earlierStart(start: number): number {
  return Math.max(0, start - WINDOW_STEP)
}
