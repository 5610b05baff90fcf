/** Why a request to the token endpoint had no answer. */
import { CozeChatError } from '../errors.ts'
import { wait } from '../platform/abort.ts'
import { blockedDirective } from '../platform/blocked-directive.ts'
import type { Clock } from '../platform/clock.ts'
import type { CspWatch } from '../platform/csp-violation.ts'

/** The violation event of a blocked request may come just after `fetch` has thrown. */
const CSP_EVENT_MS = 50

export async function unreachable(
  cause: unknown,
  url: string,
  csp: CspWatch,
  clock: Clock,
  signal: AbortSignal,
): Promise<CozeChatError> {
  await wait(clock, CSP_EVENT_MS, signal)
  const directive = blockedDirective(url, csp)
  return directive === undefined
    ? new CozeChatError('network', 'The token endpoint is out of reach.', { retryable: true, cause })
    : new CozeChatError('blocked_by_csp', `Add the origin of tokenUrl to ${directive}.`, { cause })
}
