/** The credential of an anonymous visitor: an id of 126 random bits made here, or the ticket by which a token service replaced it. */
import type { KeyValueStorage } from '../platform/storage/storage.ts'

export const SESSION_ID_KEY = 'coze_session_id'
/** The token service whose visitor that is. */
const SERVICE_KEY = 'coze_session_service'

/**
 * Where the browser keeps it. Of two token services on one page neither is to see what proves somebody at the other (T5), or to put its own in
 * that place, whose visitor would be a new one at the next renewal: the first has the plain name, the second one that ends with its address.
 */
export interface SessionIdPlace {
  get(): string | undefined
  set(id: string): void
  remove(): void
}

/** @param service address of the token endpoint; none for tokens that a function of the page gets */
export function sessionIdPlace(storage: KeyValueStorage, service = ''): SessionIdPlace {
  const ownKey = `${SESSION_ID_KEY}:${service}`
  const isFirst = () => (storage.get(SERVICE_KEY) ?? service) === service && storage.get(ownKey) === undefined
  const key = () => (isFirst() ? SESSION_ID_KEY : ownKey)
  return {
    get: () => storage.get(key()),
    set(id) {
      storage.set(key(), id)
      if (isFirst()) storage.set(SERVICE_KEY, service)
    },
    remove() {
      const first = isFirst()
      storage.remove(key())
      if (first) storage.remove(SERVICE_KEY)
    },
  }
}

/**
 * An id made here or by another back end, or a ticket `v1.<kid>.<id>.<iat>.<mac>` (`server/identity/visitor-tickets.ts`).
 * Anything shorter could be guessed.
 */
const SESSION_ID = /^(?:[\w-]{21,64}|v1(?:\.[\w-]{1,22}){3}\.[\w-]{43})$/

export function isSessionId(value: unknown): value is string {
  return typeof value === 'string' && SESSION_ID.test(value)
}

/**
 * 64 bits of an id (FNV-1a), for names that other tabs see: lock names and messages must not carry the credential itself.
 * `crypto.subtle` would be missing on plain http.
 */
export function fingerprint(id: string): string {
  let hash = 0xcbf29ce484222325n
  for (let index = 0; index < id.length; index++) {
    hash = BigInt.asUintN(64, (hash ^ BigInt(id.charCodeAt(index))) * 0x100000001b3n)
  }
  return hash.toString(36)
}
