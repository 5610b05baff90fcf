/** Responses in the shapes of Coze's own API. */

import { headerText } from '../../http/header-text.ts'
import { RESPONSE_HEADERS, type ServiceResponse, STREAM_HEADERS } from '../../http/service-response.ts'
import { writeJson } from '../lossless-json.ts'
import type { VendorRefusal } from './refusal.ts'

export const EVENT_STREAM_TYPE = 'text/event-stream; charset=utf-8'

/** `{ code, msg, detail: { logid } }` */
export function refusalResponse({ code, status, logId, retryAfter }: VendorRefusal): ServiceResponse {
  const body = { code, msg: `Refused with code ${code}.`, detail: { logid: logId } }
  const headers = retryAfter === null ? [] : ['retry-after', headerText(retryAfter)]
  return wireResponse(status, body, logId, headers)
}

/** @param headers a flat list: name, value, name, value */
export function wireResponse(
  status: number,
  body: object,
  logId: string,
  headers: readonly string[] = [],
): ServiceResponse {
  return {
    status,
    headers: [...RESPONSE_HEADERS, 'content-type', 'application/json', ...logIdHeader(logId), ...headers],
    // No newline at the end: the vendor's clients rely on that.
    body: writeJson(body),
  }
}

export function streamResponse(contentType: string, body: ReadableStream<Uint8Array>, logId: string): ServiceResponse {
  return { status: 200, headers: [...STREAM_HEADERS, 'content-type', contentType, ...logIdHeader(logId)], body }
}

function logIdHeader(logId: string): readonly string[] {
  return logId === '' ? [] : ['x-tt-logid', logId]
}
