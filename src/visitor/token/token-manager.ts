/**
 * A fresh token whenever one is asked for: one request for all callers, one timer, renewed before it expires.
 * A manager lives for one epoch. What a stopped manager still learns is lost with it, so it cannot reach the next visitor.
 */
import type { CozeChatError } from '../../errors.ts'
import type { Platform } from '../../platform/browser.ts'
import type { TimerHandle } from '../../platform/clock.ts'
import { abortable, abortError } from '../../platform/waiting/abort.ts'
import type { AccessToken } from './access-token.ts'
import { createHeldToken } from './held-token.ts'
import { createRetryPause } from './retry-pause.ts'
import { createRevalidation } from './revalidation.ts'
import type { TokenClient } from './token-client.ts'
import { createTokenFlight } from './token-flight.ts'

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
  /** The network may be back: the next request, also for those who wait already, waits out no pause of our own making. */
  endOwnPause(): void
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
  isIdle?: () => boolean
  /** While it is true, whoever sits at the page, the token service would name the same user: it is not asked about that. */
  hasFixedProof?: () => boolean
}

export function createTokenManager({
  platform,
  client,
  onToken,
  onError,
  isIdle = () => false,
  hasFixedProof = () => false,
}: TokenManagerOptions): TokenManager {
  const { clock, randomFraction, page } = platform
  const life = new AbortController()
  const { signal: ending } = life
  const retryPause = createRetryPause(clock, randomFraction)
  const revalidation = createRevalidation(clock)
  const held = createHeldToken(platform, revalidation)
  const flight = createTokenFlight({
    clock,
    client,
    signal: ending,
    held,
    retryPause,
    revalidation,
    onToken: (token) => accept(token, true),
    onFailure,
  })
  let timer: TimerHandle | undefined

  function accept(token: AccessToken, own: boolean): void {
    retryPause.succeeded()
    flight.lookAgain()
    setTimer()
    onToken(token, own)
  }

  function onFailure(problem: CozeChatError): void {
    // Also when the token has run out by now: an outage ends some time, and then the page recovers by itself (T26).
    if (problem.retryable) setTimer()
    if (!problem.retryable || !held.usable()) onError(problem)
  }

  function requestShared(): Promise<AccessToken> {
    if (!flight.isUnderWay) clock.clearTimeout(timer)
    return flight.share()
  }

  function renewIfDue(): void {
    if (ending.aborted || flight.isUnderWay) return
    if ((revalidation.due || held.isRenewalDue()) && flight.pauseMs() <= 0) requestShared().catch(() => {})
    else setTimer()
  }

  /** Sets the one timer. It decides nothing: when it fires, it is checked again whether renewal is due. */
  function setTimer(): void {
    clock.clearTimeout(timer)
    if (ending.aborted || page.hidden || isIdle()) return
    const delayMs = revalidation.due ? 0 : held.renewalDelayMs()
    if (delayMs === undefined) return
    timer = clock.setTimeout(renewIfDue, Math.max(delayMs, flight.pauseMs(), held.gapMs()))
  }

  return {
    peek: held.usable,
    async get({ signal, rejected } = {}) {
      if (signal?.aborted) throw abortError(signal)
      ending.throwIfAborted()
      if (rejected) held.reject(rejected)
      const ready = held.usable()
      if (!ready) return abortable(requestShared(), signal)
      if (held.isRenewalDue()) renewIfDue()
      return ready
    },
    adopt(offered) {
      const adopted = ending.aborted ? undefined : held.adopt(offered)
      if (adopted) accept(adopted, false)
    },
    revalidate() {
      revalidation.demand()
      if (!page.hidden) renewIfDue()
    },
    wake() {
      flight.wake()
      if (!hasFixedProof()) held.pageReturned()
      if (!isIdle() || revalidation.due) renewIfDue()
    },
    endOwnPause() {
      retryPause.cutShort()
      flight.lookAgain()
    },
    suspend() {
      clock.clearTimeout(timer)
    },
    stop(reason) {
      life.abort(reason)
      clock.clearTimeout(timer)
      held.drop()
    },
  }
}
