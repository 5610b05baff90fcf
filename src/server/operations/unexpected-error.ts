import { isCozeChatError } from '../../errors.ts'
import { ServiceError } from '../http/service-error.ts'
import type { ServiceRequest } from '../http/service-request.ts'
import { failureName, judgeUnexpected } from '../resilience/at-fault.ts'
import { type EventSink, refusedEvent } from './events.ts'

const RETRY_AFTER_SECONDS = 2

/**
 * The error with which a request is refused that no route has refused itself. Only its code leaves the service; the
 * details of an unexpected error go into an event.
 */
export function toServiceError(error: unknown, request: ServiceRequest, events: EventSink): ServiceError {
  if (error instanceof ServiceError) {
    events.emit(refusedEvent('other', error))
    return error
  }
  if (request.signal?.aborted === true) return new ServiceError('upstream_unavailable')
  const { atFault, code } = judgeUnexpected(error)
  events.emit({
    type: 'fault',
    atFault,
    name: failureName(error),
    // Messages of this package hold no secrets; those of others may.
    ...(isCozeChatError(error) && { message: error.message }),
  })
  return new ServiceError(code, code === 'misconfigured' ? {} : { retryAfterSeconds: RETRY_AFTER_SECONDS })
}
