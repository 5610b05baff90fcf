/** Reads what a visitor sends: plain text, or a JSON array of text, images and files. */
import * as v from 'valibot'
import type { WireAdditionalMessage } from '../coze/wire.ts'
import { ApiFailure } from './replies.ts'
import type { Simulation } from './simulation.ts'

export interface SentAttachment {
  kind: 'image' | 'file' | 'audio'
  /** As uploaded; the address for attachments sent by URL. */
  name: string
  bytes: number | undefined
}

export interface SentContent {
  text: string
  attachments: SentAttachment[]
}

const partsSchema = v.array(
  v.looseObject({
    type: v.string(),
    text: v.optional(v.string()),
    file_id: v.optional(v.string()),
    file_url: v.optional(v.string()),
  }),
)

/** @throws ApiFailure 4000 for contents that Coze refuses */
export function readContent(simulation: Simulation, uid: string, message: WireAdditionalMessage): SentContent {
  if (message.content_type !== 'object_string') return { text: message.content, attachments: [] }
  const parts = parseParts(message.content)
  const texts = parts.filter((part) => part.type === 'text')
  const others = parts.filter((part) => part.type === 'image' || part.type === 'file' || part.type === 'audio')
  if (texts.length > 1) throw new ApiFailure(4000, 'object_string holds more than one text')
  if (others.length === 0) throw new ApiFailure(4000, 'object_string must hold an image, a file or audio')
  const attachments = others.map((part): SentAttachment => {
    const kind = part.type as SentAttachment['kind']
    if (part.file_url !== undefined) return { kind, name: part.file_url, bytes: undefined }
    const file = simulation.store.files.get(part.file_id ?? '')
    if (file === undefined || file.uid !== uid) throw new ApiFailure(4000, 'object_string names an unknown file_id')
    return { kind, name: file.name, bytes: file.bytes }
  })
  return { text: texts[0]?.text ?? '', attachments }
}

function parseParts(content: string): v.InferOutput<typeof partsSchema> {
  try {
    return v.parse(partsSchema, JSON.parse(content))
  } catch (cause) {
    throw new ApiFailure(4000, 'object_string is not a JSON array of parts', { cause })
  }
}

/** The words of a stored message, whatever its type; for the agent's memory and for titles. */
export function plainText(message: { content: string; content_type?: string }): string {
  if (message.content_type !== 'object_string') return message.content
  return parseParts(message.content).find((part) => part.type === 'text')?.text ?? ''
}
