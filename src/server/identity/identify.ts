import { isCozeChatError } from '../../errors.ts'
import type { Clock } from '../../platform/clock.ts'
import { ServiceError } from '../http/service-error.ts'
import { HOOK_LIMIT_MS } from '../operations/call-hook.ts'
import type { EventSink } from '../operations/events.ts'
import { failureName } from '../resilience/at-fault.ts'
import { withTimeout } from '../resilience/with-timeout.ts'
import { IdentityTokenRefusal } from './identity-token/identity-token-refusal.ts'

const MAX_ID_BYTES = 512
const RETRY_AFTER_SECONDS = 2

declare const verifiedUserId: unique symbol

/** A user id that the site's own `identify` returned. Only this file makes one, so nothing else can reach a user's history. */
export type VerifiedUserId = string & { readonly [verifiedUserId]: true }

/**
 * Tells who is signed in, from the site's own session: the user's id (at most 512 bytes of UTF-8), or `null` for nobody.
 * A throw, a wait of more than 3 s or any other value gets 503 `identity_unavailable` and never an anonymous session.
 * A thrown `CozeChatError` with the code `signed_out` gets 401.
 * @example
 * identify: async (request) => (await readSession(request))?.userId ?? null
 */
export type Identify = (request: Request) => string | null | Promise<string | null>

/**
 * Asks the site who is signed in.
 * @throws ServiceError `signed_out` or `identity_unavailable`
 */
export async function identifyUser(
  identify: Identify,
  request: Request,
  clock: Clock,
  events: EventSink,
): Promise<VerifiedUserId | null> {
  let id: unknown
  try {
    id = await withTimeout(HOOK_LIMIT_MS, clock, async () => identify(request))
  } catch (cause) {
    if (isCozeChatError(cause) && cause.code === 'signed_out') {
      throw new ServiceError('signed_out', {
        advice: cause instanceof IdentityTokenRefusal ? cause.advice : undefined,
      })
    }
    events.emit({ type: 'identify_failed', reason: 'threw_or_timed_out', cause: failureName(cause) })
    throw new ServiceError('identity_unavailable', { retryAfterSeconds: RETRY_AFTER_SECONDS, cause })
  }
  if (id === null) return null
  if (isUserId(id)) return id
  events.emit({ type: 'identify_failed', reason: 'not_a_string_id_or_null' })
  throw new ServiceError('identity_unavailable', { retryAfterSeconds: RETRY_AFTER_SECONDS })
}

function isUserId(value: unknown): value is VerifiedUserId {
  if (typeof value !== 'string' || value === '' || value.length > MAX_ID_BYTES) return false
  return new TextEncoder().encode(value).length <= MAX_ID_BYTES && isWellFormed(value)
}

/** UTF-8 cannot write a lone surrogate: names are derived from UTF-8, so two users could get the same one. */
function isWellFormed(text: string): boolean {
  return !/[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/.test(text)
}
