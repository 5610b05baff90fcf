import { CozeChatError } from '../errors.ts'

/** What a peer sends in place of a `T`: anything may be missing, at any depth. */
export type Uncertain<T> = T extends readonly (infer Item)[]
  ? readonly Uncertain<Item>[]
  : T extends object
    ? { readonly [Name in keyof T]?: Uncertain<NonNullable<T[Name]>> }
    : T

/**
 * Reads JSON that may be anything. Null counts as missing, wherever it is: servers written in Go send it for what they do not have. Pure.
 *
 * @returns the fields of an object (or the items of an array), all of them uncertain, those that are null left out; undefined for text
 * that is no JSON, and for JSON that is a number, a string, a boolean or null.
 */
export function parseObject<T extends object>(json: string): Uncertain<T> | undefined {
  try {
    // With a function for each field it takes ten times as long, and an answer comes in thousands of pieces.
    const value: unknown = json.includes('null') ? JSON.parse(json, withoutNull) : JSON.parse(json)
    return typeof value === 'object' ? (value as Uncertain<T>) : undefined
  } catch {
    return undefined
  }
}

function withoutNull(_name: string, value: unknown): unknown {
  // In an object, what becomes undefined is left out; in an array it leaves a hole.
  return Array.isArray(value) ? value.filter((item) => item !== undefined) : (value ?? undefined)
}

/**
 * What the caller cannot do without.
 * @throws CozeChatError `bad_response` where it is missing
 */
export function required<T>(value: T | undefined): T {
  if (value !== undefined) return value
  throw new CozeChatError('bad_response', 'The answer lacks what was asked for.', { retryable: true })
}

/** A list that may be missing is an empty one. */
export function listOf<Item>(value: readonly Item[] | undefined): readonly Item[] {
  return Array.isArray(value) ? value : []
}

/** A field that ought to be text; what is none counts as empty. */
export function textOf(field: unknown): string {
  return typeof field === 'string' ? field : ''
}

/** Milliseconds for a time in seconds, which now and then is spelled as text; 0 for what no date can hold. */
export function timeOf(seconds: unknown): number {
  return new Date(Number(seconds) * 1000).getTime() || 0
}
