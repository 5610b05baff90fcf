/** Codes of coze-contract.md 7.1 that the gateway itself answers with. */
export const REFUSED = {
  parameter: 4000,
  chat: 4001,
  conversation: 4002,
  message: 4005,
  bot: 4006,
  authentication: 4100,
  notFound: 4200,
} as const

/**
 * A failure in the vendor's own shape, for clients that were written for the vendor. Code and log id are upstream's; its
 * text is not passed on, since nobody knows what it quotes.
 */
export class VendorRefusal extends Error {
  override readonly name = 'VendorRefusal'
  readonly code: number | string
  readonly status: number
  readonly logId: string
  readonly retryAfter: string | null

  constructor(
    code: number | string,
    {
      status = 200,
      logId = '',
      retryAfter = null,
    }: { status?: number; logId?: string; retryAfter?: string | null } = {},
  ) {
    super(`refused with code ${code}`)
    this.code = code
    this.status = status
    this.logId = logId
    this.retryAfter = retryAfter
  }
}

/** The answer for what is missing and for what is somebody else's: nothing in it tells which. */
export function refuse(code: number): VendorRefusal {
  return new VendorRefusal(code)
}
