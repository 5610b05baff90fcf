/** A token and what it says about its visitor, as our own token service writes it (`protocol/token-endpoint.ts`). */
import { isRecord } from '../../platform/is-record.ts'
import type { IdentityKind } from '../../protocol/token-endpoint.ts'

export interface TokenGrant {
  readonly text: string
  /** Milliseconds. 0 or less: the token has expired already. */
  readonly ttlMs: number
  readonly kind: IdentityKind | undefined
  readonly subject: string | undefined
  readonly sessionId: string | undefined
  /** Secret of this user, with which kept messages are encrypted. */
  readonly seal: string | undefined
  /** The endpoint says that `sessionId` was made just now, for somebody who has never been here. */
  readonly fresh: boolean
  /** Where the token is good, as it was said: an address, or a relative one. */
  readonly apiBase: string | undefined
  /** The agent's profile, unchecked. */
  readonly agent: unknown
}

/**
 * Reads the very fields of a `TokenResponse`, as our token service sends them and other tabs pass them on.
 * Returns undefined for whatever is not exactly that.
 */
export function readGrant(value: unknown): TokenGrant | undefined {
  if (!isRecord(value)) return undefined
  const field = (name: string) => (Object.hasOwn(value, name) ? value[name] : undefined)
  const text = field('access_token')
  const seconds = field('expires_in')
  if (field('error') || !isTokenText(text) || OWNER_TOKEN.test(text)) return undefined
  if (typeof seconds !== 'number' || !isTtl(seconds * 1000)) return undefined
  return { text, ttlMs: seconds * 1000, ...readVisitor(field) }
}

/** Tokens of Coze's that stand for the owner of the account and not for a visitor. */
export const OWNER_TOKEN = /^[ps]at_/
/** What may go into `Authorization` as it is (RFC 6750 section 2.1). */
const TOKEN_TEXT = /^[\w.~+/-]{1,8192}=*$/

export function isTokenText(value: unknown): value is string {
  return typeof value === 'string' && TOKEN_TEXT.test(value)
}

/** The longest life of a Coze token, 24 h, with a minute of tolerance; more than that is a mistake, or a date. */
const MAX_TTL_MS = 86_460_000

export function isTtl(ttlMs: number): boolean {
  return ttlMs <= MAX_TTL_MS
}

export function readVisitor(field: (name: string) => unknown): Omit<TokenGrant, 'text' | 'ttlMs'> {
  const kind = field('kind')
  return {
    kind: kind === 'user' || kind === 'anonymous' ? kind : undefined,
    subject: readTag(field('subject')),
    sessionId: readTag(field('session_id')),
    seal: readTag(field('seal')),
    fresh: field('fresh') === true,
    apiBase: readTag(field('api_base')),
    agent: field('agent'),
  }
}

function readTag(value: unknown): string | undefined {
  return typeof value === 'string' && /^.{1,128}$/.test(value) ? value : undefined
}
