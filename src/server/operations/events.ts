import { type Clock, systemClock } from '../../platform/clock.ts'
import type { IdentityKind, ServiceErrorCode } from '../../protocol/token-endpoint.ts'
import type { ProxyProblem } from '../http/proxies/browser-sight.ts'
import type { ServiceError } from '../http/service-error.ts'
import type { AtFault } from '../resilience/at-fault.ts'
import { notify } from '../resilience/notify.ts'

/**
 * What happened, for logs and metrics. No event holds a token, a ticket, an assertion, an id or a text of a visitor's.
 * `subject` is an opaque tag of a session. Durations are in milliseconds (`durationMs`) or seconds (`seconds`).
 */
export type ServiceEvent =
  /** A browser got a token, or a pass of the gateway. */
  | { type: 'token_answered'; kind: IdentityKind; source: TokenOrigin; subject: string }
  /** A visitor logged out. */
  | { type: 'session_ended'; kind: IdentityKind; subject: string }
  /** A new anonymous visitor. */
  | { type: 'ticket_issued'; subject: string }
  /**
   * A request that got an error of the protocol. `advice` says what the owner may do about it, where that is known; the same
   * advice comes at most once in ten minutes, and no more than ten different ones for each code, here and in other events.
   */
  | { type: 'refused'; route: string; code: ServiceErrorCode; advice?: string }
  /** What is wrong with the proxies in front of the service, and the cure. Each problem is told once. */
  | { type: 'proxy_problem'; problem: ProxyProblem; message: string }
  /** `route` is a name in the gateway's table of routes; `status`: the HTTP status of our response, 499 where the visitor had left. */
  | { type: 'gateway_request'; route: string; status: number }
  /** An error that nobody expected. `message` is there only for errors of this package, which hold no secrets. */
  | { type: 'fault'; atFault: AtFault; name: string; message?: string }
  /**
   * An exchange with Coze has ended; `upstreamCode` and `logId` are Coze's own. Where Coze did not answer, `host` and `cause`
   * (one word, such as `ECONNREFUSED`) say who was asked and what happened.
   */
  | {
      type: 'exchange'
      outcome: 'ok' | ServiceErrorCode
      tries: number
      durationMs: number
      upstreamCode?: string
      logId?: string
      host?: string
      cause?: string
      advice?: string
    }
  /** A call of the gateway's that Coze did not answer. */
  | { type: 'upstream_failed'; host: string; cause: string }
  /** Our clock differs from Coze's by so much; assertions are dated by Coze's from now on. */
  | { type: 'clock_skew'; seconds: number }
  /** Coze did not accept the last key; this one is used from now on. */
  | { type: 'key_rotated'; keyId: string }
  /** A page sends identity tokens and nothing here reads them: its users are anonymous. Told at most once in ten minutes. */
  | { type: 'identity_token_unread'; advice: string }
  /** `identify` of the site's threw, took more than 3 s or returned what is no id. `at` as in `hook_failed`. */
  | {
      type: 'identify_failed'
      reason: 'threw_or_timed_out' | 'not_a_string_id_or_null'
      cause?: string
      at?: string
      advice?: string
    }
  /**
   * A hook of the site's threw (`cause` is the name of the error), took more than 3 s (`TimeLimitError`), or returned what it must
   * not (`returned_nonsense`; `returned_a_promise` where there must be none; `returned_no_address`, which is told once). `at` is
   * the line of the site's code that threw, such as `service.mjs:14:7`.
   */
  | { type: 'hook_failed'; hook: HookName; cause: string; at?: string }
  /** All clients share one limit, because the runtime tells no address; set `clientAddress`. */
  | { type: 'client_address_unknown' }
  | { type: 'upstream'; state: 'reachable' | 'unreachable' }
  /** `cause`: one word, such as `ECONNREFUSED` or `READONLY`. */
  | { type: 'store'; state: 'reachable' | 'unreachable'; cause?: string }
  /** The keys of identity tokens. `stale`: they cannot be fetched, and those of the last time serve on, up to 24 h. */
  | { type: 'key_set'; state: KeySetState; host: string; cause?: string }

export type HookName = 'beforeMint' | 'adoptAnonymous' | 'tenant' | 'clientAddress' | 'sessionName' | 'sessionContext'

export type KeySetState = 'reachable' | 'stale' | 'unreachable'

/** Where a token came from. `old`: still valid, but due for renewal and handed out because Coze is down. `pass`: not Coze's token but a pass of the gateway. */
export type TokenOrigin = 'cache' | 'exchange' | 'old' | 'pass'

export type ServiceEventListener = (event: ServiceEvent) => void

export interface EventSink {
  emit(event: ServiceEvent): void
}

/** The event of a refusal, with its advice. */
export function refusedEvent(route: string, { code, advice }: ServiceError): ServiceEvent {
  return { type: 'refused', route, code, ...(advice !== undefined && { advice }) }
}

const ADVICE_PAUSE_MS = 10 * 60_000
const MAX_ADVICE = 10

/** Takes advice out of events that has been given lately, so that nobody can fill a log by being refused. */
function createAdviceLimit(clock: Clock): (event: ServiceEvent) => ServiceEvent {
  let endsAtMs = 0
  const given = new Map<string, Set<string>>()
  return (event) => {
    if (!('advice' in event) || event.advice === undefined || event.type === 'identity_token_unread') return event
    const kind = event.type === 'refused' ? event.code : event.type
    if (clock.monotonic() >= endsAtMs) {
      given.clear()
      endsAtMs = clock.monotonic() + ADVICE_PAUSE_MS
    }
    const ofCode = given.get(kind) ?? new Set()
    // That a token ended 61 s ago and another 62 s ago is the same advice.
    const advice = event.advice.replace(/(?<!\d)\d+ s\b|exp \d+/g, '')
    if (!ofCode.has(advice) && ofCode.size < MAX_ADVICE) {
      given.set(kind, ofCode.add(advice))
      return event
    }
    const { advice: _, ...rest } = event
    return rest
  }
}

/** Hands events to the listeners. One that throws harms neither the request nor the other listeners. */
export function createEventSink(
  listeners: readonly (ServiceEventListener | undefined)[],
  clock: Clock = systemClock,
): EventSink {
  const present = listeners.filter((listener) => listener !== undefined)
  const limitAdvice = createAdviceLimit(clock)
  return {
    emit(happened) {
      const event = limitAdvice(happened)
      // What a listener throws is not reported: that would be another event, which the same listener may throw at.
      for (const listener of present) notify(() => listener(event))
    },
  }
}

/**
 * Writes one line to the console for an event that means trouble.
 * @param unlogged how many of the same kind were left out before
 */
export function reportTrouble(event: ServiceEvent, unlogged = 0): void {
  if (!isTrouble(event)) return
  console.error(`[coze-chat-widget] ${JSON.stringify(unlogged === 0 ? event : { ...event, unlogged })}`)
}

/** Whether an event tells the owner of something that may need them. */
export function isTrouble(event: ServiceEvent): boolean {
  switch (event.type) {
    case 'fault':
    case 'identify_failed':
    case 'identity_token_unread':
    case 'hook_failed':
    case 'proxy_problem':
    case 'upstream_failed':
      return true
    case 'refused':
      return event.advice !== undefined
    case 'upstream':
    case 'store':
    case 'key_set':
      return event.state !== 'reachable'
    case 'exchange':
      return event.outcome !== 'ok'
    default:
      return false
  }
}
