/** Which messages are drawn as one, and what stands between them. Pure. */
import type { AssistantMessage, ChatMessage } from '../../chat/chat-state.ts'

export interface MessageRow {
  readonly message: ChatMessage
  /** Sound or pictures that the agent has sent after these words, as a message of their own. */
  more?: AssistantMessage
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
  const rows: MessageRow[] = []
  messages.slice(start).forEach((message, index) => {
    const before = messages[start + index - 1]
    const row = rows.at(-1)
    if (row && before?.role === 'assistant' && before.text && addsToWords(message)) row.more = message
    else {
      rows.push({
        message,
        newDay: dayOf(message.createdAt) !== dayOf(before?.createdAt ?? now),
        newContext: Boolean(before?.sectionId && message.sectionId && before.sectionId !== message.sectionId),
      })
    }
  })
  return rows
}

/** On the visitor's own calendar. */
function dayOf(at: number): string {
  return new Date(at).toDateString()
}

function addsToWords(message: ChatMessage): message is AssistantMessage {
  return (
    message.role === 'assistant' &&
    !message.text &&
    !message.reasoning &&
    !message.steps[0] &&
    message.attachments.length > 0
  )
}
