import type { Clock } from '../../platform/clock.ts'
import type { RandomBytes } from '../crypto/random-bytes.ts'
import { readText } from '../http/body.ts'
import { isResponse } from '../http/is-response.ts'
import { ServiceError } from '../http/service-error.ts'
import type { SessionName } from '../identity/session-name.ts'
import type { EventSink } from '../operations/events.ts'
import { failureName } from '../resilience/at-fault.ts'
import { createCircuitBreaker } from '../resilience/circuit-breaker.ts'
import { withTimeout } from '../resilience/with-timeout.ts'
import { type SessionContext, type SigningKey, signAssertion } from './assertion/assertion.ts'
import { type AssertionTerms, createAssertionTerms } from './assertion/assertion-terms.ts'
import { type ExchangedToken, type ExchangeFailure, readExchangeResponse } from './exchange-response.ts'
import { refusalCure } from './refusal-cures.ts'

/** RFC 7523 section 2.1. */
const GRANT_TYPE = 'urn:ietf:params:oauth:grant-type:jwt-bearer'
const HEADERS_LIMIT_MS = 5_000
const WHOLE_LIMIT_MS = 8_000
/** With less than this left of the whole limit there is no second try. */
const MIN_TRY_MS = 1_000
const MAX_TRIES = 2
/** Pause after five failures in a row, and between two probes after that. Short, because visitors wait until Coze is back. */
const PAUSE_MS = 1_000
const MAX_RESPONSE_BYTES = 65_536
const DEFAULT_RETRY_AFTER_SECONDS = 2

/** Limits tokens to certain agents or permissions, as Coze's token endpoint takes it (docs/coze.md 1.3). Only channel apps need it. */
export type TokenScope = Readonly<Record<string, unknown>>

export interface CozeExchange {
  /**
   * Exchanges an assertion for an access token; a failed try is repeated once if that may help. 8 s in all.
   * @throws ServiceError `upstream_unavailable` or `misconfigured`
   */
  exchange(sessionName: SessionName, sessionContext?: SessionContext): Promise<ExchangedToken>
}

export interface CozeExchangeOptions {
  tokenUrl: string
  appId: string
  /** Coze's host name, without scheme. */
  audience: string
  /** In the order of trust: the next one is tried when Coze does not accept the one in use. */
  signingKeys: readonly SigningKey[]
  tokenTtlSeconds: number
  scope?: TokenScope | undefined
  fetch: typeof globalThis.fetch
  clock: Clock
  random: RandomBytes
  events: EventSink
}

export function createCozeExchange(options: CozeExchangeOptions): CozeExchange {
  const { tokenUrl, appId, audience, signingKeys, tokenTtlSeconds, scope, clock, random, events } = options
  const { host } = new URL(tokenUrl)
  const body = JSON.stringify({ grant_type: GRANT_TYPE, duration_seconds: tokenTtlSeconds, ...(scope && { scope }) })
  const breaker = createCircuitBreaker({
    clock,
    threshold: 5,
    pauseMs: PAUSE_MS,
    onChange: (open) => events.emit({ type: 'upstream', state: open ? 'unreachable' : 'reachable' }),
  })
  const terms = createAssertionTerms({ signingKeys, events })

  async function requestToken(
    sessionName: SessionName,
    sessionContext: SessionContext | undefined,
    { signingKey, clockOffsetMs }: AssertionTerms,
    leftMs: number,
  ): Promise<ExchangedToken | ExchangeFailure> {
    const nowMs = clock.now() + clockOffsetMs
    const assertion = await signAssertion({ signingKey, appId, audience, sessionName, sessionContext, nowMs, random })
    const startedAtMs = clock.monotonic()
    const tookMs = () => clock.monotonic() - startedAtMs
    const response = await withTimeout(Math.min(HEADERS_LIMIT_MS, leftMs), clock, async (signal) =>
      options.fetch(tokenUrl, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          accept: 'application/json',
          authorization: `Bearer ${assertion}`,
        },
        body,
        // Redirects are refused: their status is not 200. 'error' would do so at once, but workerd does not know it.
        redirect: 'manual',
        signal,
      }),
    ).catch(failureName)
    if (!isResponse(response)) {
      const cause = typeof response === 'string' ? response : 'no_response'
      return { code: 'upstream_unavailable', next: 'retry', cause }
    }
    const timeoutMs = Math.max(0, leftMs - tookMs())
    const read = await readText(response.body, { maxBytes: MAX_RESPONSE_BYTES, timeoutMs, clock })
    if ('text' in read) {
      const call = { nowMs: clock.now(), tookMs: tookMs(), wantedSeconds: tokenTtlSeconds }
      return readExchangeResponse(response, read.text, call)
    }
    const next = read.failure === 'broken' ? 'retry' : 'stop'
    return { code: 'upstream_unavailable', next, cause: `body_${read.failure}` }
  }

  return {
    async exchange(sessionName, sessionContext) {
      if (!breaker.allows()) throw unavailableFor(Math.ceil(breaker.pausedForMs() / 1000) || 1)
      const startedAtMs = clock.monotonic()
      const elapsedMs = () => clock.monotonic() - startedAtMs
      for (let tries = 1; ; tries++) {
        const tried = terms.current()
        const outcome = await requestToken(sessionName, sessionContext, tried, WHOLE_LIMIT_MS - elapsedMs())
        if ('accessToken' in outcome) {
          breaker.succeeded()
          events.emit({ type: 'exchange', outcome: 'ok', tries, durationMs: Math.round(elapsedMs()) })
          return outcome
        }
        const mayTryAgain = tries < MAX_TRIES && elapsedMs() < WHOLE_LIMIT_MS - MIN_TRY_MS
        const isTryWorthwhile =
          outcome.next === 'retry' || (outcome.next === 'correct' && terms.correct(tried, outcome.skewMs))
        if (isTryWorthwhile && mayTryAgain) continue

        const { code, upstreamCode, logId, cause, retryAfterSeconds = DEFAULT_RETRY_AFTER_SECONDS } = outcome
        if (code === 'upstream_unavailable') breaker.failed()
        else breaker.succeeded()
        events.emit({
          type: 'exchange',
          outcome: code,
          tries,
          durationMs: Math.round(elapsedMs()),
          ...(upstreamCode !== undefined && { upstreamCode }),
          ...(logId !== undefined && { logId }),
          ...(cause !== undefined && { host, cause }),
          ...(code === 'misconfigured' && adviceFor(upstreamCode)),
        })
        throw code === 'upstream_unavailable' ? unavailableFor(retryAfterSeconds) : new ServiceError(code)
      }
    },
  }
}

function adviceFor(upstreamCode: string | undefined): { advice?: string } {
  const advice = refusalCure(upstreamCode)
  return advice === undefined ? {} : { advice }
}

function unavailableFor(retryAfterSeconds: number): ServiceError {
  return new ServiceError('upstream_unavailable', { retryAfterSeconds })
}
