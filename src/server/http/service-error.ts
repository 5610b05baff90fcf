import type { ServiceErrorCode } from '../../protocol/token-endpoint.ts'

/** A refused or failed request: a code of the protocol and, where waiting helps, for how long. It carries no text for the outside. */
export class ServiceError extends Error {
  override readonly name = 'ServiceError'
  readonly code: ServiceErrorCode
  readonly retryAfterSeconds: number | undefined
  /** Headers that only this refusal needs, as a flat list: name, value, name, value. */
  readonly headers: readonly string[]
  /** For the owner's log alone: what is wrong and what cures it, in whole sentences without secrets. */
  readonly advice: string | undefined

  constructor(
    code: ServiceErrorCode,
    options: {
      retryAfterSeconds?: number
      headers?: readonly string[]
      advice?: string | undefined
      cause?: unknown
    } = {},
  ) {
    super(code, options.cause === undefined ? undefined : { cause: options.cause })
    this.code = code
    this.retryAfterSeconds = options.retryAfterSeconds
    this.headers = options.headers ?? []
    this.advice = options.advice
  }
}
