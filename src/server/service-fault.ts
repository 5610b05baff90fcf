import type { ServiceErrorCode } from '../contract.ts'

/** What stops a request: a code of the contract and, where waiting helps, how long. It never carries a text for the outside. */
export class ServiceFault extends Error {
  override readonly name = 'ServiceFault'
  readonly code: ServiceErrorCode
  readonly retryAfterSeconds: number | undefined
  /** Headers that only this refusal needs, as flat name and value pairs. */
  readonly headers: readonly string[]

  constructor(
    code: ServiceErrorCode,
    options: { retryAfterSeconds?: number; headers?: readonly string[]; cause?: unknown } = {},
  ) {
    super(code, options.cause === undefined ? undefined : { cause: options.cause })
    this.code = code
    this.retryAfterSeconds = options.retryAfterSeconds
    this.headers = options.headers ?? []
  }
}
