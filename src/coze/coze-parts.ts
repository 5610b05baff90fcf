/** What of Coze a chat does without until somebody needs it. */
import type { Part } from '../platform/part.ts'
import type { createFileAndAudioCalls } from './calls/files-and-audio.ts'
import type { CardsPart } from './turn/cards.ts'

export interface MediaCallsPart {
  readonly createFileAndAudioCalls: typeof createFileAndAudioCalls
}

export interface CozeParts {
  /** Cards become Markdown. */
  readonly cards: Part<CardsPart>
  readonly media: Part<MediaCallsPart>
}
