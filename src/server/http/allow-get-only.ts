import { ServiceError } from './service-error.ts'
import type { ServiceRequest } from './service-request.ts'

/** @throws ServiceError `method_not_allowed` for anything but GET and HEAD */
export function allowGetOnly({ method }: ServiceRequest): void {
  if (method !== 'GET' && method !== 'HEAD') throw new ServiceError('method_not_allowed', { headers: ['allow', 'GET'] })
}
