/** Which values an option may have. */
import { readSwitches } from '../features.ts'
import type { OptionRule } from '../option-rules.ts'
import { isPixels } from './is-pixels.ts'

/** @param value in one language, and neither `null` nor `undefined` */
export function hasShape(
  value: unknown,
  { type, is = 'text', values, least, most, css, localized }: OptionRule,
): boolean {
  const kind = typeof value === 'string' ? 'text' : Array.isArray(value) ? 'list' : typeof value
  const names = type === 'switches' ? Object.keys(readSwitches(value as string)) : [value]
  return (
    is.includes(kind) &&
    (kind !== 'number' || Number.isFinite(value)) &&
    (!values || names.every((name) => values.includes(name as string))) &&
    (type !== 'id' || /^\d+$/.test(value as string)) &&
    // What visitors read may have a label in place of a text.
    (type !== 'list' ||
      [value]
        .flat()
        .every((item) => typeof ((localized && (item as { label?: unknown })?.label) || item) === 'string')) &&
    (!most || isPixels(value, { least, most })) &&
    // In a list, because `inherit` and its like are fit for nothing: the chat inherits nothing of the page. Servers have no CSS.
    (!css || globalThis.CSS?.supports(css, css === 'color' ? `${value}` : `${value}, a`) !== false)
  )
}

/** In words, for the owner. */
export function shapeOf({ type, is = 'text', values }: OptionRule): string {
  if (type === 'id')
    return 'the digits of an id as text, such as "7300000000000000001": a JavaScript number cannot hold them all'
  return values ? `one of ${values.map((allowed) => `"${allowed}"`).join(', ')}` : is
}
