/** The token service's errors, a part of the contract apart from the rest: a browser needs them only when one comes. */

/** Status of each error the token service can answer; the body is `{ error, retryAfter? }`. */
export const SERVICE_ERROR_STATUS = {
  bad_request: 400,
  identity_in_body: 400,
  signed_out: 401,
  anonymous_disabled: 401,
  origin_not_allowed: 403,
  prefetch_refused: 403,
  not_found: 404,
  method_not_allowed: 405,
  too_large: 413,
  unsupported_media_type: 415,
  rate_limited: 429,
  misconfigured: 500,
  identity_unavailable: 503,
  upstream_unavailable: 503,
} as const

export type ServiceErrorCode = keyof typeof SERVICE_ERROR_STATUS

export interface ServiceErrorAnswer {
  error: ServiceErrorCode
  /** Seconds; the same number as the `Retry-After` header. */
  retryAfter?: number
}
