/** Refusals of Coze's as errors and problems of ours. No word of the vendor's is passed on, since nobody knows what it quotes. */
import type { ChatProblem } from '../chat/chat-state.ts'
import { CozeChatError, type CozeChatErrorOptions } from '../errors.ts'
import { readRetryAfterMs } from '../platform/retry-after.ts'
import { parseObject } from './parse-object.ts'
import { mayFreshTokenHelp, VENDOR_CODES, vendorCode } from './vendor-codes.ts'
import type { WireFailure } from './wire/envelope.ts'
import { printedCode } from './wire/studio.ts'

/** A chat that waits longer than this looks broken, so a `Retry-After` above it is not obeyed to the end. */
const MAX_RETRY_AFTER_MS = 5 * 60_000

/** @param code a body code, spelled as number or text, or an HTTP status. */
export function errorFromVendor(code: number | string, facts: CozeChatErrorOptions = {}): CozeChatError {
  const { error, retryable = false } = vendorCode(code)
  const upstreamCode = String(code)
  return new CozeChatError(error, `Coze refused the call with code ${upstreamCode}.`, {
    retryable,
    upstreamCode,
    ...facts,
  })
}

/** The same as a value, for failures inside a stream. */
export function problemFromVendor(code: number | string, logId: string | undefined): ChatProblem {
  const { error, retryable = false } = vendorCode(code)
  return { code: error, retryable, upstreamCode: String(code), ...(logId && { logId }) }
}

/**
 * @param response one that is no success, by its status or by the code in its body
 * @param text its body
 */
export function errorFromResponse({ ok, status, headers }: Response, text: string, nowMs: number): CozeChatError {
  const isEvent = headers.get('content-type')?.includes('event-stream') === true
  // Coze Studio's event `error` may be plain text.
  const body =
    parseObject<WireFailure>(text) ?? (isEvent ? { code: VENDOR_CODES.internal.number, msg: text } : undefined)
  if (ok && body === undefined) {
    return new CozeChatError(
      'bad_response',
      "The answer is not the Open API's; is apiBase right, or is this a login page?",
      { retryable: true },
    )
  }
  const logId = body?.detail?.logid ?? headers.get('x-tt-logid') ?? undefined
  const retryAfterMs = readRetryAfterMs(headers.get('retry-after'), nowMs)
  return errorFromVendor(printedCode(body?.msg ?? text) ?? refusalCode(status, body?.code), {
    ...(logId && { logId }),
    ...(retryAfterMs !== undefined && { retryAfterMs: Math.min(retryAfterMs, MAX_RETRY_AFTER_MS) }),
  })
}

/** The body's code is the more exact one. But a status of 401 decides whatever the body says, because a proxy may have written either. */
function refusalCode(status: number, bodyCode: number | string = 0): number | string {
  if (Number(bodyCode) === 0) return status
  return status === 401 && !mayFreshTokenHelp(bodyCode) ? status : bodyCode
}
