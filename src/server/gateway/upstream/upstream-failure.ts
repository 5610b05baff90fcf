import { readRetryAfterMs } from '../../../platform/retry-after.ts'
import { headerText } from '../../http/header-text.ts'
import { ServiceError } from '../../http/service-error.ts'
import { textOrNumberOf } from '../lossless-json.ts'
import { codeForMissing } from '../request/ids.ts'
import { missingCodeOf, REFUSED, refuse, VendorRefusal } from '../response/refusal.ts'
import type { GatewayRoute } from '../routes.ts'

const DEFAULT_RETRY_SECONDS = 2
const MAX_RETRY_SECONDS = 300

/** The error where there is no response, or none that can be used. */
export function upstreamUnavailable(): ServiceError {
  return new ServiceError('upstream_unavailable', { retryAfterSeconds: DEFAULT_RETRY_SECONDS })
}

/**
 * The error for a response whose body says nothing, by its status.
 * @param nowMs milliseconds since the epoch, for a `Retry-After` that is a date
 */
export function errorFromStatus(
  { status, headers }: Pick<Response, 'status' | 'headers'>,
  nowMs: number,
): ServiceError {
  if (status === 404) return new ServiceError('not_found')
  const delaySeconds = Math.ceil((readRetryAfterMs(headers.get('retry-after'), nowMs) ?? 0) / 1000)
  const retryAfterSeconds = delaySeconds >= 1 ? Math.min(delaySeconds, MAX_RETRY_SECONDS) : DEFAULT_RETRY_SECONDS
  return new ServiceError(status === 429 ? 'rate_limited' : 'upstream_unavailable', { retryAfterSeconds })
}

/** The error for a response whose body holds a code of Coze's. */
export function errorFromBody(
  route: GatewayRoute,
  response: Pick<Response, 'status' | 'headers'>,
  body: Readonly<Record<string, unknown>>,
  nowMs: number,
): VendorRefusal | ServiceError {
  const { status, headers } = response
  const code = textOrNumberOf(body['code']) ?? ''
  if (!/^\d{1,12}$/.test(code) || code === '0') return errorFromStatus(response, nowMs)
  const missingCode = missingCodeOf(Number(code))
  if (missingCode !== undefined) {
    // The same refusal as for an id of another visitor's.
    return refuse(missingCode === REFUSED.notFound ? codeForMissing(route, 'conversation_id') : missingCode)
  }
  return new VendorRefusal(typeof body['code'] === 'string' ? code : Number(code), {
    status: status >= 400 ? status : 200,
    logId: logIdOf(headers, body),
    retryAfter: headers.get('retry-after'),
  })
}

/** Coze's id of a response for its support, from the header or else from the body; empty where there is none. */
export function logIdOf(headers: Headers, body?: Readonly<Record<string, unknown>>): string {
  const inHeader = headerText(headers.get('x-tt-logid') ?? '')
  if (inHeader !== '') return inHeader
  const logId = (body?.['detail'] as { logid?: unknown } | null | undefined)?.logid
  return typeof logId === 'string' ? headerText(logId) : ''
}
