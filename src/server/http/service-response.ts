import { SERVICE_ERROR_STATUS, type ServiceErrorAnswer } from '../../protocol/token-endpoint.ts'
import type { ServiceError } from './service-error.ts'

/** A response before it becomes a web `Response` or is written to a Node socket. */
export interface ServiceResponse {
  status: number
  /** A flat list (name, value, name, value), names in lower case. */
  headers: readonly string[]
  body: string | Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array> | null
}

const NEVER_KEPT = 'no-store, private'

/** On every response, errors and preflights included: no cache may hand one visitor's token to another (F75). */
export const RESPONSE_HEADERS: readonly string[] = [
  'cache-control',
  NEVER_KEPT,
  'vary',
  'Origin, Cookie, Authorization',
  'x-content-type-options',
  'nosniff',
  'referrer-policy',
  'no-referrer',
]

/** Where a response has no headers of its own. */
export const NO_HEADERS: readonly string[] = []

/**
 * On streams. `no-transform` keeps compressing middleware and proxies, which would collect the stream, from touching it
 * (https://www.rfc-editor.org/rfc/rfc9111#section-5.2.2.6); `X-Accel-Buffering: no` tells nginx the same.
 */
export const STREAM_HEADERS: readonly string[] = [
  ...RESPONSE_HEADERS.map((text) => (text === NEVER_KEPT ? `${NEVER_KEPT}, no-transform` : text)),
  'x-accel-buffering',
  'no',
]

export function textResponse(
  status: number,
  text: string,
  contentType: string,
  headers: readonly string[] = [],
): ServiceResponse {
  return { status, headers: [...RESPONSE_HEADERS, 'content-type', contentType, ...headers], body: text }
}

/** @param json text of the body */
export function jsonResponse(status: number, json: string, headers: readonly string[]): ServiceResponse {
  return textResponse(status, json, 'application/json', headers)
}

export function emptyResponse(status: number, headers: readonly string[]): ServiceResponse {
  return { status, headers: [...RESPONSE_HEADERS, ...headers], body: null }
}

/** `{ error, retryAfter? }` with the status that belongs to the code; `retryAfter` also as `Retry-After` (seconds). */
export function errorResponse(error: ServiceError, headers: readonly string[]): ServiceResponse {
  const { code, retryAfterSeconds } = error
  const body: ServiceErrorAnswer =
    retryAfterSeconds === undefined ? { error: code } : { error: code, retryAfter: retryAfterSeconds }
  return jsonResponse(SERVICE_ERROR_STATUS[code], JSON.stringify(body), [
    ...(retryAfterSeconds === undefined ? [] : ['retry-after', String(retryAfterSeconds)]),
    ...error.headers,
    ...headers,
  ])
}

export function toResponse({ status, headers: flatHeaders, body }: ServiceResponse): Response {
  const headers = new Headers()
  for (let i = 0; i < flatHeaders.length; i += 2) headers.append(flatHeaders[i] ?? '', flatHeaders[i + 1] ?? '')
  return new Response(body, { status, headers })
}
