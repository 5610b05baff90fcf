/** What a visitor sends to an agent, rebuilt from the parts we know, so that upstream reads what we have checked. Pure. */
import { REFUSED, refuse } from './refusal.ts'

const PART_FIELDS = ['type', 'text', 'file_id', 'file_url', 'name', 'size', 'is_refer']
const MESSAGE_LISTS = ['additional_messages', 'messages']
/** Where a chatflow's files are, each as an object or as JSON in a string. */
const PARAMETER_FIELDS = ['parameters', 'shortcut_command']
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
  for (const name of PARAMETER_FIELDS) {
    if (body[name] !== undefined) body[name] = readParameter(body[name], fileIds, 0)
  }
  return { body, fileIds }
}

function readMessage(message: unknown, fileIds: string[]): Record<string, unknown> {
  const { role, type, content, content_type: contentType, meta_data } = recordOf(message)
  if (typeof content !== 'string') throw refuse(REFUSED.parameter)
  if (contentType !== undefined && contentType !== 'text' && contentType !== 'object_string') {
    throw refuse(REFUSED.parameter)
  }
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
    for (const [name, value] of fields) if (name === 'file_id') noteFile(value, fileIds)
    return Object.fromEntries(fields)
  })
  return JSON.stringify(known)
}

function readParameter(value: unknown, fileIds: string[], depth: number): unknown {
  if (depth > MAX_DEPTH) throw refuse(REFUSED.parameter)
  if (typeof value === 'string') {
    const json = /^\s*[[{]/.test(value) ? parse(value) : undefined
    if (json === undefined) return value
    const known = fileIds.length
    const read = readParameter(json, fileIds, depth + 1)
    return fileIds.length === known ? value : JSON.stringify(read)
  }
  if (Array.isArray(value)) return value.map((item) => readParameter(item, fileIds, depth + 1))
  if (typeof value !== 'object' || value === null) return value
  const fields = Object.entries(value).map(([name, held]) => {
    if (name === 'file_id') noteFile(held, fileIds)
    return [name, readParameter(held, fileIds, depth + 1)]
  })
  return Object.fromEntries(fields)
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
