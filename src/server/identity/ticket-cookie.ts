import { base64url } from 'jose'
import type { RandomBytes } from '../crypto/random-bytes.ts'
import type { ServiceRequest } from '../http/service-request.ts'

/**
 * The HttpOnly cookie that tickets are bound to. `cookie`: `SameSite=Strict`, for pages of the service's own site.
 * `cookie-cross-site`: `SameSite=None; Partitioned`, for frames on other sites.
 */
export type TicketBinding = 'cookie' | 'cookie-cross-site'

const COOKIE_NAME = '__Host-chat'
const COOKIE_BYTES = 16
const COOKIE = new RegExp(`(?:^|;\\s*)${COOKIE_NAME}=([A-Za-z0-9_-]{22})(?:;|$)`)
const COOKIE_ATTRIBUTES: Record<TicketBinding, string> = {
  cookie: 'Path=/; Secure; HttpOnly; SameSite=Strict',
  'cookie-cross-site': 'Path=/; Secure; HttpOnly; SameSite=None; Partitioned',
}

export function readTicketCookie(request: ServiceRequest): string | undefined {
  return COOKIE.exec(request.header('cookie') ?? '')?.[1]
}

export function createTicketCookie(random: RandomBytes): string {
  return base64url.encode(random(COOKIE_BYTES))
}

/** The headers that set the cookie, as a flat list. */
export function ticketCookieHeaders(binding: TicketBinding, cookie: string): readonly string[] {
  return ['set-cookie', `${COOKIE_NAME}=${cookie}; ${COOKIE_ATTRIBUTES[binding]}`]
}

/** What a ticket holds of its cookie: the SHA-256 hash in base64url. */
export async function hashTicketCookie(cookie: string): Promise<string> {
  return base64url.encode(new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(cookie))))
}
