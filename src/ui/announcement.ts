/** What a screen reader is told: each answer once, when it is finished. Pure. */
import type { AssistantMessage, ChatMessage } from '../chat/chat-state.ts'

/** The answers that were growing before and are finished now. */
export function finishedAnswers(before: readonly ChatMessage[], after: readonly ChatMessage[]): AssistantMessage[] {
  // Only the end of the list can still grow.
  const growing = before.slice(-8).filter(isGrowing)
  return growing.flatMap(({ key }) => {
    const now = after.findLast((message) => message.key === key)
    return now?.role === 'assistant' && !isGrowing(now) ? [now] : []
  })
}

function isGrowing(message: ChatMessage): boolean {
  return message.status === 'streaming'
}
