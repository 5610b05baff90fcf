/** Getting a token: one request at a time for all callers, repeated after a pause until it brings one that can be used, or patience ends. */
import { CozeChatError, toCozeChatError } from '../../errors.ts'
import { type Clock, elapsedMs, type Instant, markInstant, type TimerHandle } from '../../platform/clock.ts'
import { abortable } from '../../platform/waiting/abort.ts'
import type { AccessToken } from './access-token.ts'
import type { HeldToken } from './held-token.ts'
import type { RetryPause } from './retry-pause.ts'
import type { Revalidation } from './revalidation.ts'
import type { TokenClient } from './token-client.ts'

export interface TokenFlight {
  readonly isUnderWay: boolean
  /** What the request brings that is under way; begins one where none is. */
  share(): Promise<AccessToken>
  /** Milliseconds until a request may be made. */
  pauseMs(): number
  /** Something has changed: whoever waits out a pause looks anew how long it is. */
  lookAgain(): void
  /** The page came back: callers are patient anew, and timers may have stood still. */
  wake(): void
}

export interface TokenFlightOptions {
  clock: Clock
  client: Pick<TokenClient, 'request'>
  /** Everyone who waits is told its reason. */
  signal: AbortSignal
  held: HeldToken
  retryPause: RetryPause
  revalidation: Revalidation
  /** A request brought this one, which is held now. */
  onToken: (token: AccessToken) => void
  onFailure: (problem: CozeChatError) => void
}

/** How long a call keeps trying before it gives its caller the error. */
const PATIENCE_MS = 10_000

export function createTokenFlight({
  clock,
  client,
  signal,
  held,
  retryPause,
  revalidation,
  onToken,
  onFailure,
}: TokenFlightOptions): TokenFlight {
  let flight: Promise<AccessToken> | undefined
  /** Since when the callers' patience is counted: the beginning of the present flight, its first failure, or the last waking of the page. */
  let waitingSince: Instant = markInstant(clock)
  /** Ends the present {@link waitToLook}. */
  let lookAgain = () => {}

  const pauseMs = () => Math.max(retryPause.remainingMs(), revalidation.pauseMs())
  /** Another tab has brought a token that will do. */
  const isSuperfluous = () => held.usable() !== undefined && !held.isRenewalDue()

  async function requestUntilUsable(): Promise<AccessToken> {
    let failed = false
    for (;;) {
      await waitOutPause()
      try {
        const token = await request()
        if (token) return token
      } catch (error) {
        signal.throwIfAborted()
        const problem = toCozeChatError(error)
        if (!problem.retryable) throw problem
        // A request that hung until its limit must not use up the patience for the next one.
        if (!failed) waitingSince = markInstant(clock)
        failed = true
        retryPause.failed(problem)
      }
    }
  }

  /** @throws CozeChatError of the last failure, where the pause is longer than the callers' patience */
  async function waitOutPause(): Promise<void> {
    for (let pausedMs = pauseMs(); pausedMs > 0; pausedMs = pauseMs()) {
      const { lastError } = retryPause
      if (lastError && pausedMs > PATIENCE_MS - elapsedMs(waitingSince, clock)) {
        const { code, message } = lastError
        throw new CozeChatError(code, message, { retryable: true, retryAfterMs: pausedMs, cause: lastError })
      }
      await waitToLook(pausedMs)
    }
  }

  /** @throws CozeChatError the signal's */
  function waitToLook(delayMs: number): Promise<void> {
    let timer: TimerHandle | undefined
    const over = new Promise<void>((resolve) => {
      lookAgain = resolve
      timer = clock.setTimeout(resolve, delayMs)
    })
    return abortable(over, signal).finally(() => clock.clearTimeout(timer))
  }

  /** One request, and the end of the flight if it did. Returns undefined if what it brought is of no use, but another one may do better. */
  async function request(): Promise<AccessToken | undefined> {
    const skipsCaches = held.skipsCaches
    const begun = revalidation.begin()
    const fresh = await client.request({ renew: skipsCaches, revalidate: revalidation.due, isSuperfluous, signal })
    signal.throwIfAborted()
    const token = fresh ? take(fresh, begun, skipsCaches) : held.usable()
    // At once and not a few microtasks later: whoever asks from now on must not be given this flight's token without a look at its age.
    if (token) flight = undefined
    return token
  }

  function take(fresh: AccessToken, begun: number, skippedCaches: boolean): AccessToken | undefined {
    revalidation.settle(begun)
    const token = held.judge(fresh, skippedCaches)
    if (token) onToken(token)
    return token
  }

  return {
    get isUnderWay() {
      return flight !== undefined
    },
    share() {
      if (flight) return flight
      waitingSince = markInstant(clock)
      const started = abortable(requestUntilUsable(), signal)
      flight = started
      // The first to listen, so that whoever learns of the end finds the next state already.
      started.catch((error: unknown) => {
        flight = undefined
        if (!signal.aborted) onFailure(toCozeChatError(error))
      })
      return started
    },
    pauseMs,
    lookAgain: () => lookAgain(),
    wake() {
      if (flight) waitingSince = markInstant(clock)
      lookAgain()
    },
  }
}
