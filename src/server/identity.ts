import { isCozeChatError } from '../errors.ts'
import type { Clock } from '../platform/clock.ts'
import type { EventSink } from './events.ts'
import { ServiceFault } from './service-fault.ts'
import { within } from './within.ts'

const IDENTIFY_LIMIT_MS = 3_000
const MAX_ID_BYTES = 512

declare const verifiedUser: unique symbol
declare const verifiedVisitor: unique symbol

/** A user id that the site's own `identify` vouched for. Nothing else can make one, so nothing else can reach a user's name. */
export type VerifiedUser = string & { readonly [verifiedUser]: true }

/** The id of an anonymous visitor who showed a ticket of ours (or, in `client-id` mode, an id of his own making). */
export type VerifiedVisitor = string & { readonly [verifiedVisitor]: true }

/**
 * Tells who is signed in, from the site's own session: the user's id, or `null` for nobody.
 * A throw, a wait of more than 3 s or any other value is answered 503, never with an anonymous session;
 * a thrown `CozeChatError('signed_out')` is answered 401.
 */
export type Identify = (request: Request) => string | null | Promise<string | null>

/** Asks the site who is signed in. */
export async function identifyUser(
  identify: Identify,
  request: Request,
  clock: Clock,
  events: EventSink,
): Promise<VerifiedUser | null> {
  let answer: unknown
  try {
    answer = await within(IDENTIFY_LIMIT_MS, clock, async () => identify(request))
  } catch (cause) {
    if (isCozeChatError(cause) && cause.code === 'signed_out') throw new ServiceFault('signed_out')
    events.emit({ type: 'identify_failed', reason: 'threw_or_timed_out' })
    throw new ServiceFault('identity_unavailable', { retryAfterSeconds: 2, cause })
  }
  if (answer === null) return null
  if (isId(answer)) return answer as VerifiedUser
  events.emit({ type: 'identify_failed', reason: 'not_a_string_id_or_null' })
  throw new ServiceFault('identity_unavailable', { retryAfterSeconds: 2 })
}

/** The rule of `anonymous: 'client-id'`: the visitor proves nothing but possession of at least 126 random bits. */
export function visitorFromClientId(id: string | undefined): VerifiedVisitor | undefined {
  return id !== undefined && /^[A-Za-z0-9_-]{21,64}$/.test(id) ? (id as VerifiedVisitor) : undefined
}

/** Ids are compared byte by byte, so a lone surrogate (which UTF-8 cannot write) would give two users one name. */
function isId(value: unknown): value is string {
  if (typeof value !== 'string' || value === '' || value.length > MAX_ID_BYTES) return false
  return new TextEncoder().encode(value).length <= MAX_ID_BYTES && isWellFormed(value)
}

function isWellFormed(text: string): boolean {
  return !/[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/.test(text)
}
