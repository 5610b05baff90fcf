import { base64url } from 'jose'
import { LRUCache } from 'lru-cache'
import type { IdentityKind } from '../contract.ts'
import type { Clock } from '../platform/clock.ts'
import type { Call } from './call.ts'
import type { EventSink } from './events.ts'
import {
  type Identify,
  identifyUser,
  type VerifiedUser,
  type VerifiedVisitor,
  visitorFromClientId,
} from './identity.ts'
import { ServiceFault } from './service-fault.ts'
import type { SessionName, SessionNamer } from './session-name.ts'
import type { SubjectTagger } from './subject.ts'
import type { TicketDesk } from './ticket.ts'

/** Whom a request speaks for, once the server has checked it. */
export interface Principal {
  readonly kind: IdentityKind
  readonly tenant: string
  readonly sessionName: SessionName
  readonly subject: string
}

export interface Resolution {
  principal: Principal
  /** A ticket made just now, for the visitor to keep. */
  ticket?: string
  /** Flat headers that go with it (the cookie it is bound to). */
  headers: readonly string[]
}

export interface ResolveOptions {
  /** The visitor's credential, from the body of a token request or the bearer of a gateway call. */
  credential: string | undefined
  expect?: IdentityKind | undefined
  /** Asked before a new ticket is made; throws to refuse. Absent: no new visitor, the answer is `undefined`. */
  beforeIssue?: (() => Promise<unknown>) | undefined
}

/** `cookie`: `SameSite=Strict`, first party only. `cookie-cross-site`: `SameSite=None; Partitioned`, for frames on other sites. */
export type TicketBinding = 'cookie' | 'cookie-cross-site'

export type AdoptAnonymous = (
  previous: { sessionName: string; subject: string },
  next: { sessionName: string; subject: string },
) => void | Promise<void>

export interface PrincipalDesk {
  /** @throws ServiceFault */
  resolve(call: Call, options: ResolveOptions): Promise<Resolution | undefined>
}

const MAX_REMEMBERED = 10_000
const COOKIE_NAME = '__Host-chat'
const COOKIE = new RegExp(`(?:^|;\\s*)${COOKIE_NAME}=([A-Za-z0-9_-]{22})(?:;|$)`)
const COOKIE_ATTRIBUTES: Record<TicketBinding, string> = {
  cookie: 'Path=/; Secure; HttpOnly; SameSite=Strict',
  'cookie-cross-site': 'Path=/; Secure; HttpOnly; SameSite=None; Partitioned',
}

interface Remembered {
  principal: Principal
  /** Wall clock; `Infinity` for those that do not age. */
  expiresAtMs: number
}

/**
 * Resolves a request to a principal: `identify` first, then the visitor's ticket, then a new visitor.
 * What was verified once is remembered (bounded), so that the cached path does no cryptography.
 */
export function createPrincipalDesk(options: {
  identify?: Identify | undefined
  anonymous: 'ticket' | 'client-id' | false
  bindTicket?: TicketBinding | undefined
  tenant: string | ((request: Request) => string)
  adoptAnonymous?: AdoptAnonymous | undefined
  names: SessionNamer
  subjects: SubjectTagger
  tickets: TicketDesk
  clock: Clock
  random: (length: number) => Uint8Array
  events: EventSink
}): PrincipalDesk {
  const { identify, anonymous, bindTicket, adoptAnonymous, names, subjects, tickets, clock, random, events } = options
  const remembered = new LRUCache<string, Remembered>({ max: MAX_REMEMBERED })
  const adopted = new LRUCache<string, true>({ max: MAX_REMEMBERED })

  function tenantOf(call: Call): string {
    if (typeof options.tenant === 'string') return options.tenant
    const tenant: unknown = options.tenant(call.toRequest())
    if (typeof tenant === 'string' && tenant !== '') return tenant
    events.emit({ type: 'hook_failed', hook: 'tenant' })
    throw new ServiceFault('misconfigured')
  }

  async function userPrincipal(user: VerifiedUser, tenant: string): Promise<Principal> {
    const key = JSON.stringify(['user', tenant, user])
    const known = remembered.get(key)
    if (known !== undefined) return known.principal
    const principal: Principal = {
      kind: 'user',
      tenant,
      sessionName: await names.forUser(user, tenant),
      subject: await subjects('user', tenant, user),
    }
    remembered.set(key, { principal, expiresAtMs: Number.POSITIVE_INFINITY })
    return principal
  }

  async function visitorPrincipal(visitor: VerifiedVisitor, tenant: string): Promise<Principal> {
    return {
      kind: 'anonymous',
      tenant,
      sessionName: await names.forVisitor(visitor, tenant),
      subject: await subjects('anonymous', tenant, visitor),
    }
  }

  /** The visitor behind a credential, or `undefined` when it proves nothing (any more). */
  async function knownVisitor(call: Call, credential: string | undefined, tenant: string) {
    if (credential === undefined) return undefined
    const cookie = bindTicket === undefined ? undefined : cookieOf(call)
    if (bindTicket !== undefined && cookie === undefined) return undefined
    const key = `${tenant}\0${cookie ?? ''}\0${credential}`
    const known = remembered.get(key)
    if (known !== undefined) {
      if (clock.now() <= known.expiresAtMs) return known.principal
      remembered.delete(key)
    }
    const visitor = await verify(credential, tenant, cookie)
    if (visitor === undefined) return undefined
    const principal = await visitorPrincipal(visitor.id, tenant)
    remembered.set(key, { principal, expiresAtMs: visitor.expiresAtMs })
    return principal
  }

  async function verify(credential: string, tenant: string, cookie: string | undefined) {
    if (anonymous === 'ticket') return tickets.verify(credential, tenant, cookie && (await hashOf(cookie)))
    const id = visitorFromClientId(credential)
    return id && { id, expiresAtMs: Number.POSITIVE_INFINITY }
  }

  async function newVisitor(call: Call, tenant: string): Promise<Resolution> {
    const headers: string[] = []
    let binding: string | undefined
    if (bindTicket !== undefined) {
      let cookie = cookieOf(call)
      if (cookie === undefined) {
        cookie = base64url.encode(random(16))
        headers.push('set-cookie', `${COOKIE_NAME}=${cookie}; ${COOKIE_ATTRIBUTES[bindTicket]}`)
      }
      binding = await hashOf(cookie)
    }
    const { ticket, visitor } = await tickets.issue(tenant, binding)
    const principal = await visitorPrincipal(visitor.id, tenant)
    events.emit({ type: 'ticket_issued', subject: principal.subject })
    return { principal, ticket, headers }
  }

  /** Tells the site once that a visitor with a chat has signed in; we merge nothing ourselves. */
  async function adopt(call: Call, credential: string | undefined, next: Principal): Promise<void> {
    if (adoptAnonymous === undefined || anonymous === false) return
    const previous = await knownVisitor(call, credential, next.tenant)
    if (previous === undefined) return
    const key = `${previous.subject}>${next.subject}`
    if (adopted.has(key)) return
    adopted.set(key, true)
    const view = ({ sessionName, subject }: Principal) => ({ sessionName, subject })
    try {
      await adoptAnonymous(view(previous), view(next))
    } catch {
      adopted.delete(key)
      events.emit({ type: 'hook_failed', hook: 'adoptAnonymous' })
    }
  }

  return {
    async resolve(call, { credential, expect, beforeIssue }) {
      const tenant = tenantOf(call)
      if (identify !== undefined && expect !== 'anonymous') {
        const user = await identifyUser(identify, call.toRequest(), clock, events)
        if (user !== null) {
          const principal = await userPrincipal(user, tenant)
          await adopt(call, credential, principal)
          return { principal, headers: [] }
        }
      }
      if (expect === 'user') throw new ServiceFault('signed_out')
      if (anonymous === false) throw new ServiceFault('anonymous_disabled')
      const principal = await knownVisitor(call, credential, tenant)
      if (principal !== undefined) return { principal, headers: [] }
      if (beforeIssue === undefined) return undefined
      if (anonymous === 'client-id') throw new ServiceFault('bad_request')
      await beforeIssue()
      return newVisitor(call, tenant)
    },
  }
}

function cookieOf(call: Call): string | undefined {
  return COOKIE.exec(call.header('cookie') ?? '')?.[1]
}

async function hashOf(cookie: string): Promise<string> {
  return base64url.encode(new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(cookie))))
}
