import * as v from 'valibot'
import type { ServiceErrorCode } from '../contract.ts'
import type { Clock } from '../platform/clock.ts'
import { type SessionContext, type SigningKey, signAssertion } from './assertion.ts'
import { readText } from './body.ts'
import { createCircuitBreaker } from './circuit-breaker.ts'
import { cleanText, type EventSink } from './events.ts'
import { ServiceFault } from './service-fault.ts'
import type { SessionName } from './session-name.ts'

const GRANT_TYPE = 'urn:ietf:params:oauth:grant-type:jwt-bearer'
const HEADERS_LIMIT_MS = 5_000
const WHOLE_LIMIT_MS = 8_000
const MAX_TRIES = 2
const MAX_ANSWER_BYTES = 65_536
const MAX_LIFE_SECONDS = 86_460
/** Above this an `expires_in` is a moment (Unix seconds), below it a duration (coze-contract.md 1.3). */
const EPOCH_THRESHOLD = 1_000_000_000
/** A smaller difference is within what `iat` and `exp` of the assertion allow for. */
const SKEW_WORTH_CORRECTING_MS = 20_000
const MAX_RETRY_AFTER_SECONDS = 300

/** Limits the token to agents or permissions (coze-contract.md 1.3); needed by channel apps only. */
export type TokenScope = Readonly<Record<string, unknown>>

export interface ExchangedToken {
  accessToken: string
  /** Milliseconds of our wall clock. */
  expiresAtMs: number
}

export interface CozeExchange {
  /** @throws ServiceFault `upstream_unavailable` or `misconfigured` */
  exchange(sessionName: SessionName, sessionContext?: SessionContext): Promise<ExchangedToken>
  isReachable(): boolean
}

export interface CozeExchangeOptions {
  tokenUrl: string
  appId: string
  audience: string
  /** In the order of trust: the next one is tried when upstream does not accept the one in use. */
  signingKeys: readonly SigningKey[]
  tokenTtlSeconds: number
  scope?: TokenScope | undefined
  fetch: typeof globalThis.fetch
  clock: Clock
  random: (length: number) => Uint8Array
  events: EventSink
}

const TokenAnswerSchema = v.object({
  access_token: v.pipe(v.string(), v.minLength(1), v.maxLength(8_192), v.regex(/^[\x21-\x7e]+$/)),
  expires_in: v.pipe(v.union([v.number(), v.pipe(v.string(), v.regex(/^\d{1,12}$/), v.transform(Number))]), v.finite()),
})
const ErrorAnswerSchema = v.object({
  error_code: v.optional(v.union([v.string(), v.number()])),
  error: v.optional(v.string()),
  code: v.optional(v.union([v.string(), v.number()])),
})

/** One try that failed, and what may be done about it. */
interface Failure {
  fault: ServiceErrorCode
  next: 'retry' | 'correct' | 'stop'
  upstreamCode?: string
  logId?: string
  /** Upstream's time minus ours, if it said its time. */
  skewMs?: number
  retryAfterSeconds?: number
}

/** Trades assertions for access tokens. Errors keep upstream's code and log id and none of its text, which may quote the assertion (F80). */
export function createCozeExchange(options: CozeExchangeOptions): CozeExchange {
  const { tokenUrl, appId, audience, signingKeys, tokenTtlSeconds, scope, clock, random, events } = options
  const body = JSON.stringify({ grant_type: GRANT_TYPE, duration_seconds: tokenTtlSeconds, ...(scope && { scope }) })
  const breaker = createCircuitBreaker({
    clock,
    threshold: 5,
    pauseMs: 5_000,
    onChange: (open) => events.emit({ type: 'upstream', state: open ? 'unreachable' : 'reachable' }),
  })
  let keyInUse = 0
  let clockOffsetMs = 0

  async function attempt(sessionName: SessionName, context: SessionContext | undefined, leftMs: number) {
    const signingKey = signingKeys[keyInUse]
    if (signingKey === undefined) throw new ServiceFault('misconfigured')
    const assertion = await signAssertion({
      signingKey,
      appId,
      audience,
      sessionName,
      sessionContext: context,
      nowMs: clock.now() + clockOffsetMs,
      random,
    })
    const abort = new AbortController()
    const startedAt = clock.monotonic()
    let timer: ReturnType<Clock['setTimeout']> | undefined
    const silence = new Promise<undefined>((resolve) => {
      timer = clock.setTimeout(
        () => {
          abort.abort()
          resolve(undefined)
        },
        Math.min(HEADERS_LIMIT_MS, leftMs),
      )
    })
    const asked = options.fetch(tokenUrl, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json', authorization: `Bearer ${assertion}` },
      body,
      // Not 'error', which workerd does not know; a redirect is refused below, without being followed.
      redirect: 'manual',
      signal: abort.signal,
    })
    // A fetch that ignores its signal must not hold us: the answer it may still give is nobody's.
    const response = await Promise.race([asked.catch(() => undefined), silence])
    clock.clearTimeout(timer)
    if (response === undefined) return unavailable('retry')
    const timeLeftMs = Math.max(0, leftMs - (clock.monotonic() - startedAt))
    const read = await readText(response.body, { maxBytes: MAX_ANSWER_BYTES, timeoutMs: timeLeftMs, clock })
    if ('failure' in read) return unavailable(read.failure === 'broken' ? 'retry' : 'stop')
    return interpret(response, read.text, clock.now())
  }

  /** Another key or the right time may help against `invalid_client`; says whether there is something left to try. */
  function correct(skewMs: number | undefined): boolean {
    const remaining = (skewMs ?? clockOffsetMs) - clockOffsetMs
    if (skewMs !== undefined && Math.abs(remaining) > SKEW_WORTH_CORRECTING_MS) {
      clockOffsetMs = skewMs
      events.emit({ type: 'clock_skew', seconds: Math.round(skewMs / 1000) })
      return true
    }
    return signingKeys.length > 1
  }

  return {
    async exchange(sessionName, sessionContext) {
      if (!breaker.allows()) throw unavailableFor(Math.ceil(breaker.pausedForMs() / 1000) || 1)
      const startedAt = clock.monotonic()
      const elapsedMs = () => clock.monotonic() - startedAt
      for (let tries = 1; ; tries++) {
        const keyTried = keyInUse
        const outcome = await attempt(sessionName, sessionContext, WHOLE_LIMIT_MS - elapsedMs())
        if ('accessToken' in outcome) {
          breaker.succeeded()
          events.emit({ type: 'exchange', outcome: 'ok', tries, durationMs: Math.round(elapsedMs()) })
          return outcome
        }
        const mayTryAgain = tries < MAX_TRIES && elapsedMs() < WHOLE_LIMIT_MS - 1_000
        if (outcome.next === 'retry' && mayTryAgain) continue
        if (outcome.next === 'correct') {
          const offsetTried = clockOffsetMs
          const useful = correct(outcome.skewMs)
          if (useful && clockOffsetMs === offsetTried && keyInUse === keyTried) {
            keyInUse = (keyTried + 1) % signingKeys.length
            events.emit({ type: 'key_rotated', keyId: signingKeys[keyInUse]?.keyId ?? '' })
          }
          if (useful && mayTryAgain) continue
        }
        if (outcome.fault === 'upstream_unavailable') breaker.failed()
        else breaker.succeeded()
        events.emit({
          type: 'exchange',
          outcome: outcome.fault,
          tries,
          durationMs: Math.round(elapsedMs()),
          ...(outcome.upstreamCode !== undefined && { upstreamCode: outcome.upstreamCode }),
          ...(outcome.logId !== undefined && { logId: outcome.logId }),
        })
        if (outcome.fault === 'upstream_unavailable') throw unavailableFor(outcome.retryAfterSeconds ?? 2)
        throw new ServiceFault(outcome.fault)
      }
    },
    isReachable: () => breaker.pausedForMs() === 0,
  }
}

function interpret(response: Response, text: string, nowMs: number): ExchangedToken | Failure {
  const json = parseJson(text)
  const dateMs = Date.parse(response.headers.get('date') ?? '')
  const skewMs = Number.isNaN(dateMs) ? undefined : dateMs - nowMs
  if (response.status === 200) {
    const answer = v.safeParse(TokenAnswerSchema, json)
    if (answer.success) {
      const { access_token, expires_in } = answer.output
      // An epoch is read by the clock that wrote it.
      const upstreamNow = (nowMs + (skewMs ?? 0)) / 1000
      const lifeSeconds = expires_in > EPOCH_THRESHOLD ? expires_in - upstreamNow : expires_in
      if (lifeSeconds > 0 && lifeSeconds <= MAX_LIFE_SECONDS) {
        return { accessToken: access_token, expiresAtMs: nowMs + lifeSeconds * 1000 }
      }
    }
  }
  const logId = response.headers.get('x-tt-logid')
  const facts = {
    ...(skewMs !== undefined && { skewMs }),
    ...(logId !== null && { logId: cleanText(logId) }),
  }
  const error = v.safeParse(ErrorAnswerSchema, json)
  const code = error.success ? (error.output.error_code ?? error.output.error ?? error.output.code) : undefined
  const upstreamCode = code === undefined ? String(response.status) : cleanText(String(code))
  switch (upstreamCode) {
    case 'invalid_client':
      return { fault: 'misconfigured', next: 'correct', upstreamCode, ...facts }
    case 'invalid_request':
    case 'unsupported_grant_type':
    case 'access_deny':
      return { fault: 'misconfigured', next: 'stop', upstreamCode, ...facts }
    case 'internal_error':
      return { ...unavailable('retry'), upstreamCode, ...facts }
  }
  const retryAfterSeconds = parseRetryAfter(response.headers.get('retry-after'), nowMs)
  return {
    ...unavailable(response.status >= 500 && retryAfterSeconds === undefined ? 'retry' : 'stop'),
    upstreamCode,
    ...facts,
    ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
  }
}

function unavailable(next: 'retry' | 'stop'): Failure {
  return { fault: 'upstream_unavailable', next }
}

function unavailableFor(retryAfterSeconds: number): ServiceFault {
  return new ServiceFault('upstream_unavailable', { retryAfterSeconds })
}

/** Seconds, from either form of the header (RFC 9110 section 10.2.3). */
function parseRetryAfter(value: string | null, nowMs: number): number | undefined {
  if (value === null) return undefined
  const seconds = /^\d+$/.test(value) ? Number(value) : Math.ceil((Date.parse(value) - nowMs) / 1000)
  return Number.isNaN(seconds) ? undefined : Math.min(Math.max(seconds, 1), MAX_RETRY_AFTER_SECONDS)
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
