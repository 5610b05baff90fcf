/**
 * A fresh token whenever one is asked for: one request for all callers, one timer, renewed before it expires.
 * A manager lives for one epoch. What a stopped manager still learns is lost with it, so it cannot reach the next visitor.
 */
import { CozeChatError, toCozeChatError } from '../../errors.ts'
import type { Platform } from '../../platform/browser.ts'
import { elapsedMs, type Instant, markInstant, type TimerHandle } from '../../platform/clock.ts'
import { abortable, abortError, wait } from '../../platform/waiting/abort.ts'
import { type AccessToken, isUsable, ON_USE_TTL_MS, remainingMs } from './access-token.ts'
import { refreshDelayMs, refreshLeadMs } from './refresh-schedule.ts'
import { createRetryPause } from './retry-pause.ts'
import { createRevalidation } from './revalidation.ts'
import type { TokenClient } from './token-client.ts'

export interface GetTokenOptions {
  /** Ends this caller's wait only. */
  signal?: AbortSignal | undefined
  /** The token text that Coze refused: it is not handed out again. */
  rejected?: string | undefined
}

export interface TokenManager {
  /** The token at hand if it can still be used. */
  peek(): AccessToken | undefined
  /**
   * The token at hand, or a new one. Never an expired one.
   * @throws CozeChatError with `retryAfterMs` where a later call may succeed
   */
  get(options?: GetTokenOptions): Promise<AccessToken>
  /** A token that another tab was given for the same subject; kept if it lives longer. */
  adopt(token: AccessToken): void
  /** Somebody else may be there by now: no token is handed out until the server has answered a request made after this moment. */
  revalidate(): void
  /** The page came back: timers may have stood still. */
  wake(): void
  /** The network may be back: try without waiting out a pause of our own making. */
  retryNow(): void
  /** The page is hidden, or nobody needs a token soon: no timer until it wakes; `get()` works on. */
  suspend(): void
  /** Everyone who waits is told `reason`; leaves no timer. */
  stop(reason: CozeChatError): void
}

export interface TokenManagerOptions {
  platform: Pick<Platform, 'clock' | 'randomFraction' | 'page'>
  client: Pick<TokenClient, 'request'>
  /** A new token is at hand; `own`: this tab asked for it. */
  onToken: (token: AccessToken, own: boolean) => void
  /** A request ended without a token and none is at hand, or only the site's owner can mend it. */
  onError: (error: CozeChatError) => void
  /** While it is true nothing is renewed ahead. */
  isResting?: () => boolean
}

/** How long a call keeps trying before it gives its caller the error. */
const PATIENCE_MS = 10_000
/** Tokens are not renewed oftener than this, however short-lived, slow to come, or refused as soon as they are made. */
const RENEWAL_GAP_MS = 5_000

interface HeldToken extends AccessToken {
  /** How long before its end it is renewed, in milliseconds. */
  readonly leadMs: number
  /** It was asked for because another one was refused. */
  readonly replacesRefused: boolean
  /** When it came. */
  readonly at: Instant
}

export function createTokenManager({
  platform,
  client,
  onToken,
  onError,
  isResting = () => false,
}: TokenManagerOptions): TokenManager {
  const { clock, randomFraction, page } = platform
  const life = new AbortController()
  const retryPause = createRetryPause(clock, randomFraction)
  const revalidation = createRevalidation(clock)

  let held: HeldToken | undefined
  let flight: Promise<AccessToken> | undefined
  let timer: TimerHandle | undefined
  /** Since when the callers' patience is counted: the beginning of the present flight, its first failure, or the last waking of the page. */
  let waitingSince: Instant = markInstant(clock)
  let rejectedText: string | undefined
  /** The last token was of no use: the next request skips the caches. */
  let skipCaches = false

  const leftMs = (since: Instant | undefined, lengthMs: number) =>
    since ? Math.max(0, lengthMs - elapsedMs(since, clock)) : 0
  const pauseMs = () => Math.max(retryPause.remainingMs(), revalidation.pauseMs())

  function usableToken(): HeldToken | undefined {
    return held && !revalidation.due && isUsable(held, clock) ? held : undefined
  }

  function isRenewalDue(): boolean {
    if (!held || held.ttlMs <= ON_USE_TTL_MS) return false
    return remainingMs(held, clock) <= held.leadMs && leftMs(held.at, RENEWAL_GAP_MS) <= 0
  }

  /** Another tab has brought a token that will do. */
  function isSuperfluous(): boolean {
    return usableToken() !== undefined && !isRenewalDue()
  }

  function accept(fresh: AccessToken, own: boolean): AccessToken {
    const leadMs = refreshLeadMs(fresh.ttlMs, randomFraction())
    held = { ...fresh, leadMs, replacesRefused: own && skipCaches, at: markInstant(clock) }
    retryPause.succeeded()
    skipCaches = false
    setTimer()
    onToken(held, own)
    return held
  }

  /**
   * Decides whether the token that a request brought is handed out.
   * @param renew whether the request skipped the caches
   * @returns undefined if it is of no use, but another request may do better
   * @throws CozeChatError `token_rejected` or `token_expired` if another request would bring the same
   */
  function judge(fresh: AccessToken, renew: boolean): AccessToken | undefined {
    if (revalidation.due) return undefined
    const refused = fresh.text === rejectedText
    if (!refused && isUsable(fresh, clock)) return accept(fresh, true)
    if (renew) throw refused ? tokenRejected() : tokenExpired()
    skipCaches = true
    return undefined
  }

  async function requestUntilUsable(): Promise<AccessToken> {
    let failed = false
    for (;;) {
      const pausedMs = pauseMs()
      const { lastError } = retryPause
      if (lastError && pausedMs > leftMs(waitingSince, PATIENCE_MS)) {
        const { code, message } = lastError
        throw new CozeChatError(code, message, { retryable: true, retryAfterMs: pausedMs, cause: lastError })
      }
      if (pausedMs > 0) await wait(clock, pausedMs, life.signal)
      try {
        const renew = skipCaches
        const begun = revalidation.begin()
        const fresh = await client.request({ renew, revalidate: revalidation.due, isSuperfluous, signal: life.signal })
        life.signal.throwIfAborted()
        if (fresh) revalidation.settle(begun)
        const token = fresh ? judge(fresh, renew) : usableToken()
        if (token) {
          // At once and not a few microtasks later: whoever asks from now on must not be given this flight's token without a look at its age.
          flight = undefined
          return token
        }
      } catch (error) {
        life.signal.throwIfAborted()
        const problem = toCozeChatError(error)
        if (!problem.retryable) throw problem
        // A request that hung until its limit must not use up the patience for the next one.
        if (!failed) waitingSince = markInstant(clock)
        failed = true
        retryPause.failed(problem)
      }
    }
  }

  /** The one flight of all callers. */
  function requestShared(): Promise<AccessToken> {
    if (flight) return flight
    clock.clearTimeout(timer)
    waitingSince = markInstant(clock)
    const started = abortable(requestUntilUsable(), life.signal)
    flight = started
    // The first to listen, so that whoever learns of the end finds the next state already.
    started.catch((error: unknown) => {
      flight = undefined
      if (!life.signal.aborted) reportFailure(toCozeChatError(error))
    })
    return started
  }

  function reportFailure(problem: CozeChatError): void {
    // Also when the token has run out by now: an outage ends some time, and then the page is well without anybody's doing (T26).
    if (problem.retryable) setTimer()
    if (!problem.retryable || !usableToken()) onError(problem)
  }

  function renewIfDue(): void {
    if (life.signal.aborted || flight) return
    if ((revalidation.due || isRenewalDue()) && pauseMs() <= 0) requestShared().catch(() => {})
    else setTimer()
  }

  /** Sets the one timer. It decides nothing: when it fires, it is checked again whether renewal is due. */
  function setTimer(): void {
    clock.clearTimeout(timer)
    if (life.signal.aborted || page.hidden || isResting()) return
    const delayMs = revalidation.due ? 0 : held && refreshDelayMs({ ...held, remainingMs: remainingMs(held, clock) })
    if (delayMs === undefined) return
    timer = clock.setTimeout(renewIfDue, Math.max(delayMs, pauseMs(), leftMs(held?.at, RENEWAL_GAP_MS)))
  }

  /** @throws CozeChatError `token_rejected` where the refused token is itself a new one that replaced a refused one */
  function reject(text: string): void {
    if (held?.text !== text) return
    const { replacesRefused, at } = held
    rejectedText = text
    held = undefined
    skipCaches = true
    if (replacesRefused && leftMs(at, RENEWAL_GAP_MS) > 0) throw tokenRejected()
  }

  return {
    peek: usableToken,
    async get({ signal, rejected } = {}) {
      if (signal?.aborted) throw abortError(signal)
      life.signal.throwIfAborted()
      if (rejected) reject(rejected)
      const ready = usableToken()
      if (!ready) return abortable(requestShared(), signal)
      if (isRenewalDue()) renewIfDue()
      return ready
    },
    adopt(offered) {
      if (life.signal.aborted || revalidation.due || offered.text === rejectedText) return
      const longer = !held || remainingMs(offered, clock) > remainingMs(held, clock)
      if (longer && isUsable(offered, clock)) accept(offered, false)
    },
    revalidate() {
      revalidation.request()
      if (!page.hidden) renewIfDue()
    },
    wake() {
      if (flight) waitingSince = markInstant(clock)
      if (!isResting() || revalidation.due) renewIfDue()
    },
    retryNow: retryPause.cutShort,
    suspend() {
      clock.clearTimeout(timer)
    },
    stop(reason) {
      life.abort(reason)
      clock.clearTimeout(timer)
      held = undefined
    },
  }
}

function tokenRejected(): CozeChatError {
  return new CozeChatError('token_rejected', 'Coze refused a token that had just been made for it.')
}

function tokenExpired(): CozeChatError {
  return new CozeChatError('token_expired', 'The token had expired when it arrived, twice in a row.', {
    retryable: true,
  })
}
