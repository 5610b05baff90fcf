/** Reads the answer of our own token service (`contract.ts`); every other is for `foreign-answer.ts`. */
import type { IdentityKind } from '../contract.ts'

export interface TokenGrant {
  readonly text: string
  /** May be 0 or less: the token has expired already. */
  readonly ttlMs: number
  readonly kind: IdentityKind | undefined
  readonly subject: string | undefined
  readonly sessionId: string | undefined
}

/** RFC 6750 section 2.1, for it goes into `Authorization` as it is; no personal or service token of the vendor's. */
const TOKEN_TEXT = /^(?![ps]at_)[\w.~+/-]{1,8192}=*$/
/** The vendor's longest life, 24 h, with a minute of tolerance; more than that is a mistake of the back end's, or a date. */
const MAX_TTL_SECONDS = 86_460

const readTag = (value: unknown) => (typeof value === 'string' && /^.{1,128}$/.test(value) ? value : undefined)

/** Undefined for whatever our service would not say. */
export function readGrant(answer: unknown): TokenGrant | undefined {
  // Own fields only: a page may have polluted `Object.prototype`.
  const fields: Readonly<Record<string, unknown>> = { __proto__: null, ...(answer as object) }
  const { access_token: text, expires_in: seconds, kind } = fields
  if (fields['error'] || typeof text !== 'string' || !TOKEN_TEXT.test(text)) return undefined
  if (typeof seconds !== 'number' || !(seconds <= MAX_TTL_SECONDS)) return undefined
  return {
    text,
    ttlMs: seconds * 1000,
    kind: kind === 'user' || kind === 'anonymous' ? kind : undefined,
    subject: readTag(fields['subject']),
    sessionId: readTag(fields['session_id']),
  }
}
