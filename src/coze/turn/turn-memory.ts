/** What a stream leaves to its later events, and a turn to its next stream. */
import type { AgentStep } from '../../chat/chat-state.ts'
import { createSpeechCollector, type SpeechCollector } from './speech.ts'

export interface TurnMemory {
  /** Tools that were called and have not answered, oldest first: answers carry no id of their call. */
  readonly runningSteps: AgentStep[]
  /** A chatflow has said that it waits for the visitor. */
  waitsForVisitor: boolean
  readonly speech: SpeechCollector
}

export function createTurnMemory(): TurnMemory {
  return { runningSteps: [], waitsForVisitor: false, speech: createSpeechCollector() }
}
