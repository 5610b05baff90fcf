/** Refusals in the shape of Coze's own API, and which of Coze's codes mean what to the gateway. */
import { VENDOR_CODES } from '../../../coze/vendor-codes.ts'

/** The codes that the gateway itself refuses requests with. */
export const REFUSED = {
  parameter: VENDOR_CODES.badParameter.number,
  chat: VENDOR_CODES.invalidChat.number,
  conversation: VENDOR_CODES.invalidConversation.number,
  message: VENDOR_CODES.invalidMessage.number,
  bot: VENDOR_CODES.invalidBot.number,
  authentication: VENDOR_CODES.authenticationInvalid.number,
  notFound: VENDOR_CODES.notFound.number,
} as const

/** For a failed turn whose event names no code. */
export const UNKNOWN_FAILURE = VENDOR_CODES.internal.number

/** Upstream's codes for "this does not exist, or is not yours". */
const MISSING: readonly number[] = [REFUSED.chat, REFUSED.conversation, REFUSED.message, REFUSED.notFound]

const MEANS_MISSING: readonly unknown[] = [...MISSING, VENDOR_CODES.noPermission.number]

/** The code itself where it is upstream's "this does not exist"; `undefined` for a code that says something else. */
export function missingCodeOf(code: number): number | undefined {
  return MISSING.find((missing) => missing === code)
}

/** Whether the error says that what was asked for is not there for this session; false for one such as 4009 (busy). */
export function meansMissing(error: unknown): boolean {
  return error instanceof VendorRefusal && MEANS_MISSING.includes(error.code)
}

/**
 * A failure that reaches the browser in Coze's own shape, for clients that were written for Coze. Code and log id are
 * upstream's. Its text is not passed on, because it may quote anything.
 */
export class VendorRefusal extends Error {
  override readonly name = 'VendorRefusal'
  readonly code: number | string
  /** HTTP status of the response; Coze refuses most requests with 200. */
  readonly status: number
  /** Coze's log id, empty where there is none. */
  readonly logId: string
  /** Upstream's `Retry-After` header. */
  readonly retryAfter: string | null

  constructor(
    code: number | string,
    {
      status = 200,
      logId = '',
      retryAfter = null,
    }: { status?: number; logId?: string; retryAfter?: string | null } = {},
  ) {
    super(`The request was refused with Coze's code ${code}.`)
    this.code = code
    this.status = status
    this.logId = logId
    this.retryAfter = retryAfter
  }
}

/** The same refusal for what does not exist and for what belongs to another visitor, so that nothing tells the two apart (T3). */
export function refuse(code: number): VendorRefusal {
  return new VendorRefusal(code)
}
