/** What a screen reader is told: each answer once, when it is finished. Pure. */
import type { AssistantMessage, ChatMessage } from '../chat/chat-state.ts'

/** Longer answers are cut in the announcement; the transcript has them whole. */
const MAX_CHARACTERS = 1500

/** The answers that were growing before and are finished now. */
export function finishedAnswers(
  before: readonly ChatMessage[],
  after: readonly ChatMessage[],
): readonly AssistantMessage[] {
  const growing = new Set<string>()
  // Only the end of the list can still grow.
  for (const message of before.slice(-8)) {
    if (message.role === 'assistant' && message.status === 'streaming') growing.add(message.key)
  }
  if (growing.size === 0) return []
  return after
    .slice(-8)
    .filter(
      (message): message is AssistantMessage =>
        message.role === 'assistant' && message.status !== 'streaming' && growing.has(message.key),
    )
}

/** Markdown as it would be read aloud. */
export function spokenText(markdown: string): string {
  return markdown
    .slice(0, MAX_CHARACTERS)
    .replace(/!?\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/^\s*(?:```.*|[-*_]{3,}|[|:\- ]+)$/gm, '')
    .replace(/^\s*(?:#{1,6}|>|[-*+]|\d+\.) /gm, '')
    .replace(/\*\*|__|~~|`/g, '')
    .replace(/\|/g, ' ')
    .replace(/\s+/g, ' ')
    .trim()
}
