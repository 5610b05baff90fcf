/** What a screen reader is told: each answer once, when it is finished. Pure. */
import type { AssistantMessage, ChatMessage, ChatState } from '../chat/chat-state.ts'

/** Only the end of the list changes during a turn. */
const TAIL = 16

/**
 * The answers that came to their end in the turn that was under way before, seen growing or not: between two drawings a
 * whole answer may come. History that is loaded came in no turn.
 */
export function finishedAnswers(before: ChatState, after: ChatState): AssistantMessage[] {
  if (before.turn.phase === 'idle' || before.conversationId !== after.conversationId) return []
  const known = new Set(before.messages.slice(-TAIL).flatMap((message) => (isOpen(message, before) ? [] : message.key)))
  return after.messages
    .slice(-TAIL)
    .filter(
      (message): message is AssistantMessage =>
        message.role === 'assistant' && !isOpen(message, after) && !known.has(message.key),
    )
}

/** An answer that broke off may still be completed from the server's list, until the turn is over. */
function isOpen({ status }: ChatMessage, { turn }: ChatState): boolean {
  return status === 'streaming' || (status === 'interrupted' && turn.phase !== 'idle')
}
