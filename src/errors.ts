/**
 * The one error class of this package and its closed list of codes.
 * Callers test `code`, never the message. Which words a visitor reads for a code is in `ui/problems/problem-text.ts`.
 */

/** Every code an error of ours can carry; adding one is a public change. */
export const ERROR_CODES = [
  // The owner's configuration: shown in the console, with the cure.
  'invalid_options',
  'insecure_token',
  'insecure_context',
  'blocked_by_csp',
  'misconfigured',
  // The token service; `protocol/token-endpoint.ts` has the statuses.
  'bad_request',
  'identity_in_body',
  'signed_out',
  'anonymous_disabled',
  'origin_not_allowed',
  'identity_unavailable',
  'upstream_unavailable',
  'rate_limited',
  // The way there and back.
  'network',
  'timeout',
  'bad_response',
  'aborted',
  'token_expired',
  'token_rejected',
  // What Coze replies; docs/coze.md 7.1 has the vendor's codes.
  'unauthorized',
  'permission_denied',
  'agent_not_found',
  'not_published',
  'conversation_not_found',
  'conversation_busy',
  'quota_exceeded',
  'account_problem',
  'input_too_long',
  'content_refused',
  'invalid_request',
  'upload_refused',
  'upstream_error',
  'interrupted',
  'stream_too_large',
  // Coze's Chat SDK.
  'sdk_load_failed',
  'sdk_unusable',
  // Last resort: a fault of our own.
  'internal',
] as const

export type ErrorCode = (typeof ERROR_CODES)[number]

/** `Symbol.for`, so that two copies of this package on one page know each other's errors. */
const BRAND = Symbol.for('coze-chat-widget.error')

export interface CozeChatErrorOptions {
  /** Whether the same call may succeed later without anybody changing anything. Default `false`. */
  retryable?: boolean
  /** How long the other side asked us to wait, in milliseconds. */
  retryAfterMs?: number
  /** The vendor's own numeric code as text, e.g. `"4016"`. Never the vendor's message. */
  upstreamCode?: string | undefined
  /** The vendor's request id (`x-tt-logid`), for its support desk. */
  logId?: string | undefined
  cause?: unknown
}

export class CozeChatError extends Error {
  override readonly name: string = 'CozeChatError'
  /** @internal */
  readonly [BRAND] = true
  declare readonly code: ErrorCode
  declare readonly retryable: boolean
  declare readonly retryAfterMs: number | undefined
  declare readonly upstreamCode: string | undefined
  declare readonly logId: string | undefined

  /** @param message one sentence for the site's developer; never holds a token, an id or a text of the visitor's */
  constructor(code: ErrorCode, message: string, options: CozeChatErrorOptions = {}) {
    super(message, options)
    const { cause: _, ...details } = options
    Object.assign(this, { code, retryable: false, ...details })
  }
}

/** True for errors of this package, also when two copies of it (script tag and npm) meet on one page. */
export function isCozeChatError(value: unknown): value is CozeChatError {
  return typeof value === 'object' && value !== null && (value as { [BRAND]?: unknown })[BRAND] === true
}

/** Turns whatever was thrown into our error; an `AbortError` becomes `aborted`, anything unknown `internal`. */
export function toCozeChatError(value: unknown): CozeChatError {
  if (isCozeChatError(value)) return value
  if (value instanceof Error && value.name === 'AbortError') {
    return new CozeChatError('aborted', 'The call was stopped.', { cause: value })
  }
  return new CozeChatError('internal', 'Something unexpected happened.', { cause: value })
}
