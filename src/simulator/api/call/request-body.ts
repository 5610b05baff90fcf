/** Reads and checks what a call sends. */
import type { Context } from 'hono'
import * as v from 'valibot'
import { ApiFailure } from './envelope.ts'

/** @throws ApiFailure 4000 naming the field that is wrong */
export function check<Schema extends v.GenericSchema>(schema: Schema, value: unknown): v.InferOutput<Schema> {
  const result = v.safeParse(schema, value)
  if (result.success) return result.output
  const [issue] = result.issues
  throw new ApiFailure('badParameter', `Invalid request parameters: ${v.getDotPath(issue) ?? 'body'}`)
}

/**
 * The JSON body, or `{}` where there is none.
 * @throws ApiFailure 4000 for a body that is not JSON
 */
export async function readJson(c: Context): Promise<unknown> {
  const text = await c.req.text()
  if (text.trim() === '') return {}
  try {
    return JSON.parse(text)
  } catch {
    throw new ApiFailure('badParameter', 'The request body is not JSON')
  }
}

/**
 * The JSON body, checked. A field that is null counts as left out, because coze-py sends all fields of a message and null in those it
 * does not have.
 * @throws ApiFailure 4000
 */
export async function readBody<Schema extends v.GenericSchema>(
  c: Context,
  schema: Schema,
): Promise<v.InferOutput<Schema>> {
  return check(schema, withoutNull(await readJson(c)) ?? {})
}

/** A copy without the fields that are null, at any depth. */
export function withoutNull(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNull)
  if (typeof value !== 'object' || value === null) return value
  const given = Object.entries(value).filter(([, held]) => held !== null)
  return Object.fromEntries(given.map(([name, held]) => [name, withoutNull(held)]))
}

/**
 * The one part named `file` of a multipart body.
 * @throws ApiFailure 4300 for none, 4301 for several, 4302 for one of more than `maxBytes`
 */
export async function readFile(c: Context, maxBytes: number): Promise<File> {
  const form = await c.req.raw.formData().catch(() => undefined)
  const [file, ...others] = (form?.getAll('file') ?? []).filter((part) => part instanceof File)
  if (file === undefined) throw new ApiFailure('noFile')
  if (others.length > 0) throw new ApiFailure('tooManyFiles')
  if (file.size > maxBytes) throw new ApiFailure('fileTooLarge')
  return file
}

/** A text that clients now and then spell as a number; an empty text counts as absent. */
export const optionalText = v.optional(
  v.pipe(
    v.union([v.string(), v.number()]),
    v.transform((value) => (value === '' ? undefined : String(value))),
  ),
)

/** `meta_data`; {@link checkMetaData} checks its size. */
export const metaData = v.optional(v.record(v.string(), v.string()), {})

const MAX_META_DATA_PAIRS = 16
const MAX_META_DATA_KEY_LENGTH = 64
const MAX_META_DATA_VALUE_LENGTH = 512

/** @throws ApiFailure 4003 */
export function checkMetaData(pairs: Record<string, string>): Record<string, string> {
  const entries = Object.entries(pairs)
  const fits = ([key, value]: [string, string]) =>
    key.length >= 1 &&
    key.length <= MAX_META_DATA_KEY_LENGTH &&
    value.length >= 1 &&
    value.length <= MAX_META_DATA_VALUE_LENGTH
  if (entries.length > MAX_META_DATA_PAIRS || !entries.every(fits)) throw new ApiFailure('metaDataLimit')
  return pairs
}
