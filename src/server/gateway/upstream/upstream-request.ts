import type { ServiceRequest } from '../../http/service-request.ts'
import { UPLOAD_LIMIT_MS } from '../../http/time-limits.ts'
import { writeJson } from '../lossless-json.ts'
import type { CheckedRequest } from '../request/forced-fields.ts'
import type { UploadBody } from '../request/upload-body.ts'
import type { UpstreamRequest } from './upstream-client.ts'

const JSON_LIMIT_MS = 15_000
/** A model may think for long before it begins. */
const STREAM_LIMIT_MS = 60_000

/**
 * What is sent to Coze for a browser's request: of the browser's headers only `Accept-Language` and, for an upload,
 * `Content-Type`.
 */
export function buildUpstreamRequest(
  { route, path, query, body }: CheckedRequest,
  request: ServiceRequest,
  upload?: UploadBody,
): UpstreamRequest {
  const language = request.header('accept-language')
  const contentType = upload?.contentType ?? (Array.isArray(route.body) ? 'application/json' : undefined)
  return {
    method: route.methods[0],
    path,
    query,
    headers: {
      ...(language !== undefined && /^[\w\s,;=.*-]{1,100}$/.test(language) && { 'accept-language': language }),
      ...(contentType !== undefined && { 'content-type': contentType }),
      // Without compression, because a decompressor may hold pieces back.
      ...(route.streams === 'events' && { accept: 'text/event-stream', 'accept-encoding': 'identity' }),
    },
    ...(upload !== undefined && { body: upload }),
    ...(upload === undefined && contentType !== undefined && { body: writeJson(body) }),
    limitMs: upload !== undefined ? UPLOAD_LIMIT_MS : route.streams === undefined ? JSON_LIMIT_MS : STREAM_LIMIT_MS,
  }
}
