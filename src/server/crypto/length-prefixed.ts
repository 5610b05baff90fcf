const encoder = new TextEncoder()

/**
 * Writes each field as UTF-8 after its length in 4 bytes (big-endian), so that no two lists of fields give the same
 * bytes: `['ab', 'c']` and `['a', 'bc']` differ. Everything we sign or derive a name from is written this way.
 */
export function lengthPrefixed(...fields: readonly string[]): Uint8Array<ArrayBuffer> {
  const encoded = fields.map((field) => encoder.encode(field))
  const bytes = new Uint8Array(encoded.reduce((total, field) => total + 4 + field.length, 0))
  const view = new DataView(bytes.buffer)
  let offset = 0
  for (const field of encoded) {
    view.setUint32(offset, field.length)
    bytes.set(field, offset + 4)
    offset += 4 + field.length
  }
  return bytes
}
