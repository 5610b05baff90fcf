import * as v from 'valibot'
import { parseJson } from '../../platform/parse-json.ts'
import { readRetryAfterMs } from '../../platform/retry-after.ts'
import type { ServiceErrorCode } from '../../protocol/token-endpoint.ts'
import { cleanText } from '../http/clean-text.ts'

const MAX_LIFE_SECONDS = 86_460
/** An `expires_in` above this is a moment (Unix seconds), below it a duration (docs/coze.md 1.3). */
const EPOCH_THRESHOLD = 1_000_000_000
const MAX_RETRY_AFTER_SECONDS = 300

export interface ExchangedToken {
  accessToken: string
  /** What is left of its life, in milliseconds. */
  lifeMs: number
}

/** A try that failed, and what may be done about it. */
export interface ExchangeFailure {
  code: ServiceErrorCode
  /** `retry`: the same again may succeed. `correct`: another key or another time may. `stop`: nothing will. */
  next: 'retry' | 'correct' | 'stop'
  upstreamCode?: string
  logId?: string
  /** What happened where Coze did not answer, in one word. */
  cause?: string
  /** Coze's time minus ours, in milliseconds, if it told its time. */
  skewMs?: number
  retryAfterSeconds?: number
}

const TokenSchema = v.object({
  access_token: v.pipe(v.string(), v.minLength(1), v.maxLength(8_192), v.regex(/^[\x21-\x7e]+$/)),
  expires_in: v.pipe(v.union([v.number(), v.pipe(v.string(), v.regex(/^\d{1,12}$/), v.transform(Number))]), v.finite()),
})
const ErrorSchema = v.object({
  error_code: v.optional(v.union([v.string(), v.number()])),
  error: v.optional(v.string()),
  code: v.optional(v.union([v.string(), v.number()])),
})

/**
 * Reads the response of Coze's token endpoint. A failure keeps Coze's code and log id but none of its text, which may
 * quote the assertion (F80).
 * @param call `nowMs`: our time when it arrived, milliseconds since the epoch; `tookMs`: since the request was sent, as the token
 * may be as old by now; `wantedSeconds`: the life that was asked for
 */
export function readExchangeResponse(
  response: Response,
  body: string,
  call: ExchangeCall,
): ExchangedToken | ExchangeFailure {
  const { nowMs } = call
  const json = parseJson(body)
  const dateMs = Date.parse(response.headers.get('date') ?? '')
  const skewMs = Number.isNaN(dateMs) ? undefined : dateMs - nowMs
  const token = response.status === 200 ? readToken(json, skewMs, call) : undefined
  return token ?? readFailure(response, json, nowMs, skewMs)
}

export interface ExchangeCall {
  readonly nowMs: number
  readonly tookMs: number
  readonly wantedSeconds: number
}

function readToken(
  json: unknown,
  skewMs: number | undefined,
  { nowMs, tookMs, wantedSeconds }: ExchangeCall,
): ExchangedToken | undefined {
  const token = v.safeParse(TokenSchema, json)
  if (!token.success) return undefined
  const { access_token, expires_in } = token.output
  const isMoment = expires_in > EPOCH_THRESHOLD
  // A moment was written by Coze's clock, so it is compared with that.
  const saidSeconds = isMoment ? expires_in - (nowMs + (skewMs ?? 0)) / 1000 : expires_in
  if (!(saidSeconds > 0 && saidSeconds <= MAX_LIFE_SECONDS)) return undefined
  // Where Coze does not tell its time, ours may be wrong by any amount; a token lives no longer than was asked for.
  const lifeSeconds = isMoment && skewMs === undefined ? Math.min(saidSeconds, wantedSeconds) : saidSeconds
  return { accessToken: access_token, lifeMs: Math.max(0, lifeSeconds * 1000 - tookMs) }
}

function readFailure(
  { status, headers }: Response,
  json: unknown,
  nowMs: number,
  skewMs: number | undefined,
): ExchangeFailure {
  const error = v.safeParse(ErrorSchema, json)
  const code = error.success ? (error.output.error_code ?? error.output.error ?? error.output.code) : undefined
  const upstreamCode = code === undefined ? String(status) : cleanText(String(code))
  const logId = headers.get('x-tt-logid')
  const facts = {
    upstreamCode,
    ...(skewMs !== undefined && { skewMs }),
    ...(logId !== null && { logId: cleanText(logId) }),
  }
  switch (upstreamCode) {
    case 'invalid_client':
      return { code: 'misconfigured', next: 'correct', ...facts }
    case 'invalid_request':
    case 'unsupported_grant_type':
    case 'access_deny':
      return { code: 'misconfigured', next: 'stop', ...facts }
    case 'internal_error':
      return { code: 'upstream_unavailable', next: 'retry', ...facts }
  }
  const retryAfterSeconds = readRetryAfterSeconds(headers.get('retry-after'), nowMs)
  const isWorthRetrying = status >= 500 && retryAfterSeconds === undefined
  return {
    code: 'upstream_unavailable',
    next: isWorthRetrying ? 'retry' : 'stop',
    ...facts,
    ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
  }
}

/** Whole seconds from 1 to 300. */
function readRetryAfterSeconds(header: string | null, nowMs: number): number | undefined {
  const delayMs = readRetryAfterMs(header, nowMs)
  return delayMs === undefined ? undefined : Math.min(Math.max(Math.ceil(delayMs / 1000), 1), MAX_RETRY_AFTER_SECONDS)
}
