import { LRUCache } from 'lru-cache'
import type { Clock } from '../../platform/clock.ts'
import type { RandomBytes } from '../crypto/random-bytes.ts'
import type { ServiceRequest } from '../http/service-request.ts'
import { anonymousIdFromClient } from './anonymous-id.ts'
import type { AuthenticatedVisitor, AuthenticatedVisitors } from './authenticated-visitor.ts'
import type { EndedTickets } from './ended-tickets.ts'
import type { FirstContacts } from './first-contacts.ts'
import {
  createTicketCookie,
  hashTicketCookie,
  readTicketCookie,
  type TicketBinding,
  ticketCookieHeaders,
} from './ticket-cookie.ts'
import type { TicketHolder, VisitorTickets } from './visitor-tickets.ts'

const MAX_REMEMBERED = 10_000

export interface AnonymousVisitors {
  /**
   * The visitor whom a credential (ticket or client id) proves; `undefined` when it proves nobody, is missing, or is the ticket of
   * somebody who has logged out.
   */
  find(
    request: ServiceRequest,
    credential: string | undefined,
    tenant: string,
  ): Promise<AuthenticatedVisitor | undefined>
  /** A new visitor, their ticket, and the headers that set the cookie it is bound to. */
  create(
    request: ServiceRequest,
    tenant: string,
  ): Promise<{ visitor: AuthenticatedVisitor; ticket: string; headers: readonly string[] }>
  /** Logout: the visitor's ticket proves nobody from now on. An id that the browser has made is its own to show again. */
  end(visitor: AuthenticatedVisitor): Promise<void>
}

/** Whom a credential proves, where, and until when. */
interface ProvenVisitor {
  readonly visitor: AuthenticatedVisitor
  readonly tenant: string
  readonly cookie: string | undefined
  readonly expiresAtMs: number
}

/** Credentials that were verified are remembered, so that the next request with one needs no cryptography. */
export function createAnonymousVisitors(options: {
  credentialKind: 'ticket' | 'client-id'
  bindTicket: TicketBinding | undefined
  firstContacts: FirstContacts
  tickets: VisitorTickets
  endedTickets: EndedTickets
  visitors: AuthenticatedVisitors
  clock: Clock
  random: RandomBytes
}): AnonymousVisitors {
  const { credentialKind, bindTicket, firstContacts, tickets, endedTickets, visitors, clock, random } = options
  const remembered = new LRUCache<string, ProvenVisitor>({ max: MAX_REMEMBERED })

  async function verify(
    credential: string,
    tenant: string,
    cookie: string | undefined,
  ): Promise<TicketHolder | undefined> {
    if (credentialKind === 'ticket') {
      return tickets.verify(credential, tenant, cookie === undefined ? undefined : await hashTicketCookie(cookie))
    }
    const id = anonymousIdFromClient(credential)
    return id && { id, expiresAtMs: Number.POSITIVE_INFINITY }
  }

  async function prove(
    credential: string,
    tenant: string,
    cookie: string | undefined,
  ): Promise<AuthenticatedVisitor | undefined> {
    const holder = await verify(credential, tenant, cookie)
    if (holder === undefined) return undefined
    const visitor = await visitors.forAnonymous(holder.id, tenant)
    remembered.set(credential, { visitor, tenant, cookie, expiresAtMs: holder.expiresAtMs })
    return visitor
  }

  return {
    async find(request, credential, tenant) {
      if (credential === undefined) return undefined
      const cookie = bindTicket === undefined ? undefined : readTicketCookie(request)
      if (bindTicket !== undefined && cookie === undefined) return undefined
      const known = remembered.get(credential)
      // What proves somebody at one site, or beside one cookie, proves nobody elsewhere.
      const isProven = known !== undefined && known.tenant === tenant && known.cookie === cookie
      const isKnown = isProven && clock.now() <= known.expiresAtMs
      const visitor = isKnown ? known.visitor : await prove(credential, tenant, cookie)
      if (visitor === undefined || credentialKind === 'client-id') return visitor
      return (await endedTickets.has(visitor)) ? undefined : visitor
    },

    async create(request, tenant) {
      const held = bindTicket === undefined ? undefined : readTicketCookie(request)
      const isNew = bindTicket !== undefined && held === undefined
      const cookie = isNew ? await firstContacts.cookieFor(request, () => createTicketCookie(random)) : held
      const { ticket, holder } = await tickets.issue(
        tenant,
        cookie === undefined ? undefined : await hashTicketCookie(cookie),
      )
      const headers = isNew && cookie !== undefined ? ticketCookieHeaders(bindTicket, cookie) : []
      return { visitor: await visitors.forAnonymous(holder.id, tenant), ticket, headers }
    },

    async end(visitor) {
      if (credentialKind === 'ticket') await endedTickets.add(visitor)
    },
  }
}
