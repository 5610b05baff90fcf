import { isCozeChatError } from '../../errors.ts'
import type { ServiceErrorCode } from '../../protocol/token-endpoint.ts'

/**
 * Who is at fault when a request fails. `visitor`: what was sent. `site`: the owner's settings and hooks. `supplier`: Coze, the
 * store or the keys of identity tokens. `us`: a defect of this package, or a process that is ending.
 *
 * Only the first says anything about who asked. The others get a status of 500 or more and an event, so that a page keeps what
 * it shows and asks again: an outage is never a verdict about a visitor (T26).
 */
export type AtFault = 'visitor' | 'site' | 'supplier' | 'us'

const AT_FAULT: { readonly [Code in ServiceErrorCode]: AtFault } = {
  bad_request: 'visitor',
  identity_in_body: 'visitor',
  signed_out: 'visitor',
  anonymous_disabled: 'visitor',
  origin_not_allowed: 'visitor',
  prefetch_refused: 'visitor',
  not_found: 'visitor',
  method_not_allowed: 'visitor',
  too_large: 'visitor',
  unsupported_media_type: 'visitor',
  rate_limited: 'visitor',
  misconfigured: 'site',
  identity_unavailable: 'site',
  upstream_unavailable: 'supplier',
}

/** Who is at fault when a request is refused with a code. */
export function atFaultFor(code: ServiceErrorCode): AtFault {
  return AT_FAULT[code]
}

/** What the service needs of somebody else. */
export type Supplier = 'coze' | 'store' | 'key_set'

/** A supplier that could not be reached, or whose answer is none. */
export class SupplierOutage extends Error {
  override readonly name = 'SupplierOutage'
  readonly supplier: Supplier
  /** Host name of the supplier; empty where it is not known. */
  readonly host: string
  /** One word: `ECONNREFUSED`, `HTTP_503`, `not_json`. */
  readonly reason: string

  constructor(supplier: Supplier, { host = '', reason, cause }: { host?: string; reason: string; cause?: unknown }) {
    super(`${supplier} failed: ${reason}`, cause === undefined ? undefined : { cause })
    this.supplier = supplier
    this.host = host
    this.reason = reason
  }
}

/** Who is at fault for an error that no part of the service has refused itself, and the code that the visitor gets. */
export function judgeUnexpected(error: unknown): { atFault: AtFault; code: ServiceErrorCode } {
  if (error instanceof SupplierOutage) {
    return { atFault: 'supplier', code: error.supplier === 'key_set' ? 'identity_unavailable' : 'upstream_unavailable' }
  }
  if (isCozeChatError(error) && error.code === 'misconfigured') return { atFault: 'site', code: 'misconfigured' }
  return { atFault: 'us', code: 'upstream_unavailable' }
}

/**
 * Where the site's own code threw, such as `service.mjs:14:7`: the name of a file and no path. `undefined` where only packages and
 * the runtime were at work, or where that cannot be told.
 */
export function failureSite(error: unknown): string | undefined {
  const stack = error instanceof Error && typeof error.stack === 'string' ? error.stack : ''
  const frames = stack.split('\n').filter((line) => /^\s+at /.test(line))
  const own = frames.find((line) => !/node:|[/\\]node_modules[/\\]/.test(line))
  return own === undefined ? undefined : /([\w.-]{1,64}:\d+:\d+)\)?$/.exec(own)?.[1]
}

/** Names a failure in one word, such as `ECONNREFUSED` or `TimeoutError`. The message is left out, since it may hold a secret. */
export function failureName(error: unknown): string {
  if (error instanceof SupplierOutage) return error.reason
  if (!(error instanceof Error)) return typeof error
  const { code, name } = (error.cause ?? error) as { code?: unknown; name?: unknown }
  const word = typeof code === 'string' ? code : typeof name === 'string' && name !== 'Error' ? name : error.name
  return /^[\w.-]{1,64}$/.test(word) ? word : 'Error'
}
