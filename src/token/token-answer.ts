/** Reads what a token endpoint answers: ours (`contract.ts`), one written after the guide, or a function of the page. */
import { type IdentityKind, SERVICE_ERROR_STATUS, type ServiceErrorCode } from '../contract.ts'
import { CozeChatError, type ErrorCode } from '../errors.ts'

export interface TokenGrant {
  readonly text: string
  /** May be 0 or less: the token has expired already. */
  readonly ttlMs: number
  readonly kind: IdentityKind | undefined
  readonly subject: string | undefined
  readonly sessionId: string | undefined
}

/** For answers that tell no lifetime; the vendor's default. */
const DEFAULT_TTL_MS = 900_000
/** The vendor's longest, 24 h, with a minute of tolerance; more than that is a mistake of the back end's. */
const MAX_TTL_MS = 86_460_000
/** Seconds beyond this are a date, not a duration; a thousand times more is milliseconds. */
const EPOCH_SECONDS = 1_000_000_000
const EPOCH_MILLISECONDS = 100_000_000_000

/** RFC 6750 section 2.1; it goes into `Authorization` as it is. */
const TOKEN_TEXT = /^[\w.~+/-]{1,8192}=*$/

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function badAnswer(message: string): CozeChatError {
  return new CozeChatError('bad_response', message, { retryable: true })
}

/**
 * @param nowMs the moment of the answer, for those that tell the expiry as a date: the server's own where known.
 * @throws `insecure_token` for a personal or service token, `bad_response` for anything that is no token, and the service's own codes.
 */
export function readTokenAnswer(answer: unknown, nowMs: number): TokenGrant {
  const fields = isRecord(answer) ? answer : { token: answer }
  // Own fields only: a page may have polluted `Object.prototype`.
  const field = (name: string) => (Object.hasOwn(fields, name) ? fields[name] : undefined)
  const error = serviceError(field('error'), field('retryAfter'))
  if (error !== undefined) throw error
  const text = field('access_token') ?? field('token')
  if (typeof text !== 'string' || !TOKEN_TEXT.test(text)) {
    throw badAnswer('The token endpoint should answer {"access_token","expires_in"}.')
  }
  if (/^(?:pat|sat)_/.test(text)) {
    throw new CozeChatError(
      'insecure_token',
      'A personal access token must not reach a browser; mint one per visitor (JWT with session_name).',
    )
  }
  const ttlMs = readTtlMs(field('expires_in') ?? field('expires_at'), nowMs)
  if (!(ttlMs <= MAX_TTL_MS)) {
    throw badAnswer('expires_in should be the seconds left.')
  }
  const kind = field('kind')
  return {
    text,
    ttlMs,
    kind: kind === 'user' || kind === 'anonymous' ? kind : undefined,
    subject: readTag(field('subject')),
    sessionId: readTag(field('session_id')),
  }
}

function readTag(value: unknown): string | undefined {
  return typeof value === 'string' && /^.{1,128}$/.test(value) ? value : undefined
}

/** NaN where it can't be understood. */
function readTtlMs(value: unknown, nowMs: number): number {
  if (value === undefined || value === null) return DEFAULT_TTL_MS
  if (typeof value !== 'number' && typeof value !== 'string') return Number.NaN
  const number = value === '' ? Number.NaN : Number(value)
  if (Number.isNaN(number)) return Date.parse(String(value)) - nowMs
  if (number > EPOCH_MILLISECONDS) return number - nowMs
  return number > EPOCH_SECONDS ? number * 1000 - nowMs : number * 1000
}

/** The token service's `{ error, retryAfter? }` as our error; undefined for anything else. */
export function serviceError(error: unknown, retryAfter: unknown): CozeChatError | undefined {
  if (typeof error !== 'string' || !Object.hasOwn(SERVICE_ERROR_STATUS, error)) return undefined
  // What only a broken client can cause has no code of its own in the browser.
  const fault = /^(?:prefetch_|not_found|method_|too_large|unsupported_)/.test(error)
  const code = fault ? 'bad_request' : (error as Exclude<ServiceErrorCode, ClientFault>)
  return refusal(
    code,
    `The token endpoint answered ${error}.`,
    typeof retryAfter === 'number' ? retryAfter * 1000 : undefined,
  )
}

/** The error for an answer other than 200; `body` is whatever could be read of it. */
export function readRefusal(status: number, body: unknown, retryAfter: string | null, nowMs: number): CozeChatError {
  const seconds = retryAfter === null || retryAfter === '' ? Number.NaN : Number(retryAfter)
  const delayMs = Number.isNaN(seconds) ? Date.parse(retryAfter ?? '') - nowMs : seconds * 1000
  const retryAfterMs = delayMs > 0 ? delayMs : undefined
  const known = isRecord(body) ? serviceError(body['error'], body['retryAfter']) : undefined
  if (known !== undefined) return refusal(known.code, known.message, retryAfterMs ?? known.retryAfterMs)
  const message = `The token endpoint answered ${status}.`
  if (status === 401) return refusal('signed_out', message)
  if (status === 429) return refusal('rate_limited', message, retryAfterMs)
  if (status >= 500 || status === 408) return refusal('upstream_unavailable', message, retryAfterMs)
  return refusal('misconfigured', `${message} Check tokenUrl.`)
}

type ClientFault = 'prefetch_refused' | 'not_found' | 'method_not_allowed' | 'too_large' | 'unsupported_media_type'

const RETRYABLE: readonly ErrorCode[] = ['rate_limited', 'upstream_unavailable', 'identity_unavailable']

function refusal(code: ErrorCode, message: string, retryAfterMs?: number): CozeChatError {
  return new CozeChatError(code, code === 'signed_out' ? `${message} On another origin pass userToken.` : message, {
    retryable: RETRYABLE.includes(code),
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  })
}
