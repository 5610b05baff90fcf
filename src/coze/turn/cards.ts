/** Reads cards. They are rare, so the code for it is loaded with the first one. */
import type { Part } from '../../platform/part.ts'
import { parseObject } from '../parse-object.ts'
import type { CardText, readCard } from './card-text.ts'

export interface CardsPart {
  readonly readCard: typeof readCard
}

export interface CardReader {
  /** To be awaited before a card is read. Never rejects. */
  prepare(): Promise<void>
  /**
   * Where the code could not be loaded, only the words that the model was told.
   * @param content the JSON of a message whose content type is `card`
   */
  read(content: string): CardText
}

export function createCardReader(part: Part<CardsPart>): CardReader {
  return {
    async prepare() {
      await part.load().catch(() => {})
    },
    read(content) {
      try {
        if (part.loaded !== undefined) return part.loaded.readCard(content)
      } catch {
        // A card is a stranger's JSON. One that cannot be read must not take the rest of the answer along.
      }
      const words = parseObject<Record<string, unknown>>(content)?.['response_for_model']
      return { text: typeof words === 'string' ? words : '', messages: [] }
    },
  }
}
