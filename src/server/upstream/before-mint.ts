import type { Clock } from '../../platform/clock.ts'
import { ServiceError } from '../http/service-error.ts'
import type { ServiceRequest } from '../http/service-request.ts'
import type { AuthenticatedVisitor } from '../identity/authenticated-visitor.ts'
import { callHook } from '../operations/call-hook.ts'
import type { EventSink } from '../operations/events.ts'

/** What `beforeMint` may decide by. */
export interface MintContext {
  kind: 'user' | 'anonymous'
  /** Opaque tag of the session (`s_…`), stable for as long as the secret stays. */
  subject: string
  tenant: string
  request: Request
}

/** `true` lets the exchange happen. */
export type BeforeMint = (context: MintContext) => boolean | Promise<boolean>

/**
 * Asks the site whether a visitor may have a new token.
 * @throws ServiceError `rate_limited` unless it returns `true`; `upstream_unavailable` when it throws or takes over 3 s
 */
export async function askBeforeMint(
  beforeMint: BeforeMint,
  { kind, subject, tenant }: AuthenticatedVisitor,
  request: ServiceRequest,
  instruments: { clock: Clock; events: EventSink },
): Promise<void> {
  let verdict: unknown
  try {
    const context: MintContext = { kind, subject, tenant, request: request.toRequest() }
    verdict = await callHook('beforeMint', instruments, () => beforeMint(context))
  } catch (cause) {
    throw new ServiceError('upstream_unavailable', { retryAfterSeconds: 5, cause })
  }
  if (verdict !== true) throw new ServiceError('rate_limited', { retryAfterSeconds: 60 })
}
