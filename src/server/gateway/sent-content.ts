/** What a visitor sends to an agent, rebuilt from the parts we know, so that upstream reads what we have checked. Pure. */
import { REFUSED, refuse } from './refusal.ts'

const PART_FIELDS = ['type', 'text', 'file_id', 'file_url', 'name', 'size', 'is_refer']
const MESSAGE_LISTS = ['additional_messages', 'messages']
/** Where a chatflow's files are, each as an object or as JSON in a string; and what else is passed on as it is. */
const PARAMETER_FIELDS = [
  'parameters',
  'shortcut_command',
  'custom_variables',
  'extra_params',
  'meta_data',
  'tool_outputs',
]
const TEXT_FIELDS = ['name']
const MAX_DEPTH = 16

/** @throws VendorRefusal for contents that could carry an id past us */
export function readSentContent(fields: Readonly<Record<string, unknown>>): {
  body: Record<string, unknown>
  fileIds: string[]
} {
  const fileIds: string[] = []
  const body: Record<string, unknown> = { ...fields }
  for (const name of MESSAGE_LISTS) {
    if (body[name] === undefined) continue
    if (!Array.isArray(body[name])) throw refuse(REFUSED.parameter)
    body[name] = body[name].map((message: unknown) => readMessage(message, fileIds))
  }
  for (const name of PARAMETER_FIELDS) noteFiles(body[name], fileIds, 0)
  for (const name of TEXT_FIELDS) mustBeText(body[name])
  return { body, fileIds }
}

function readMessage(message: unknown, fileIds: string[]): Record<string, unknown> {
  const { role, type, content, content_type: contentType, meta_data } = recordOf(message)
  if (typeof content !== 'string') throw refuse(REFUSED.parameter)
  if (contentType !== undefined && contentType !== 'text' && contentType !== 'object_string') {
    throw refuse(REFUSED.parameter)
  }
  for (const field of [role, type]) mustBeText(field)
  noteFiles(meta_data, fileIds, 0)
  return {
    role,
    type,
    content: contentType === 'object_string' ? readParts(content, fileIds) : content,
    content_type: contentType,
    meta_data,
  }
}

function readParts(content: string, fileIds: string[]): string {
  const parts = parse(content)
  if (!Array.isArray(parts)) throw refuse(REFUSED.parameter)
  const known = parts.map((part) => {
    const fields = Object.entries(recordOf(part)).filter(([name]) => PART_FIELDS.includes(name))
    for (const [name, value] of fields) {
      if (name === 'file_id') noteFile(value, fileIds)
      else if (typeof value === 'object' && value !== null) throw refuse(REFUSED.parameter)
    }
    return Object.fromEntries(fields)
  })
  return JSON.stringify(known)
}

/** Every file id in a value and in the JSON of its strings, however deep and however often quoted. */
function noteFiles(value: unknown, fileIds: string[], depth: number): void {
  if (depth > MAX_DEPTH) throw refuse(REFUSED.parameter)
  if (typeof value === 'string') noteFilesInText(value, fileIds, depth)
  if (typeof value !== 'object' || value === null) return
  for (const [name, held] of Object.entries(value)) {
    // Upstream's readers match names in any case.
    if (name.toLowerCase() === 'file_id') noteFile(held, fileIds)
    else noteFiles(held, fileIds, depth + 1)
  }
}

/**
 * The text goes on as it is (numbers beyond 2^53 survive), so it must say the same to every reader: refused is JSON that
 * has a name twice, and what only a reader laxer than ours could take for an object with a file.
 */
function noteFilesInText(text: string, fileIds: string[], depth: number): void {
  const json = parse(text)
  if (json === undefined) {
    if (text.includes('{') && /file_id|\\u[0-9a-f]{4}/i.test(text)) throw refuse(REFUSED.parameter)
  } else if (typeof json === 'string' || typeof json === 'object') {
    noteFiles(json, fileIds, depth + 1)
    if (membersOf(json) !== colonsOf(text)) throw refuse(REFUSED.parameter)
  }
}

/** How many members the objects in a value have. */
function membersOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0
  const inside = Object.values(value).reduce((sum: number, held) => sum + membersOf(held), 0)
  return inside + (Array.isArray(value) ? 0 : Object.keys(value).length)
}

/** How many members a JSON text writes: one colon each, those inside of strings left out. */
function colonsOf(json: string): number {
  return json.replace(/"[^"\\]*(?:\\.[^"\\]*)*"/g, '').split(':').length - 1
}

function mustBeText(value: unknown): void {
  if (value !== undefined && typeof value !== 'string') throw refuse(REFUSED.parameter)
}

function noteFile(id: unknown, fileIds: string[]): void {
  if (typeof id !== 'string') throw refuse(REFUSED.parameter)
  fileIds.push(id)
}

function recordOf(value: unknown): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw refuse(REFUSED.parameter)
  return { ...value }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
