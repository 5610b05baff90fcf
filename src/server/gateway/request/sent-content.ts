/**
 * What a visitor sends, rebuilt from known fields and values, so that Coze reads exactly what was checked: their own words,
 * files that they uploaded, and files at addresses that the owner allows. Pure.
 */
import * as v from 'valibot'
import { parseJson } from '../../../platform/parse-json.ts'
import { isJsonObject } from '../lossless-json.ts'
import { REFUSED, refuse } from '../response/refusal.ts'
import { type BodyField, FIELD_VALUES, META_DATA } from './field-values.ts'
import { checkFileAddress } from './file-address.ts'

type Fields = Readonly<Record<string, unknown>>

const MESSAGE_LISTS = ['additional_messages', 'messages']
const FILE_PARTS: readonly unknown[] = ['image', 'file', 'audio']
const MAX_DEPTH = 16

/**
 * Rebuilds the body and collects the ids of the files that it refers to.
 * @param fileHosts hosts whose addresses may be named as files
 * @throws VendorRefusal for a value that no visitor can have meant, and for content in which a file could hide from the check
 */
export function readSentContent(
  fields: Readonly<Partial<Record<BodyField, unknown>>>,
  fileHosts: readonly string[],
): { body: Record<string, unknown>; fileIds: string[] } {
  const files: FoundFiles = { ids: [], hosts: fileHosts }
  const body: Record<string, unknown> = {}
  for (const [name, sent] of Object.entries(fields)) {
    const value = checkedValue(FIELD_VALUES[name as BodyField], sent)
    if (MESSAGE_LISTS.includes(name)) body[name] = (value as unknown[]).map((message) => readMessage(message, files))
    else {
      collectFiles(value, files, 0)
      body[name] = value
    }
  }
  return { body, fileIds: files.ids }
}

interface FoundFiles {
  readonly ids: string[]
  readonly hosts: readonly string[]
}

/** A message that a visitor can have written. Other roles and types are turns of the agent's, or its orders (T33). */
function readMessage(message: unknown, files: FoundFiles): Record<string, unknown> {
  const fields = requiredRecord(message)
  const { content } = fields
  const { role, type, content_type: contentType, meta_data } = present(fields)
  const isVisitors = (role === undefined || role === 'user') && (type === undefined || type === 'question')
  const isKnown = contentType === undefined || contentType === 'text' || contentType === 'object_string'
  if (!isVisitors || !isKnown || typeof content !== 'string') throw refuse(REFUSED.parameter)
  collectFiles(meta_data, files, 0)
  return {
    role: 'user',
    type,
    content: contentType === 'object_string' ? readParts(content, files) : content,
    content_type: contentType,
    ...(meta_data !== undefined && { meta_data: checkedValue(META_DATA, meta_data) }),
  }
}

function readParts(content: string, files: FoundFiles): string {
  const parts = parseJson(content)
  if (!Array.isArray(parts)) throw refuse(REFUSED.parameter)
  return JSON.stringify(parts.map((part) => readSentPart(requiredRecord(part), files)))
}

/** Words may be empty: some write them beside each file, and what Coze makes of that is Coze's affair. */
function readSentPart(part: Fields, files: FoundFiles): Fields {
  return part['type'] === 'text' && part['text'] === '' ? { type: 'text', text: '' } : readPart(present(part), files)
}

function readPart({ type, text, file_id, file_url, name, size, is_refer }: Fields, files: FoundFiles): Fields {
  if (type === 'text' && typeof text === 'string') return { type, text }
  const isFile = FILE_PARTS.includes(type) && (file_id !== undefined || file_url !== undefined)
  const isNamed = (name === undefined || typeof name === 'string') && (size === undefined || typeof size === 'number')
  const isReferred = is_refer === undefined || typeof is_refer === 'boolean'
  if (!isFile || !isNamed || !isReferred) throw refuse(REFUSED.parameter)
  if (file_id !== undefined) collectFileId(file_id, files)
  if (file_url !== undefined) checkFileAddress(file_url, files.hosts)
  return { type, file_id, file_url, name, size, is_refer }
}

/** Collects every file in a value and in the JSON of its strings, however deep and however often quoted. */
function collectFiles(value: unknown, files: FoundFiles, depth: number): void {
  if (depth > MAX_DEPTH) throw refuse(REFUSED.parameter)
  if (typeof value === 'string') collectFilesInText(value, files, depth)
  if (typeof value !== 'object' || value === null) return
  for (const [name, held] of Object.entries(value)) {
    // Coze Studio is written in Go, whose JSON decoder matches names in any case (https://pkg.go.dev/encoding/json#Unmarshal).
    const known = name.toLowerCase()
    if (known === 'file_id') collectFileId(held, files)
    else if (known === 'file_url') checkFileAddress(held, files.hosts)
    else collectFiles(held, files, depth + 1)
  }
}

/**
 * The text is passed on unchanged, because parsing would round numbers beyond 2^53. So it must mean the same to every JSON
 * parser: a name that occurs twice in an object is refused, and so is text that is no JSON to us but may be an object with
 * a file to a laxer parser.
 */
function collectFilesInText(text: string, files: FoundFiles, depth: number): void {
  const json = parseJson(text)
  if (json === undefined) {
    if (text.includes('{') && /file_(?:id|url)|\\u[0-9a-f]{4}/i.test(text)) throw refuse(REFUSED.parameter)
  } else {
    collectFiles(json, files, depth + 1)
    if (membersOf(json) !== colonsOf(text)) throw refuse(REFUSED.parameter)
  }
}

/** How many members all objects inside a value have. */
function membersOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0
  const inside = Object.values(value).reduce((sum: number, held) => sum + membersOf(held), 0)
  return inside + (Array.isArray(value) ? 0 : Object.keys(value).length)
}

/** How many members a JSON text writes: one colon for each, those inside strings not counted. */
function colonsOf(json: string): number {
  return json.replace(/"[^"\\]*(?:\\.[^"\\]*)*"/g, '').split(':').length - 1
}

function collectFileId(id: unknown, { ids }: FoundFiles): void {
  if (typeof id !== 'string') throw refuse(REFUSED.parameter)
  ids.push(id)
}

function checkedValue(schema: v.GenericSchema, value: unknown): unknown {
  const result = v.safeParse(schema, value)
  if (!result.success) throw refuse(REFUSED.parameter)
  return result.output
}

/** Without fields that say nothing: Coze's clients send some of them as null or as empty text. */
export function present(fields: Fields): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null && value !== ''))
}

/** @throws VendorRefusal for what is no JSON object */
export function requiredRecord(value: unknown): Fields {
  if (!isJsonObject(value)) throw refuse(REFUSED.parameter)
  return { ...value }
}
