/** What a transcript has to know of its last turn. Pure. */
import type { ChatMessage, ChatState } from '../../chat/chat-state.ts'

export interface TurnFacts {
  /** Questions that wait for their turn: they stand at the end. */
  readonly queued: number
  /** The last message before those. */
  readonly current: ChatMessage | undefined
  readonly idle: boolean
  /** An answer is under way, and there is nothing to see of it yet. */
  readonly typing: boolean
  /** Whether it is a question that can be put in other words, or an answer that can be asked for again. */
  isRenewable(message: ChatMessage): boolean
}

export function turnFactsOf({ messages, turn: { phase } }: ChatState): TurnFacts {
  const queued = messages.length - 1 - messages.findLastIndex(({ status }) => status !== 'queued')
  const current = messages.at(-1 - queued)
  const lastQuestion = messages.findLast(({ role }) => role === 'user')
  const lastAnswer = !queued && isEnded(current) ? current : undefined
  const idle = phase === 'idle'
  return {
    queued,
    current,
    idle,
    typing: phase === 'waiting' || phase === 'acting' || (phase === 'streaming' && !isGrowing(current)),
    isRenewable: (message) => idle && (message === lastQuestion || message === lastAnswer),
  }
}

function isEnded(message: ChatMessage | undefined): boolean {
  return message?.role === 'assistant' && (message.status === 'complete' || message.status === 'stopped')
}

function isGrowing(message: ChatMessage | undefined): boolean {
  return message?.role === 'assistant' && (message.text !== '' || message.reasoning !== undefined)
}
