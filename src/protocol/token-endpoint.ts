/**
 * What the browser and the token service say to each other: an OAuth token response (RFC 6749 section 5.1)
 * asked for by a small JSON body. Both sides import these names, so they cannot drift apart.
 */

/** `user`: signed in at the site. `anonymous`: known only by a ticket of the token service, or by an id that the widget made. */
export type IdentityKind = 'user' | 'anonymous'

/** Body of `POST <tokenUrl>`, at most {@link MAX_TOKEN_REQUEST_BYTES}. */
export interface TokenRequest {
  /** The credential of an anonymous visitor: a ticket that the service signed, or an id that the widget made. */
  session_id?: string
  /** Who the page believes is there. `user` with nobody signed in gets 401 `signed_out`, never an anonymous session. */
  expect?: IdentityKind
  /** Coze rejected the last token: skip the cache (at most once in 30 s per session). */
  renew?: true
  /** Logout: drop the cached token. */
  end?: true
}

/** Body of a response with status 200. */
export interface TokenAnswer {
  access_token: string
  token_type: 'Bearer'
  /** Whole seconds left when the server writes the response. A duration, never an epoch. */
  expires_in: number
  kind: IdentityKind
  /** Opaque tag of the session (`s_…`), by which the browser notices a change of user. */
  subject: string
  /** A new credential that replaces the one sent. */
  session_id?: string
  /** Of a user: the secret with which the browser encrypts the messages that it keeps of theirs. It is stored nowhere in the browser. */
  seal?: string
  /** The credential was made for this response: nobody has been here before, and Coze has nothing of theirs to be looked up. */
  fresh?: true
  /**
   * Where this token is good: the Open API of the service's Coze, or the gateway. Absolute, or relative to the address of the token
   * endpoint, which the browser knows and a service behind proxies does not. What the page says itself wins.
   */
  api_base?: string
  /** The agent as its visitors see it, where the service has read it lately. It saves the browser a request. */
  agent?: GivenAgent
}

export interface GivenAgent {
  /** Of the agent, or of the chatflow. */
  id: string
  /** In the fields of Coze's own profile (`coze/wire/agents.ts`), but only what a visitor may see. */
  profile: Readonly<Record<string, unknown>>
}

/**
 * Header of every request. It forces a CORS preflight, so that a foreign page cannot make the service mint a token.
 * Its value is the id of the agent or chatflow that the page talks to, or `1`. It decides nothing but which profile comes along.
 */
export const TOKEN_REQUEST_HEADER = 'x-chat-token'

export const MAX_TOKEN_REQUEST_BYTES = 4096

/** Field names by which an integration tries to say who is there; the token service refuses them with `identity_in_body` (T1). */
export const IDENTITY_FIELDS = ['user_id', 'userId', 'uid', 'sub', 'session_name', 'sessionName'] as const

/** HTTP status of each error that the token service can return; the body is a `ServiceErrorAnswer`. */
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
