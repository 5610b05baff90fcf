import type { BodyLimits, BodyResult } from './body.ts'
import { ServiceError } from './service-error.ts'
import type { ServiceRequest } from './service-request.ts'

/** For a body that other code has read before the service. */
export const BODY_TAKEN =
  'The body of a request had been read by other code before the service got it. Mount the service in front of body parsers, or let the parser leave what it has read in request.body or request.rawBody.'

/**
 * The text of a request's body; no promise where the whole body is at hand.
 * @throws ServiceError `too_large`, or `bad_request` for a body that is broken or takes too long
 */
export function readRequestText(request: ServiceRequest, limits: BodyLimits): string | Promise<string> {
  const { maxBytes, timeoutMs, clock } = limits
  if (Number(request.header('content-length') ?? 0) > maxBytes) throw new ServiceError('too_large')
  const body = request.readText(maxBytes, timeoutMs, clock)
  return body instanceof Promise ? body.then(textOf) : textOf(body)
}

function textOf(body: BodyResult): string {
  if ('text' in body) return body.text
  throw new ServiceError(body.failure === 'too_large' ? 'too_large' : 'bad_request', {
    advice: body.failure === 'taken' ? BODY_TAKEN : undefined,
  })
}
