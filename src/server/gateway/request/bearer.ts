import type { ServiceRequest } from '../../http/service-request.ts'
import { isAccessPass } from '../../identity/access-pass.ts'

/** The credential of an `Authorization: Bearer` header (RFC 6750). */
export function bearerOf(request: ServiceRequest): string | undefined {
  return /^Bearer +(\S+)$/i.exec(request.header('authorization') ?? '')?.[1]
}

/** Whether a credential looks like a visitor's ticket, so that the site's `identify` need not be called. */
export function isTicket(bearer: string): boolean {
  return bearer.startsWith('v1.')
}

/** Whether a credential looks like one that this service has issued: an access pass or a visitor's ticket. */
export function isOwnCredential(bearer: string): boolean {
  return isAccessPass(bearer) || isTicket(bearer)
}
