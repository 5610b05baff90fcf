import type { Clock } from '../../platform/clock.ts'
import type { IdentityKind } from '../../protocol/token-endpoint.ts'
import type { RandomBytes } from '../crypto/random-bytes.ts'
import { parseSecret } from '../crypto/secrets.ts'
import { ServiceError } from '../http/service-error.ts'
import type { ServiceRequest } from '../http/service-request.ts'
import { NO_HEADERS } from '../http/service-response.ts'
import { callHookNow } from '../operations/call-hook.ts'
import type { EventSink } from '../operations/events.ts'
import { isPromiseLike } from '../resilience/notify.ts'
import type { TokenStore } from '../store/token-store.ts'
import { type AdoptAnonymous, createAdoptOnce } from './adopt-anonymous.ts'
import { createAnonymousVisitors } from './anonymous-visitors.ts'
import { type AuthenticatedVisitor, createAuthenticatedVisitors } from './authenticated-visitor.ts'
import { createEndedTickets } from './ended-tickets.ts'
import { createFirstContacts } from './first-contacts.ts'
import { type Identify, identifyUser } from './identify.ts'
import { createSessionNamer } from './session-name.ts'
import { createSubjectTagger } from './subject.ts'
import type { TicketBinding } from './ticket-cookie.ts'
import { adviceForExpectedUser, createUnreadTokenReport } from './unknown-user.ts'
import { createUserSealer } from './user-seal.ts'
import { createVisitorTickets } from './visitor-tickets.ts'

/** What a request says about its visitor, and whether they may be a new one. */
export interface AuthenticationRequest {
  /** Ticket or client id, from the body of a token request or the bearer of a gateway request. */
  credential: string | undefined
  expect?: IdentityKind | undefined
  /** Called before a new ticket is issued; it throws to refuse. Without it there are no new visitors. */
  beforeIssue?: (() => Promise<unknown>) | undefined
}

export interface Authentication {
  visitor: AuthenticatedVisitor
  /** A ticket that was issued just now, for the visitor to keep. */
  ticket?: string
  /** This request has made the visitor: nothing of theirs can exist anywhere yet. */
  isNew?: true
  /** Headers of the response that go with the ticket (the cookie it is bound to), as a flat list. */
  headers: readonly string[]
}

export interface RequestAuthenticator {
  /**
   * Tells who sent a request: the user whom the site's `identify` names, or else the anonymous visitor whom the
   * credential proves, or else a new anonymous visitor. `undefined`: nobody is known and a new visitor is not wanted.
   * @throws ServiceError `signed_out`, `anonymous_disabled`, `identity_unavailable`, `bad_request` or `misconfigured`
   */
  authenticateRequest(request: ServiceRequest, wanted: AuthenticationRequest): Promise<Authentication | undefined>
  /** Logout: what has proved an anonymous visitor proves nobody from now on. A user's session is the site's to end. */
  end(visitor: AuthenticatedVisitor): Promise<void>
}

export interface RequestAuthenticatorOptions {
  secret: Uint8Array<ArrayBuffer>
  identify: Identify | undefined
  anonymous: 'ticket' | 'client-id' | false
  tenant: string | ((request: Request) => string)
  sessionName: ((identity: { id: string; tenant: string }) => string) | undefined
  /** Newest first. Default: `k1`, which is `secret` itself. */
  ticketSecrets: readonly { kid: string; secret: string | Uint8Array }[] | undefined
  ticketMaxAgeHours: number
  bindTicket: TicketBinding | undefined
  adoptAnonymous: AdoptAnonymous | undefined
  /** Keeps the cookies of first contacts. */
  store: TokenStore
  /** Keeps which visitors were adopted and which have logged out, as long as their tickets live. */
  records: TokenStore
  clock: Clock
  random: RandomBytes
  events: EventSink
}

/** @throws CozeChatError `misconfigured` for an unusable secret in `ticketSecrets` */
export async function createRequestAuthenticator(options: RequestAuthenticatorOptions): Promise<RequestAuthenticator> {
  const { secret, identify, anonymous, tenant, store, records, clock, random, events } = options
  const maxAgeSeconds = options.ticketMaxAgeHours * 3_600
  const visitors = createAuthenticatedVisitors(
    await createSessionNamer(secret, options.sessionName && safeNamer(options.sessionName, events)),
    await createSubjectTagger(secret),
    await createUserSealer(secret),
  )
  const anonymousVisitors = createAnonymousVisitors({
    credentialKind: anonymous === 'client-id' ? 'client-id' : 'ticket',
    bindTicket: options.bindTicket,
    firstContacts: createFirstContacts({ store, clock }),
    tickets: await createVisitorTickets({
      secrets: (options.ticketSecrets ?? [{ kid: 'k1', secret }]).map((entry) => ({
        kid: entry.kid,
        secret: parseSecret(entry.secret, 'ticketSecrets'),
      })),
      maxAgeSeconds,
      clock,
      random,
    }),
    endedTickets: createEndedTickets({ store: records, keptMs: maxAgeSeconds * 1000 }),
    visitors,
    clock,
    random,
  })
  const adoptOnce =
    options.adoptAnonymous === undefined || anonymous === false
      ? undefined
      : createAdoptOnce(options.adoptAnonymous, { store: records, keptMs: maxAgeSeconds * 1000, clock, events })

  const tellOfUnreadToken = createUnreadTokenReport({ clock, events }, identify !== undefined)

  function tenantOf(request: ServiceRequest): string {
    if (typeof tenant === 'string') return tenant
    const name = callHookNow('tenant', events, () => tenant(request.toRequest()), isName)
    if (name === undefined) throw new ServiceError('misconfigured')
    return name
  }

  async function signedInUser(
    identify: Identify,
    request: ServiceRequest,
    tenantName: string,
  ): Promise<AuthenticatedVisitor | undefined> {
    const userId = await identifyUser(identify, request.toRequest(), clock, events)
    return userId === null ? undefined : visitors.forUser(userId, tenantName)
  }

  return {
    async authenticateRequest(request, { credential, expect, beforeIssue }) {
      const tenantName = tenantOf(request)
      const mayBeUser = identify !== undefined && expect !== 'anonymous'
      const user = mayBeUser ? await signedInUser(identify, request, tenantName) : undefined
      if (user !== undefined) {
        const previous = adoptOnce && (await anonymousVisitors.find(request, credential, tenantName))
        if (previous !== undefined) await adoptOnce?.(previous, user)
        return { visitor: user, headers: NO_HEADERS }
      }
      if (expect !== 'anonymous') tellOfUnreadToken(request)
      if (expect === 'user') {
        throw new ServiceError('signed_out', { advice: adviceForExpectedUser(identify !== undefined) })
      }
      if (anonymous === false) throw new ServiceError('anonymous_disabled')
      const known = await anonymousVisitors.find(request, credential, tenantName)
      if (known !== undefined) return { visitor: known, headers: NO_HEADERS }
      if (beforeIssue === undefined) return undefined
      if (anonymous === 'client-id') throw new ServiceError('bad_request')
      await beforeIssue()
      const issued = await anonymousVisitors.create(request, tenantName)
      events.emit({ type: 'ticket_issued', subject: issued.visitor.subject })
      return { ...issued, isNew: true }
    },
    async end(visitor) {
      if (visitor.kind === 'anonymous') await anonymousVisitors.end(visitor)
    },
  }
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && value !== ''
}

type NameUser = NonNullable<RequestAuthenticatorOptions['sessionName']>

/** A hook that throws is the site's trouble and says nothing about the user (T23). What it returns is checked where names are made. */
function safeNamer(nameUser: NameUser, events: EventSink): NameUser {
  const isNotLate = (value: unknown): value is string => value !== undefined && !isPromiseLike(value)
  return (identity) => {
    const name = callHookNow('sessionName', events, () => nameUser(identity), isNotLate)
    if (name === undefined) throw new ServiceError('identity_unavailable', { retryAfterSeconds: 2 })
    return name
  }
}
