/** Coze's body codes and HTTP statuses -> our closed list of codes (coze-contract.md 7.1). */
import type { ChatProblem } from '../chat/chat-state.ts'
import { CozeChatError, type CozeChatErrorOptions, type ErrorCode } from '../errors.ts'

/** Grouped by what they become; anything not listed is `upstream_error`. Nine-digit codes are coze-studio's. */
const VENDOR_CODES: readonly (readonly [ErrorCode, ...number[]])[] = [
  ['invalid_request', 400, 4000, 4003, 4004, 4005, 4007, 4021, 4104, 4314, 4315, 103000000, 103200005],
  ['unauthorized', 401, 4100, 700012006, 103000001],
  ['permission_denied', 403, 4101],
  ['conversation_not_found', 404, 4001, 4002, 4200, 103000002, 720702204],
  ['agent_not_found', 4006, 103100002],
  ['quota_exceeded', 4008, 4028, 4033],
  ['account_problem', 4011, 4012, 4019, 4022, 4027, 788788103],
  ['rate_limited', 429, 4013, 4020],
  ['input_too_long', 413, 4010],
  ['not_published', 4015, 702242003],
  ['conversation_busy', 4016],
  ['content_refused', 4102, 4105],
  ['upload_refused', 4300, 4301, 4302, 4303, 4304],
]

const RETRYABLE: readonly ErrorCode[] = ['rate_limited', 'conversation_busy', 'upstream_error', 'network', 'timeout']

/** What Coze answers to a token it does not (or no longer) accept, as HTTP status or as body code. */
const AUTH_CODES = new Set(['401', '4100', '4101', '700012006'])

function classify(vendorCode: string): { code: ErrorCode; retryable: boolean } {
  const code = VENDOR_CODES.find((group) => group.includes(Number(vendorCode)))?.[0] ?? 'upstream_error'
  return { code, retryable: RETRYABLE.includes(code) }
}

/** @param vendorCode a body code, spelled as number or text, or an HTTP status. */
export function errorFromVendor(vendorCode: number | string, facts: CozeChatErrorOptions = {}): CozeChatError {
  const upstreamCode = String(vendorCode)
  const { code, retryable } = classify(upstreamCode)
  return new CozeChatError(code, `Coze refused the call with code ${upstreamCode}.`, {
    retryable,
    upstreamCode,
    ...facts,
  })
}

/** The same as a value, for failures inside a stream. */
export function problemFromVendor(vendorCode: number | string, logId: string | undefined): ChatProblem {
  const upstreamCode = String(vendorCode)
  return { ...classify(upstreamCode), upstreamCode, ...(logId && { logId }) }
}

/** True when a fresh token may help. */
export function isAuthCode(vendorCode: number | string | undefined): boolean {
  return AUTH_CODES.has(String(vendorCode))
}
