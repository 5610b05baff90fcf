/** What a screen reader is told: each answer once, when it is finished, and each question that failed. Pure. */
import type { AssistantMessage, ChatMessage, ChatState } from '../../chat/chat-state.ts'

/** Only the end of the list changes during a turn. */
const TAIL = 16

/**
 * The answers that ended in the turn that was under way before, whether or not they were seen growing: a whole answer may come between
 * two drawings. History that is loaded belongs to no turn.
 */
export function finishedAnswers(before: ChatState, after: ChatState): AssistantMessage[] {
  if (before.turn.phase === 'idle' || isElsewhere(before, after)) return []
  const known = new Set(before.messages.slice(-TAIL).flatMap((message) => (isOpen(message, before) ? [] : message.key)))
  return after.messages
    .slice(-TAIL)
    .filter(
      (message): message is AssistantMessage =>
        message.role === 'assistant' && !isOpen(message, after) && !known.has(message.key),
    )
}

/** The questions that have just failed, on their way or in the agent's hands. */
function failedQuestions(before: ChatState, after: ChatState): ChatMessage[] {
  if (isElsewhere(before, after)) return []
  const hopeful = new Set(before.messages.slice(-TAIL).flatMap(({ status, key }) => (status === 'failed' ? [] : key)))
  return after.messages
    .slice(-TAIL)
    .filter(({ role, status, key }) => role === 'user' && status === 'failed' && hopeful.has(key))
}

/** What is announced after a change: what has just ended, otherwise what was announced before as long as it is current. */
export function announce(
  announced: readonly ChatMessage[],
  before: ChatState,
  after: ChatState,
): readonly ChatMessage[] {
  const finished = [...finishedAnswers(before, after), ...failedQuestions(before, after)]
  if (finished.length > 0) return finished
  // An announcement goes with its conversation: the next visitor must not come upon it.
  const outdated = after.turn.phase === 'waiting' || isElsewhere(before, after)
  return outdated ? [] : announced
}

/** Another conversation is shown. One that a first question began is named while its answer comes. */
function isElsewhere(before: ChatState, after: ChatState): boolean {
  return before.conversationId !== undefined && before.conversationId !== after.conversationId
}

/** An answer that broke off may still be completed from the server's list, until the turn is over. */
function isOpen({ status }: ChatMessage, { turn }: ChatState): boolean {
  return status === 'streaming' || (status === 'interrupted' && turn.phase !== 'idle')
}
