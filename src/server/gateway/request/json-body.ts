import type { Clock } from '../../../platform/clock.ts'
import { readRequestText } from '../../http/request-body.ts'
import { ServiceError } from '../../http/service-error.ts'
import type { ServiceRequest } from '../../http/service-request.ts'
import { isTooDeep } from '../json-depth.ts'
import { parseLosslessJson } from '../lossless-json.ts'

/** More than any prompt a model takes. */
const MAX_BODY_BYTES = 262_144
const BODY_LIMIT_MS = 10_000

/**
 * The parsed JSON body of a request; an empty object for a request without a body, whatever type it names (F94).
 * @throws ServiceError `unsupported_media_type`, `too_large` or `bad_request`
 */
export async function readJsonBody(request: ServiceRequest, clock: Clock): Promise<unknown> {
  const isJson = /^application\/json\s*(?:;|$)/i.test(request.header('content-type') ?? '')
  if (!isJson && Number(request.header('content-length') ?? 0) > 0) throw new ServiceError('unsupported_media_type')
  const text = await readRequestText(request, { maxBytes: MAX_BODY_BYTES, timeoutMs: BODY_LIMIT_MS, clock })
  if (text === '') return {}
  if (!isJson) throw new ServiceError('unsupported_media_type')
  if (isTooDeep(text)) throw new ServiceError('bad_request')
  const json = parseLosslessJson(text)
  if (json === undefined) throw new ServiceError('bad_request')
  return json
}
