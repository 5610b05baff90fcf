/** The content of a message: text, an `object_string`, a card or speech. */
import type { Attachment } from '../../chat/chat-state.ts'
import { parseObject, textOf, type Uncertain } from '../parse-object.ts'
import type { WireContentPart, WireMessage } from '../wire/messages.ts'
import type { CardReader } from './cards.ts'
import { soundAttachment } from './speech.ts'

export interface MessageContent {
  /** Markdown. */
  readonly text: string
  readonly attachments: readonly Attachment[]
}

/** An `object_string` is a JSON array in a string; a card becomes Markdown, speech a file. What cannot be read stays text. */
export function readContent(message: Uncertain<WireMessage>, cards: CardReader): MessageContent {
  const content = textOf(message.content)
  switch (message.content_type) {
    case 'card':
      return { text: cards.read(content).text, attachments: [] }
    case 'audio': {
      const sound = soundAttachment([content])
      if (sound !== undefined) return { text: '', attachments: [sound] }
      break
    }
    case 'object_string': {
      const parts = parseObject<WireContentPart[]>(content)
      if (Array.isArray(parts)) return readParts(parts)
    }
  }
  return { text: content, attachments: [] }
}

function readParts(parts: Uncertain<readonly WireContentPart[]>): MessageContent {
  let text = ''
  const attachments: Attachment[] = []
  for (const part of parts) {
    const { type: kind = 'text', name, size, file_url: url, file_id: fileId } = part
    if (kind === 'text') text += textOf(part.text)
    else if (kind === 'image' || kind === 'file' || kind === 'audio') {
      const sizeBytes = size === undefined ? undefined : Number(size)
      attachments.push({
        kind,
        // An object in the place of a text would be drawn, and drawing writes into it: it could not be kept any more.
        name: textOf(name),
        sizeBytes,
        mimeType: undefined,
        url: textOf(url) || undefined,
        fileId: textOf(fileId) || undefined,
      })
    }
  }
  return { text, attachments }
}
