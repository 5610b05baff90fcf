/** The value of a JSON text; `undefined` for text that is no JSON. Numbers beyond 2^53 are rounded, as `JSON.parse` does. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
