/** Messages as clients send them: plain text, or a JSON array of text, images, files and audio (docs/coze.md 4.5). */
import * as v from 'valibot'
import type { WireAdditionalMessage } from '../../../coze/wire/messages.ts'
import type { Question, QuestionAttachment } from '../../agent/agent.ts'
import type { Simulation } from '../../world/simulation.ts'
import { ApiFailure } from '../call/envelope.ts'
import { check, withoutNull } from '../call/request-body.ts'

export const sentMessage = v.pipe(
  v.object({
    role: v.picklist(['user', 'assistant']),
    type: v.optional(
      v.picklist(['question', 'answer', 'function_call', 'tool_output', 'tool_response', 'follow_up', 'verbose', '']),
    ),
    content: v.string(),
    content_type: v.optional(v.picklist(['text', 'object_string', 'card'])),
    meta_data: v.optional(v.record(v.string(), v.string())),
  }),
  v.transform(
    ({ type, content_type, meta_data, ...rest }): WireAdditionalMessage => ({
      ...rest,
      ...(type !== undefined && { type }),
      ...(content_type !== undefined && { content_type }),
      ...(meta_data !== undefined && { meta_data }),
    }),
  ),
)

/** @throws ApiFailure 4004 for too many messages, 4000 where the last one is not the visitor's */
export function checkLastIsUser(messages: readonly WireAdditionalMessage[], limit: number): void {
  if (messages.length > limit) throw new ApiFailure('additionalMessagesLimit')
  const last = messages.at(-1)
  if (last !== undefined) check(v.object({ role: v.literal('user') }), last)
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
export function readQuestion(simulation: Simulation, uid: string, message: WireAdditionalMessage): Question {
  if (message.content_type !== 'object_string') return { text: message.content, attachments: [] }
  const parts = parseParts(message.content)
  const texts = parts.filter((part) => part.type === 'text')
  const others = parts.filter((part) => part.type === 'image' || part.type === 'file' || part.type === 'audio')
  if (texts.length > 1) throw new ApiFailure('badParameter', 'object_string holds more than one text')
  if (others.length === 0) throw new ApiFailure('badParameter', 'object_string must hold an image, a file or audio')
  const attachments = others.map((part): QuestionAttachment => {
    const kind = part.type as QuestionAttachment['kind']
    if (part.file_url) return { kind, name: part.file_url, bytes: undefined }
    const file = simulation.store.files.get(part.file_id ?? '')
    if (file === undefined || file.uid !== uid)
      throw new ApiFailure('badParameter', 'object_string names an unknown file_id')
    return { kind, name: file.name, bytes: file.bytes }
  })
  return { text: texts[0]?.text ?? '', attachments }
}

function parseParts(content: string): v.InferOutput<typeof partsSchema> {
  try {
    return v.parse(partsSchema, withoutNull(JSON.parse(content)))
  } catch (cause) {
    throw new ApiFailure('badParameter', 'object_string is not a JSON array of parts', { cause })
  }
}

/** The words of a stored message, without its attachments. */
export function plainText(message: { content: string; content_type?: string }): string {
  if (message.content_type !== 'object_string') return message.content
  return parseParts(message.content).find((part) => part.type === 'text')?.text ?? ''
}
