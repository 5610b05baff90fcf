/** Which messages of a long history are drawn. Pure. */
import type { ChatMessage } from '../../../chat/chat-state.ts'

/** Drawn at first, and added each time the reader comes near the top. */
export const WINDOW_STEP = 20

/**
 * Index of the first message to draw.
 * @param firstKey key of the first message drawn last time: it stays the first, so that nothing moves under the reader
 */
export function windowStart(messages: readonly ChatMessage[], firstKey: string | undefined): number {
  const index = messages.findLastIndex(({ key }) => key === firstKey)
  return index < 0 ? Math.max(0, messages.length - WINDOW_STEP) : index
}
