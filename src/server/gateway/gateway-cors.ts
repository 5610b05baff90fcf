import type { CorsPolicy } from '../http/cors.ts'
import type { ServiceRequest } from '../http/service-request.ts'
import { emptyResponse, type ServiceResponse } from '../http/service-response.ts'
import { bearerOf, isOwnCredential } from './request/bearer.ts'

/** Headers of the browser's that pages of other origins may send; the last is of Coze's own client. */
const REQUEST_HEADERS = 'content-type, authorization, accept-language, x-requested-with, x-coze-client-user-agent'

/** Header with which clients read Coze's log id. */
const LOG_ID_HEADER = 'x-tt-logid'

/** Whether a request is a preflight (https://fetch.spec.whatwg.org/#cors-preflight-request). */
export function isPreflight(request: ServiceRequest): boolean {
  return request.method === 'OPTIONS' && request.header('origin') !== undefined
}

/** @param methods of the path */
export function preflightResponse(methods: readonly string[]): ServiceResponse {
  return emptyResponse(204, [
    ...['access-control-allow-methods', [...new Set(methods), 'OPTIONS'].join(', ')],
    ...['access-control-allow-headers', REQUEST_HEADERS],
    ...['access-control-max-age', '600'],
  ])
}

/**
 * @param corsHeaders what {@link CorsPolicy} says about the request
 * @throws ServiceError `origin_not_allowed` for a request that a page of a foreign origin may have sent
 */
export function refuseForeignOrigin(
  request: ServiceRequest,
  corsHeaders: readonly string[] | undefined,
  cors: CorsPolicy,
): void {
  if (corsHeaders === undefined && !isSameOriginInOldBrowser(request)) throw cors.refusalOf(request)
}

/**
 * A GET of our own pages has no `Origin`, and older browsers send no `Sec-Fetch-Site` either. A credential of ours in
 * `Authorization` proves the page: a foreign page could send that header only after a preflight, and has no credential.
 */
function isSameOriginInOldBrowser(request: ServiceRequest): boolean {
  const bearer = bearerOf(request)
  const tellsNoOrigin = request.header('origin') === undefined && request.header('sec-fetch-site') === undefined
  return tellsNoOrigin && bearer !== undefined && isOwnCredential(bearer)
}

/** The response with its CORS headers, which let pages of other origins read the log id too. */
export function withCorsHeaders(
  response: ServiceResponse,
  corsHeaders: readonly string[] | undefined,
): ServiceResponse {
  if (corsHeaders === undefined || corsHeaders.length === 0) return response
  const exposed = ['access-control-expose-headers', LOG_ID_HEADER]
  return { ...response, headers: [...response.headers, ...corsHeaders, ...exposed] }
}
