/** Refusals of Coze's as errors and problems of ours. No word of the vendor's is passed on, since nobody knows what it quotes. */
import type { ChatProblem } from '../chat/chat-state.ts'
import { CozeChatError, type CozeChatErrorOptions } from '../errors.ts'
import { readRetryAfterMs } from '../platform/retry-after.ts'
import { parseObject, type Uncertain } from './parse-object.ts'
import { mayFreshTokenHelp, VENDOR_CODES, vendorCode } from './vendor-codes.ts'
import type { WireTurnFailure } from './wire/chat.ts'
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
export function problemFromFailure({ last_error, detail, ...bare }: Uncertain<WireTurnFailure>): ChatProblem {
  const { code = VENDOR_CODES.internal.number, msg } = last_error ?? bare
  const printed = printedCode(msg) ?? code
  const { error, retryable = false } = vendorCode(printed)
  return { code: error, retryable, upstreamCode: String(printed), ...(detail?.logid && { logId: detail.logid }) }
}

const TURN_HAS_ENDED: readonly string[] = [VENDOR_CODES.cannotCancel, VENDOR_CODES.studioCannotCancel].map(
  ({ number }) => String(number),
)

/** Coze cannot cancel the turn in its state. */
export function meansTurnHasEnded(upstreamCode = ''): boolean {
  return TURN_HAS_ENDED.includes(upstreamCode)
}

/** See `RefusalReader.error`. */
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
