/** The credential of a visitor: an id of 126 bits made here, or the ticket by which a token service replaced it. */

export const SESSION_ID_KEY = 'coze_session_id'

/** Ours and those of `client-id` services, or `v1.<kid>.<id>.<iat>.<mac>`. Anything shorter could be guessed. */
const SESSION_ID = /^(?:[\w-]{21,64}|v1\.[\w-]{1,16}\.[\w-]{22}\.[0-9a-z]{1,10}\.[\w-]{43})$/

export function isSessionId(value: unknown): value is string {
  return typeof value === 'string' && SESSION_ID.test(value)
}

/**
 * 53 bits of an id, for names that other tabs see: lock names and messages must not carry the credential itself.
 * Two FNV-like lanes; it has to be short and one-way enough, not cryptographic (`crypto.subtle` is missing on plain http).
 */
export function fingerprint(id: string): string {
  let high = 0xdeadbeef
  let low = 0x41c6ce57
  for (let index = 0; index < id.length; index++) {
    const code = id.charCodeAt(index)
    high = Math.imul(high ^ code, 2654435761)
    low = Math.imul(low ^ code, 1597334677)
  }
  high = Math.imul(high ^ (high >>> 16), 2246822507) ^ Math.imul(low ^ (low >>> 13), 3266489909)
  low = Math.imul(low ^ (low >>> 16), 2246822507) ^ Math.imul(high ^ (high >>> 13), 3266489909)
  return (4294967296 * (2097151 & low) + (high >>> 0)).toString(36)
}
