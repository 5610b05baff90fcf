import { SERVICE_ERROR_STATUS, type ServiceErrorAnswer } from '../contract.ts'
import type { ServiceFault } from './service-fault.ts'

/** An answer before it becomes a `Response` or is written to a Node socket. */
export interface Answer {
  status: number
  /** Flat name and value pairs, all lower case. */
  headers: readonly string[]
  body: string | ReadableStream<Uint8Array> | null
}

/** On every answer, errors and preflights included: one visitor's token must not reach another by way of a cache (F75). */
export const ANSWER_HEADERS: readonly string[] = [
  'cache-control',
  'no-store, private',
  'vary',
  'Origin, Cookie, Authorization',
  'x-content-type-options',
  'nosniff',
  'referrer-policy',
  'no-referrer',
]

const JSON_HEADERS: readonly string[] = [...ANSWER_HEADERS, 'content-type', 'application/json']

export function jsonAnswer(status: number, json: string, headers: readonly string[]): Answer {
  return { status, headers: [...JSON_HEADERS, ...headers], body: json }
}

export function emptyAnswer(status: number, headers: readonly string[]): Answer {
  return { status, headers: [...ANSWER_HEADERS, ...headers], body: null }
}

export function faultAnswer(fault: ServiceFault, headers: readonly string[]): Answer {
  const { code, retryAfterSeconds } = fault
  const answer: ServiceErrorAnswer =
    retryAfterSeconds === undefined ? { error: code } : { error: code, retryAfter: retryAfterSeconds }
  return jsonAnswer(SERVICE_ERROR_STATUS[code], JSON.stringify(answer), [
    ...(retryAfterSeconds === undefined ? [] : ['retry-after', String(retryAfterSeconds)]),
    ...fault.headers,
    ...headers,
  ])
}

export function toResponse(answer: Answer): Response {
  const headers = new Headers()
  for (let i = 0; i < answer.headers.length; i += 2) {
    headers.append(answer.headers[i] ?? '', answer.headers[i + 1] ?? '')
  }
  return new Response(answer.body, { status: answer.status, headers })
}
