import { type Clock, elapsedMs, type Instant, markInstant } from '../../platform/clock.ts'
import type { KeySetState, ServiceEvent } from './events.ts'

/** What `GET /healthz` says of those whom the service needs, from the events of the service. */
export interface SupplierHealth {
  observe(event: ServiceEvent): void
  /** Coze has answered a call of the gateway's. */
  upstreamAnswered(): void
  report(): SupplierReport
}

export interface SupplierReport {
  /**
   * How the last call of Coze ended: `refused` when it does not accept the app or its keys, `unreachable` when it gave no answer
   * that is one.
   */
  readonly upstream: 'ok' | 'refused' | 'unreachable'
  /** The last failure, also when calls have succeeded since. */
  readonly lastUpstreamFailure?: {
    readonly host?: string
    /** One word or code: `ECONNREFUSED`, `HTTP_503`, Coze's `invalid_client`. */
    readonly cause: string
    readonly logId?: string
    readonly secondsAgo: number
  }
  /** There where identity tokens are verified with keys from an address that had trouble. */
  readonly keySet?: { readonly state: KeySetState; readonly host: string; readonly cause?: string }
}

export function createSupplierHealth(clock: Clock): SupplierHealth {
  let upstream: SupplierReport['upstream'] = 'ok'
  let failure: { at: Instant; facts: { host?: string; cause: string; logId?: string } } | undefined
  let keySet: SupplierReport['keySet']

  function failed(state: SupplierReport['upstream'], facts: { host?: string; cause: string; logId?: string }): void {
    upstream = state
    failure = { at: markInstant(clock), facts }
  }

  function observeExchange(event: Extract<ServiceEvent, { type: 'exchange' }>): void {
    const { outcome, host, cause, upstreamCode, logId } = event
    if (outcome === 'ok') {
      upstream = 'ok'
      return
    }
    failed(outcome === 'misconfigured' ? 'refused' : 'unreachable', {
      ...(host !== undefined && { host }),
      cause: cause ?? upstreamCode ?? outcome,
      ...(logId !== undefined && { logId }),
    })
  }

  return {
    observe(event) {
      if (event.type === 'exchange') observeExchange(event)
      if (event.type === 'upstream_failed') failed('unreachable', { host: event.host, cause: event.cause })
      if (event.type === 'key_set') {
        const { state, host, cause } = event
        keySet = { state, host, ...(cause !== undefined && { cause }) }
      }
    },
    upstreamAnswered() {
      if (upstream === 'unreachable') upstream = 'ok'
    },
    report: () => ({
      upstream,
      ...(failure !== undefined && {
        lastUpstreamFailure: { ...failure.facts, secondsAgo: Math.round(elapsedMs(failure.at, clock) / 1000) },
      }),
      ...(keySet !== undefined && { keySet }),
    }),
  }
}
