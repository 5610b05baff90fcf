/**
 * Reads what is not a plain token of our own service: refusals, responses of a back end that was written after Coze's guide and says
 * less, and what `getToken()` of the page returns.
 */
import { CozeChatError, type ErrorCode } from '../../errors.ts'
import { isRecord } from '../../platform/is-record.ts'
import { readRetryAfterMs } from '../../platform/retry-after.ts'
import { SERVICE_ERROR_STATUS, type ServiceErrorCode } from '../../protocol/token-endpoint.ts'
import { isTokenText, isTtl, OWNER_TOKEN, readVisitor, type TokenGrant } from './token-grant.ts'

/**
 * @param text its body; undefined where that was too large
 * @param receivedMs milliseconds since the epoch
 * @throws CozeChatError the error that the response stands for (see `readRefusal`, `readTokenValue`)
 */
export function readOtherResponse(response: Response, text: string | undefined, receivedMs: number): TokenGrant {
  // Browsers hide the status of a redirect that they do not follow, and give 0.
  if (!response.ok && response.status < 400) {
    throw badResponse(
      'The token endpoint redirects. Set tokenUrl to the address where it ends, with or without the slash as the server has it; where it leads to a login page, it should return status 401 instead.',
    )
  }
  if (text === undefined) throw badResponse('The response of the token endpoint is larger than 64 KiB.')
  const body = parseBody(text)
  // Dates in the response were made by the server's clock.
  const serverMs = Date.parse(response.headers.get('date') ?? '')
  const nowMs = Number.isNaN(serverMs) ? receivedMs : serverMs
  if (!response.ok) throw readRefusal(response.status, body, response.headers.get('retry-after'), nowMs)
  if (body === undefined) throw badResponse(`The response of the token endpoint ${nameOther(text.trim())}.`)
  return readTokenValue(body, nowMs)
}

/** What came in place of JSON or a bare token. */
function nameOther(text: string): string {
  if (text === '') return 'is empty'
  return text.startsWith('<') ? 'is HTML, as of a login or an error page' : 'is not JSON'
}

/** Some back ends return the bare token; a short word such as `unavailable` is none. */
const BARE_TOKEN = /^[\w.~+/=-]{24,}$/

function parseBody(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    const bare = text.trim()
    return BARE_TOKEN.test(bare) ? bare : undefined
  }
}

/**
 * Reads the parsed body of a success, or what `getToken()` returned: the bare token, `{ token }`, or the fields of a `TokenResponse`.
 * The lifetime may come as `expires_in` or `expires_at`, in seconds, as an epoch, or as a date; without any it is 15 minutes.
 *
 * @param nowMs when the response was written, in milliseconds since the epoch
 * @throws CozeChatError `insecure_token` for a personal or service token of Coze's; the service's own code for `{ error }`;
 * `bad_response` for anything else that is no token
 */
export function readTokenValue(value: unknown, nowMs: number): TokenGrant {
  const fields = isRecord(value) ? value : { token: value }
  // Own fields only: a page may have polluted `Object.prototype` (F54).
  const field = (name: string) => (Object.hasOwn(fields, name) ? fields[name] : undefined)
  const error = serviceError(field('error'), field('retryAfter'))
  if (error) throw error
  const text = field('access_token') ?? field('token')
  if (typeof text === 'string' && OWNER_TOKEN.test(text)) {
    throw new CozeChatError(
      'insecure_token',
      'A personal or service access token must not reach a browser. Let the token endpoint get a token for each visitor, by OAuth JWT with session_name.',
    )
  }
  if (!isTokenText(text)) {
    const message =
      isRecord(value) && text !== undefined && text !== null
        ? 'The access_token of the token endpoint, or of getToken, is empty or no token.'
        : `The token endpoint, or getToken, gave no token but ${wordsFor(value)}.`
    throw badResponse(message)
  }
  const ttlMs = readTtlMs(field('expires_in') ?? field('expires_at'), nowMs)
  if (!isTtl(ttlMs)) {
    throw badResponse(
      'The token endpoint returns an expires_in that is not a number of seconds. It should be the seconds left.',
    )
  }
  return { text, ttlMs, ...readVisitor(field) }
}

/** The names of fields tell the owner which one is called otherwise or lies deeper. Only names: a value may be a secret. */
function wordsFor(value: unknown): string {
  if (!isRecord(value)) return value === undefined ? 'nothing' : `a value of type ${typeof value}`
  const all = Object.keys(value)
  if (all.length === 0) return 'an empty object'
  const names = all.filter((name) => /^[\w.-]{1,24}$/.test(name)).slice(0, 8)
  return names.length === 0 ? 'an object with other fields' : `an object with ${names.join(', ')}`
}

/** Coze's default, for responses that tell no lifetime (https://www.coze.cn/docs/developer_guides/oauth_jwt). */
const DEFAULT_TTL_MS = 900_000
/** Seconds beyond this are a date, not a duration; a thousand times more is milliseconds. */
const EPOCH_SECONDS = 1_000_000_000
const EPOCH_MILLISECONDS = 100_000_000_000

/** Returns NaN for what cannot be understood. */
function readTtlMs(value: unknown, nowMs: number): number {
  if (value === undefined || value === null) return DEFAULT_TTL_MS
  if (typeof value !== 'number' && typeof value !== 'string') return Number.NaN
  const number = value === '' ? Number.NaN : Number(value)
  if (Number.isNaN(number)) return Date.parse(String(value)) - nowMs
  if (number > EPOCH_MILLISECONDS) return number - nowMs
  return number > EPOCH_SECONDS ? number * 1000 - nowMs : number * 1000
}

/**
 * The error for a response whose status is no success.
 *
 * @param body whatever could be read of it
 * @param retryAfter the header `Retry-After`
 * @param nowMs when the response was written, in milliseconds since the epoch
 */
export function readRefusal(status: number, body: unknown, retryAfter: string | null, nowMs: number): CozeChatError {
  const headerMs = readRetryAfterMs(retryAfter, nowMs)
  const retryAfterMs = headerMs === 0 ? undefined : headerMs
  const known = isRecord(body) ? serviceError(body['error'], body['retryAfter']) : undefined
  if (known) return refusal(known.code, known.message, retryAfterMs ?? known.retryAfterMs)
  const message = `The token endpoint returned status ${status}.`
  if (status === 401) return refusal('signed_out', message)
  if (status === 429) return refusal('rate_limited', message, retryAfterMs)
  // 501: a server of files alone that was asked by POST, such as `python3 -m http.server`.
  const isMissing = status === 404 || status === 405 || status === 501
  if (!isMissing && (status >= 500 || status === 408)) return refusal('upstream_unavailable', message, retryAfterMs)
  const cure = ' A development server has to pass tokenUrl on to the token service, by a proxy in its settings.'
  return refusal('misconfigured', isMissing ? message + cure : message)
}

/** What only a broken client can cause; it has no code of its own in the browser. */
const CLIENT_FAULTS = [
  'prefetch_refused',
  'not_found',
  'method_not_allowed',
  'too_large',
  'unsupported_media_type',
] as const

type ClientFault = (typeof CLIENT_FAULTS)[number]

/** The token service's `{ error, retryAfter? }` as an error of ours; undefined for anything else. */
function serviceError(error: unknown, retryAfter: unknown): CozeChatError | undefined {
  if (!isServiceErrorCode(error)) return undefined
  return refusal(
    isClientFault(error) ? 'bad_request' : error,
    `The token endpoint returned the error ${error}.`,
    typeof retryAfter === 'number' ? retryAfter * 1000 : undefined,
  )
}

function isServiceErrorCode(value: unknown): value is ServiceErrorCode {
  return typeof value === 'string' && Object.hasOwn(SERVICE_ERROR_STATUS, value)
}

function isClientFault(code: ServiceErrorCode): code is ClientFault {
  return (CLIENT_FAULTS as readonly ServiceErrorCode[]).includes(code)
}

const RETRYABLE: readonly ErrorCode[] = ['rate_limited', 'upstream_unavailable', 'identity_unavailable']

function refusal(code: ErrorCode, message: string, retryAfterMs?: number): CozeChatError {
  // Cookies of the site do not reach a token endpoint on another origin (F52).
  const cure = ' If the token endpoint is on another origin, pass userToken.'
  return new CozeChatError(code, code === 'signed_out' ? message + cure : message, {
    retryable: RETRYABLE.includes(code),
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  })
}

function badResponse(message: string): CozeChatError {
  return new CozeChatError('bad_response', message, { retryable: true })
}
