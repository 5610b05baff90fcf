import { isCozeChatError } from '../../errors.ts'
import type { Clock } from '../../platform/clock.ts'
import { ServiceError } from '../http/service-error.ts'
import { HOOK_LIMIT_MS } from '../operations/call-hook.ts'
import type { EventSink } from '../operations/events.ts'
import { failureName, failureSite, SupplierOutage } from '../resilience/at-fault.ts'
import { TimeLimitError, withTimeout } from '../resilience/with-timeout.ts'
import { IdentityTokenRefusal } from './identity-token/identity-token-refusal.ts'

const MAX_ID_BYTES = 512
const RETRY_AFTER_SECONDS = 2
const MEANWHILE = 'Such requests get 503 until that is mended: nobody knows whether a user is there.'

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
    events.emit({ type: 'identify_failed', reason: 'threw_or_timed_out', ...adviceForFailure(cause) })
    throw new ServiceError('identity_unavailable', { retryAfterSeconds: RETRY_AFTER_SECONDS, cause })
  }
  if (id === null) return null
  if (isUserId(id)) return id
  events.emit({ type: 'identify_failed', reason: 'not_a_string_id_or_null', advice: adviceForValue(id) })
  throw new ServiceError('identity_unavailable', { retryAfterSeconds: RETRY_AFTER_SECONDS })
}

/** Never the message of the error, which may hold a secret. */
function adviceForFailure(error: unknown): { cause: string; at?: string; advice?: string } {
  const cause = failureName(error)
  // Whoever keeps the keys of identity tokens was down, and its own event says so.
  if (error instanceof SupplierOutage) return { cause }
  if (error instanceof TimeLimitError)
    return { cause, advice: `identify took more than ${HOOK_LIMIT_MS / 1000} s. ${MEANWHILE}` }
  // Messages of this package hold no secrets.
  if (isCozeChatError(error)) return { cause, advice: `${error.message} ${MEANWHILE}` }
  const at = failureSite(error)
  const place = at === undefined ? '' : ` at ${at}`
  return { cause, ...(at !== undefined && { at }), advice: `identify threw ${cause}${place}. ${MEANWHILE}` }
}

function adviceForValue(id: unknown): string {
  const found =
    id === ''
      ? 'an empty text'
      : typeof id === 'string'
        ? 'a text that is no id'
        : id === undefined
          ? 'undefined'
          : `a value of the type ${typeof id}`
  return `identify returned ${found}, and must return the id of the user (a text of at most ${MAX_ID_BYTES} bytes of well-formed UTF-8), or null for nobody. ${MEANWHILE}`
}

function isUserId(value: unknown): value is VerifiedUserId {
  if (typeof value !== 'string' || value === '' || value.length > MAX_ID_BYTES) return false
  return new TextEncoder().encode(value).length <= MAX_ID_BYTES && isWellFormed(value)
}

/** UTF-8 cannot write a lone surrogate: names are derived from UTF-8, so two users could get the same one. */
function isWellFormed(text: string): boolean {
  return !/[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/.test(text)
}
