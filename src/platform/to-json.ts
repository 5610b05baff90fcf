/**
 * JSON of a value as it is. Libraries of the page such as Prototype.js give arrays a `toJSON` of their own, which makes texts of
 * them (F54).
 */
export function toJson(value: unknown): string | undefined {
  return JSON.stringify(value, 'toJSON' in [] ? keepArray : undefined)
}

/** Called with the object that holds the value, where the array still is one. */
function keepArray(this: Record<string, unknown>, key: string, value: unknown): unknown {
  const held = this[key]
  return Array.isArray(held) ? held : value
}
