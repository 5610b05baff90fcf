/**
 * What the browser and the token service say to each other: an OAuth token response (RFC 6749 section 5.1)
 * asked for by a small JSON body. Both sides import these names, so they cannot drift apart.
 */

/** `user`: vouched for by the site. `anonymous`: a visitor who holds a ticket (or an id of his own making). */
export type IdentityKind = 'user' | 'anonymous'

/** Body of `POST <tokenUrl>`, at most {@link MAX_TOKEN_REQUEST_BYTES}. */
export interface TokenRequest {
  /** The credential of this visitor: a ticket the service signed, or an id made by the widget. */
  session_id?: string
  /** What the page believes; `user` with nobody signed in is answered 401 `signed_out`, never with an anonymous session. */
  expect?: IdentityKind
  /** The vendor rejected the last token: skip the cache (at most once in 30 s and session). */
  renew?: true
  /** Logout: drop the cached token. */
  end?: true
}

/** Answer 200. */
export interface TokenAnswer {
  access_token: string
  token_type: 'Bearer'
  /** Whole seconds left, counted by the server as it writes the answer. A duration, never an epoch. */
  expires_in: number
  kind: IdentityKind
  /** Opaque tag of the session (`s_…`), by which the browser notices a change of user. */
  subject: string
  /** A new credential that replaces the one sent. */
  session_id?: string
}

export { TOKEN_REQUEST_HEADER } from './token-request-header.ts'

export const MAX_TOKEN_REQUEST_BYTES = 4096

/** Field names by which an integration tries to say who it is; our service answers `identity_in_body`. */
export const IDENTITY_FIELDS = ['user_id', 'userId', 'uid', 'sub', 'session_name', 'sessionName'] as const

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
