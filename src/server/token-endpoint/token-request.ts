import type { Clock } from '../../platform/clock.ts'
import { isRecord } from '../../platform/is-record.ts'
import { type IdentityKind, MAX_TOKEN_REQUEST_BYTES, TOKEN_REQUEST_HEADER } from '../../protocol/token-endpoint.ts'
import { readRequestText } from '../http/request-body.ts'
import { ServiceError } from '../http/service-error.ts'
import type { ServiceRequest } from '../http/service-request.ts'
import { hasIdentityField, refuseIdentityBesideBody } from '../identity/stated-identity.ts'

const BODY_LIMIT_MS = 5_000
const FIELDS: ReadonlySet<string> = new Set(['session_id', 'expect', 'renew', 'end'])

/** The fields of `TokenRequest`, each there. */
export interface ReadTokenRequest {
  readonly session_id: string | undefined
  readonly expect: IdentityKind | undefined
  readonly renew: boolean
  readonly end: boolean
}

/**
 * Checks the headers and the query of a token request, before anything is spent on it.
 * @throws ServiceError `prefetch_refused`, `unsupported_media_type`, `bad_request` or `identity_in_body`
 */
export function checkTokenRequest(request: ServiceRequest): void {
  if (isPrefetch(request)) throw new ServiceError('prefetch_refused')
  if (!isJson(request.header('content-type'))) throw new ServiceError('unsupported_media_type')
  if (request.header(TOKEN_REQUEST_HEADER) === undefined) throw new ServiceError('bad_request')
  refuseIdentityBesideBody(request)
}

/** @throws ServiceError `too_large`, `bad_request` or `identity_in_body` */
export async function readTokenRequest(request: ServiceRequest, clock: Clock): Promise<ReadTokenRequest> {
  return parseTokenRequest(
    await readRequestText(request, { maxBytes: MAX_TOKEN_REQUEST_BYTES, timeoutMs: BODY_LIMIT_MS, clock }),
  )
}

/** The body holds these four fields, each of its type, and nothing else. */
function parseTokenRequest(text: string): ReadTokenRequest {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    throw new ServiceError('bad_request')
  }
  if (!isRecord(json)) throw refusalOf(text)
  for (const field of Object.keys(json)) {
    if (!FIELDS.has(field)) throw refusalOf(text)
  }
  const { session_id, expect, renew, end } = json
  if (
    (session_id !== undefined && typeof session_id !== 'string') ||
    (expect !== undefined && expect !== 'user' && expect !== 'anonymous') ||
    (renew !== undefined && typeof renew !== 'boolean') ||
    (end !== undefined && typeof end !== 'boolean')
  ) {
    throw refusalOf(text)
  }
  return { session_id, expect, renew: renew === true, end: end === true }
}

/** A body that says who its visitor is gets a code of its own, because that is the most likely mistake of an integration. */
function refusalOf(text: string): ServiceError {
  return new ServiceError(hasIdentityField(text) ? 'identity_in_body' : 'bad_request')
}

/** Browsers mark requests of pages that nobody has looked at yet (F10). `Purpose` is the older name of the header. */
function isPrefetch(request: ServiceRequest): boolean {
  return (request.header('sec-purpose') ?? request.header('purpose'))?.includes('prefetch') === true
}

function isJson(contentType: string | undefined): boolean {
  return contentType !== undefined && /^application\/json\s*(?:;\s*charset="?utf-8"?\s*)?$/i.test(contentType)
}
