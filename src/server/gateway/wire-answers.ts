/** Answers in the vendor's shapes. */
import { ANSWER_HEADERS, type Answer } from '../answers.ts'
import { cleanText } from '../events.ts'
import type { VendorRefusal } from './refusal.ts'

export function refusalAnswer({ code, status, logId, retryAfter }: VendorRefusal): Answer {
  const body = { code, msg: `Refused with code ${code}.`, detail: { logid: logId } }
  const headers = retryAfter === null ? [] : ['retry-after', cleanText(retryAfter)]
  return wireAnswer(status, body, logId, headers)
}

/** JSON without a newline at its end, as the vendor's own clients want it. */
export function wireAnswer(status: number, body: object, logId: string, headers: readonly string[] = []): Answer {
  return {
    status,
    headers: [...ANSWER_HEADERS, 'content-type', 'application/json', ...logIdHeader(logId), ...headers],
    body: JSON.stringify(body),
  }
}

function logIdHeader(logId: string): readonly string[] {
  return logId === '' ? [] : ['x-tt-logid', logId]
}

/** A body as it comes; the header keeps proxies from gathering it. */
export function flowAnswer(contentType: string, body: ReadableStream<Uint8Array>, logId: string): Answer {
  const headers = ['content-type', contentType, 'x-accel-buffering', 'no', ...logIdHeader(logId)]
  return { status: 200, headers: [...ANSWER_HEADERS, ...headers], body }
}
