/**
 * JSON whose numbers stay as they were written: a number that a double cannot hold, such as an id of 19 digits, is kept as
 * its text and written as that. All other values are those of `JSON.parse`.
 */

import { isLosslessNumber, isSafeNumber, LosslessNumber, parse, stringify } from 'lossless-json'
import { isRecord } from '../../platform/is-record.ts'

/** A number with 16 digits or an exponent; without one, the parser of the runtime is exact, and several times as fast. */
const LONG_NUMBER = /(?:^|[[:,\s])-?(?:[\d.]{16}|[\d.]+e)/i

/** @returns `undefined` for text that is no JSON */
export function parseLosslessJson(text: string): unknown {
  try {
    return LONG_NUMBER.test(text) ? parse(text, null, LOSSLESS) : JSON.parse(text)
  } catch {
    return undefined
  }
}

/** The object that a JSON text holds; `undefined` for any other text. */
export function parseJsonObject(text: string): Record<string, unknown> | undefined {
  const value = parseLosslessJson(text)
  return isJsonObject(value) ? value : undefined
}

/** Whether a parsed value is an object, and neither a list nor a number that is too long for JavaScript. */
export function isJsonObject(value: unknown): value is Record<string, unknown> {
  return isRecord(value) && !isLongNumber(value)
}

/** The fields of a parsed value; `undefined` for what has none. */
export function fieldsOf(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return isJsonObject(value) ? value : undefined
}

export function writeJson(value: object | string): string {
  return stringify(value) ?? 'null'
}

/** Whether a value of {@link parseLosslessJson} is a number that a double cannot hold. Its `String()` is as it was written. */
export function isLongNumber(value: unknown): boolean {
  return isLosslessNumber(value)
}

/** A text, or a number as it was written; `undefined` for anything else, such as an object in the place of an id. */
export function textOrNumberOf(value: unknown): string | undefined {
  return typeof value === 'string' || typeof value === 'number' || isLongNumber(value) ? String(value) : undefined
}

const LOSSLESS = {
  parseNumber: (text: string) => (isSafeNumber(text) ? Number(text) : new LosslessNumber(text)),
  // As `JSON.parse` reads it: the last one counts.
  onDuplicateKey: ({ newValue }: { newValue: unknown }) => newValue,
}
