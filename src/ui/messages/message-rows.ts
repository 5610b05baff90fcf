/** What stands between messages. Pure. */
import type { ChatMessage } from '../../chat/chat-state.ts'

export interface MessageRow {
  readonly message: ChatMessage
  /** The first one of its day; of today's only if there is an earlier day above it. */
  readonly newDay: boolean
  /** The agent remembers nothing of what is above. */
  readonly newContext: boolean
}

/**
 * The messages from `start` on.
 * @param now milliseconds since the epoch
 */
export function rowsOf(messages: readonly ChatMessage[], start: number, now: number): MessageRow[] {
  return messages.slice(start).map((message, index) => {
    const before = messages[start + index - 1]
    return {
      message,
      newDay: dayOf(message.createdAt) !== dayOf(before?.createdAt ?? now),
      newContext: Boolean(before?.sectionId && message.sectionId && before.sectionId !== message.sectionId),
    }
  })
}

/** On the visitor's own calendar. */
function dayOf(at: number): string {
  return new Date(at).toDateString()
}
