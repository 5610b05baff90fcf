import type { IdentityKind, ServiceErrorCode } from '../contract.ts'

/** What happened, for logs and metrics. No event holds a token, a ticket, an assertion, an id or a text of a visitor's. */
export type ServiceEvent =
  | { type: 'token_answered'; kind: IdentityKind; source: TokenSource; subject: string }
  | { type: 'session_ended'; kind: IdentityKind; subject: string }
  | { type: 'ticket_issued'; subject: string }
  | { type: 'refused'; route: string; code: ServiceErrorCode }
  /** `route` is a name of the gateway's table; `status` that of our answer. */
  | { type: 'gateway_request'; route: string; status: number }
  | { type: 'fault'; name: string; message?: string }
  | {
      type: 'exchange'
      outcome: 'ok' | ServiceErrorCode
      tries: number
      durationMs: number
      upstreamCode?: string
      logId?: string
    }
  | { type: 'clock_skew'; seconds: number }
  | { type: 'key_rotated'; keyId: string }
  | { type: 'identify_failed'; reason: 'threw_or_timed_out' | 'not_a_string_id_or_null' }
  | { type: 'hook_failed'; hook: 'beforeMint' | 'adoptAnonymous' | 'tenant' | 'clientAddress' }
  | { type: 'client_address_unknown' }
  | { type: 'upstream'; state: 'reachable' | 'unreachable' }
  | { type: 'store'; state: 'reachable' | 'unreachable' }

/** Where an answered token came from. `old`: still valid, handed out because upstream is down. `pass`: the gateway's own. */
export type TokenSource = 'cache' | 'exchange' | 'old' | 'pass'

export type ServiceEventListener = (event: ServiceEvent) => void

export interface EventSink {
  emit(event: ServiceEvent): void
}

/** Hands events to the listeners; one that throws harms neither the request nor the others. */
export function createEventSink(listeners: readonly (ServiceEventListener | undefined)[]): EventSink {
  const present = listeners.filter((listener) => listener !== undefined)
  return {
    emit(event) {
      for (const listener of present) {
        try {
          listener(event)
        } catch {
          // The listener's own fault; there is nobody to tell without risking a loop.
        }
      }
    },
  }
}

/** Without an `onEvent` at least trouble is told: one line, and by the rules of `ServiceEvent` nothing secret in it. */
export function reportTrouble(event: ServiceEvent): void {
  const trouble =
    event.type === 'fault' ||
    event.type === 'identify_failed' ||
    event.type === 'hook_failed' ||
    ((event.type === 'upstream' || event.type === 'store') && event.state === 'unreachable') ||
    (event.type === 'exchange' && event.outcome !== 'ok')
  if (trouble) console.error(`[coze-chat-widget] ${JSON.stringify(event)}`)
}

/** Text from outside that goes into an event: at most 200 characters, no control characters and no line ends of any alphabet. */
export function cleanText(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this removes
  return text.slice(0, 200).replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g, '')
}
