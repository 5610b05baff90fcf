/**
 * Which fields of a response may be seen. A shape lists what is let through, so that a field which Coze adds later stays
 * inside. Those of JSON responses are in `visible-data.ts`, those of the events of streams in `visible-event.ts`.
 *
 * - `'value'`: a string, number, boolean or null, or a list of them
 * - `'word'`: a number, a boolean or a word without spaces, of at most 64 characters: ids, types and states, and no sentences
 * - `'code'`: a number of at most 12 digits, also in a string
 * - `'text'`: a string
 * - `'map'`: an object of values
 * - an array: a list whose items have the shape that it holds
 * - an object: these fields and no others; `'*'` stands for any name
 * - a function: what it returns
 */
import { isJsonObject, isLongNumber } from '../lossless-json.ts'

export type Shape =
  | 'value'
  | 'word'
  | 'code'
  | 'text'
  | 'map'
  | readonly [Shape]
  | { readonly [field: string]: Shape }
  | ((value: unknown) => unknown)

/**
 * A copy of `value` with only what `shape` lets through; `undefined` where the value has another form. A list that is null or left out
 * is an empty one: Coze leaves out `suggested_questions`, and Coze Studio every list that is empty.
 */
export function cutTo(shape: Shape, value: unknown): unknown {
  switch (shape) {
    case 'value':
      return isPlain(value) || (Array.isArray(value) && value.every(isPlain)) ? value : undefined
    case 'word':
      return isPlain(value) && /^[\w.:-]{1,64}$/.test(String(value)) && value !== null ? value : undefined
    case 'code':
      return isPlain(value) && /^-?\d{1,12}$/.test(String(value)) ? value : undefined
    case 'text':
      return typeof value === 'string' ? value : undefined
    case 'map':
      return cutTo({ '*': 'value' }, value)
  }
  if (typeof shape === 'function') return shape(value)
  if (isList(shape)) return listIn(value)?.map((item) => cutTo(shape[0], item))
  if (!isJsonObject(value)) return undefined
  return cutFields(shape, { ...missingLists(shape), ...value })
}

function missingLists(shape: { readonly [field: string]: Shape }): Record<string, undefined> {
  return Object.fromEntries(Object.keys(shape).flatMap((name) => (isList(shape[name]) ? [[name, undefined]] : [])))
}

/** The fields that a shape lets through. */
export function cutFields(
  shape: { readonly [field: string]: Shape },
  value: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const fields = Object.entries(value).flatMap(([name, held]) => {
    const inner = Object.hasOwn(shape, name) ? shape[name] : shape['*']
    const cut = inner === undefined ? undefined : cutTo(inner, held)
    return cut === undefined ? [] : [[name, cut]]
  })
  return Object.fromEntries(fields)
}

function listIn(value: unknown): readonly unknown[] | undefined {
  return value === undefined || value === null ? [] : Array.isArray(value) ? value : undefined
}

function isList(shape: Shape | undefined): shape is readonly [Shape] {
  return Array.isArray(shape)
}

function isPlain(value: unknown): boolean {
  return value === null || typeof value !== 'object' || isLongNumber(value)
}

/** A shape in which each of these names is a `'value'`. */
export function values(...names: readonly string[]): Record<string, Shape> {
  return Object.fromEntries(names.map((name) => [name, 'value' as const]))
}

/** A shape in which each of these names is a `'word'`. */
export function words(...names: readonly string[]): Record<string, Shape> {
  return Object.fromEntries(names.map((name) => [name, 'word' as const]))
}
