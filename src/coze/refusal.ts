/** What a refusal of Coze's means. A chunk of its own: it is read when the first one comes. */
import { CozeChatError } from '../errors.ts'
import type { Clock } from '../platform/clock.ts'
import { errorFromVendor, isAuthCode } from './coze-errors.ts'
import { parseObject } from './event-stream.ts'
import type { WireFailure } from './wire.ts'

export { isAuthCode }

/** The error that an answer stands for which is no success. */
export function readRefusal({ ok, status, headers }: Response, text: string, clock: Clock): CozeChatError {
  const body = parseObject<WireFailure>(text)
  if (ok && body === undefined) {
    return new CozeChatError(
      'bad_response',
      "The answer is not the Open API's; is apiBase right, or is this a login page?",
      { retryable: true },
    )
  }
  // A status of 401 decides whatever the body says, because a proxy may have written either.
  const named = Number(body?.code ?? 0) !== 0 && (status !== 401 || isAuthCode(body?.code))
  const code = (named && body?.code) || status
  const logId = body?.detail?.logid ?? headers.get('x-tt-logid') ?? undefined
  const retryAfterMs = readRetryAfter(headers.get('retry-after'), clock.now())
  return errorFromVendor(code, { ...(logId && { logId }), ...(retryAfterMs !== undefined && { retryAfterMs }) })
}

/** Seconds or an HTTP date; at most 5 minutes. */
function readRetryAfter(header: string | null, nowMs: number): number | undefined {
  if (header === null) return undefined
  const ms = /^\d+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - nowMs
  return Number.isNaN(ms) ? undefined : Math.min(Math.max(0, ms), 5 * 60_000)
}
