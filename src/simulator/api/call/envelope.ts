/** The envelope that every JSON reply of the Open API comes in, for successes and for failures (docs/coze.md 4.1). */

import type { ContentfulStatusCode } from 'hono/utils/http-status'
import { VENDOR_CODES, type VendorCodeName } from '../../../coze/vendor-codes.ts'
import type { WireEnvelope, WireFailure } from '../../../coze/wire/envelope.ts'
import { failureText } from '../../world/failure-texts.ts'
import type { Simulation } from '../../world/simulation.ts'
import type { SimulatorContext } from './context.ts'

/** Ends a call with one of the vendor's codes (docs/coze.md 7.1); the app turns it into the reply. */
export class ApiFailure extends Error {
  override readonly name = 'ApiFailure'
  readonly code: number

  constructor(failure: VendorCodeName | number, message?: string, options?: ErrorOptions) {
    const code = typeof failure === 'number' ? failure : VENDOR_CODES[failure].number
    super(message ?? failureText(code), options)
    this.code = code
  }
}

export function dataReply<T>(c: SimulatorContext, data: T): Response {
  return c.json({ code: 0, msg: '', data, detail: { logid: c.get('logId') } } satisfies WireEnvelope<T>)
}

/** An envelope without `data`, for calls that have nothing to return. */
export function emptyReply(c: SimulatorContext): Response {
  return c.json({ code: 0, msg: '', detail: { logid: c.get('logId') } })
}

/** HTTP statuses while the knob `statusMode` is `mapped`. */
const STATUS_BY_CODE: Readonly<Record<number, ContentfulStatusCode>> = {
  [VENDOR_CODES.badParameter.number]: 400,
  [VENDOR_CODES.noPermission.number]: 403,
  [VENDOR_CODES.notFound.number]: 404,
  [VENDOR_CODES.modelConcurrency.number]: 429,
  [VENDOR_CODES.requestsPerMinute.number]: 429,
  [VENDOR_CODES.internal.number]: 500,
}

/** Their HTTP status is a knob of its own. */
const AUTHENTICATION_CODES: readonly number[] = [
  VENDOR_CODES.authenticationInvalid.number,
  VENDOR_CODES.accessTokenInvalid.number,
]

/** A failure as plain JSON, without a newline at its end: `@coze/api` would swallow a body that ends in one. */
export function failureReply(c: SimulatorContext, simulation: Simulation, failure: ApiFailure): Response {
  const { authStatus, statusMode } = simulation.knobs
  const isAuthentication = AUTHENTICATION_CODES.includes(failure.code)
  const body: WireFailure = { code: failure.code, msg: failure.message, detail: { logid: c.get('logId') } }
  if (isAuthentication) return c.json(body, authStatus)
  return c.json(body, statusMode === 'mapped' ? (STATUS_BY_CODE[failure.code] ?? 200) : 200)
}
