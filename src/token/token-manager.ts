/**
 * A fresh token whenever one is asked for: one flight for all callers, one timer, renewed before it expires.
 * A manager lives for one epoch of the session. What a stopped manager still learns is lost with it, so it can't reach the next visitor.
 */
import { CozeChatError, toCozeChatError } from '../errors.ts'
import { abortable, abortError, wait } from '../platform/abort.ts'
import { type Clock, elapsedMs, type Instant, markInstant, type TimerHandle } from '../platform/clock.ts'
import { type AccessToken, isUsable, ON_USE_TTL_MS, remainingMs } from './access-token.ts'
import { backoffMs, refreshDelayMs, refreshLeadMs } from './refresh-schedule.ts'

export interface GetTokenOptions {
  /** Ends this caller's wait only. */
  signal?: AbortSignal | undefined
  /** The token text that the vendor refused: it is not handed out again. */
  rejected?: string | undefined
}

export interface TokenManager {
  /** The token at hand if it can still be used. */
  peek(): AccessToken | undefined
  /** The token at hand, or a new one. Never an expired one. */
  get(options?: GetTokenOptions): Promise<AccessToken>
  /** A token that another tab was given for the same subject; kept if it lives longer. */
  adopt(token: AccessToken): void
  /** Somebody else may be there by now: no token is handed out until the server has answered a question asked after this moment. */
  doubt(): void
  /** The page came back: timers may have stood still. */
  wake(): void
  /** The network may be back: try without waiting out a pause of our own making. */
  hurry(): void
  /** The page is hidden: no timer until it wakes; `get()` works on. */
  rest(): void
  /** Everyone who waits is told `reason`; leaves no timer. */
  stop(reason: CozeChatError): void
}

/** Asks once, skipping caches with `renew`. */
export type AskToken = (renew: boolean, signal: AbortSignal) => Promise<AccessToken>

export interface TokenManagerOptions {
  clock: Clock
  /** At least 0, below 1. */
  randomFraction: () => number
  hidden: () => boolean
  /** What has to be done before the question, outside any lock: host code may run here. */
  prepare: (signal: AbortSignal) => Promise<AskToken>
  /** Runs the question, where it is worth it while no other tab asks; not if a token of another tab is `ready` by then. */
  exclusively: <T>(signal: AbortSignal, ready: () => T | undefined, work: () => Promise<T>) => Promise<T>
  /** A new token is at hand; `own`: this tab asked for it. */
  onToken: (token: AccessToken, own: boolean) => void
  /** A flight ended without a token and none is at hand, or only the site's owner can mend it. */
  onError: (error: CozeChatError) => void
}

/** What `first-token.ts` leaves: the token, or how the first question ended. */
export interface Begun {
  token?: (AccessToken & { readonly at: Instant }) | undefined
  failure?: unknown
  /** Its answer was of no use: skip caches. */
  renew?: boolean
}

/** How long a call keeps trying before it gives its caller the error. */
const PATIENCE_MS = 10_000
const DOUBT_GAP_MS = 5_000
/** Tokens are not renewed oftener than this, however short-lived, slow to come, or refused as soon as they are made. */
const RENEWAL_GAP_MS = 5_000

export function createTokenManager(options: TokenManagerOptions, begun: Begun = {}): TokenManager {
  const { clock } = options
  let { failure } = begun
  const life = new AbortController()
  let token: (AccessToken & { readonly leadMs: number; readonly renewed: boolean; readonly at: Instant }) | undefined
  let flight: Promise<AccessToken> | undefined
  let timer: TimerHandle | undefined
  let patience: Instant = markInstant(clock)

  let failures = 0
  let lastError: CozeChatError | undefined
  /** Pause after a failure; `ordered` by the server, so not to be cut short. */
  let pause: (Instant & { readonly lengthMs: number; readonly ordered: boolean }) | undefined

  let rejectedText: string | undefined
  let renewDue = begun.renew ?? false

  let doubts = 0
  let settledDoubts = 0
  let checkedAt: Instant | undefined

  const left = (since: Instant | undefined, lengthMs: number) =>
    since ? Math.max(0, lengthMs - elapsedMs(since, clock)) : 0
  const inDoubt = () => settledDoubts < doubts
  const pauseMs = () => Math.max(left(pause, pause?.lengthMs ?? 0), inDoubt() ? left(checkedAt, DOUBT_GAP_MS) : 0)
  const atHand = () => (token && !inDoubt() && isUsable(token, clock) ? token : undefined)
  const ageing = () =>
    token &&
    token.ttlMs > ON_USE_TTL_MS &&
    remainingMs(token, clock) <= token.leadMs &&
    left(token.at, RENEWAL_GAP_MS) <= 0

  const hold = (fresh: AccessToken, renewed: boolean, at: Instant) => {
    const leadMs = refreshLeadMs(fresh.ttlMs, options.randomFraction())
    token = { ...fresh, leadMs, renewed, at }
    return token
  }

  const accept = (fresh: AccessToken, own: boolean) => {
    const held = hold(fresh, own && renewDue, markInstant(clock))
    failures = 0
    pause = undefined
    renewDue = false
    arm()
    options.onToken(held, own)
    return held
  }

  async function ask(): Promise<AccessToken> {
    const question = await options.prepare(life.signal)
    const work = async () => {
      let renew = renewDue
      for (;;) {
        const asked = doubts
        if (inDoubt()) checkedAt = markInstant(clock)
        const fresh = await question(renew, life.signal)
        life.signal.throwIfAborted()
        settledDoubts = Math.max(settledDoubts, asked)
        if (inDoubt()) {
          await wait(clock, pauseMs(), life.signal)
          continue
        }
        const refused = fresh.text === rejectedText
        if (!refused && isUsable(fresh, clock)) return accept(fresh, true)
        if (renew) throw refused ? tokenRejected() : tokenExpired()
        renew = renewDue = true
      }
    }
    // A check answers to a doubt of this tab alone, so it neither waits for other tabs nor believes them.
    return inDoubt() ? work() : options.exclusively(life.signal, () => (ageing() ? undefined : atHand()), work)
  }

  async function fly(): Promise<AccessToken> {
    for (;;) {
      const pausedMs = pauseMs()
      if (lastError && pausedMs > left(patience, PATIENCE_MS)) {
        const { code, message } = lastError
        throw new CozeChatError(code, message, { retryable: true, retryAfterMs: pausedMs, cause: lastError })
      }
      if (pausedMs > 0) await wait(clock, pausedMs, life.signal)
      try {
        if (failure === undefined) return await ask()
        throw failure
      } catch (error) {
        failure = undefined
        life.signal.throwIfAborted()
        lastError = toCozeChatError(error)
        if (!lastError.retryable) throw lastError
        const { retryAfterMs = 0 } = lastError
        const lengthMs = backoffMs(failures++, options.randomFraction(), retryAfterMs)
        pause = { ...markInstant(clock), lengthMs, ordered: retryAfterMs > 0 }
      }
    }
  }

  function join(): Promise<AccessToken> {
    if (flight) return flight
    clock.clearTimeout(timer)
    patience = markInstant(clock)
    const started = abortable(fly(), life.signal)
    flight = started
    // First in line, so that whoever learns of the end finds the next state already.
    started.then(
      () => {
        flight = undefined
      },
      (error: unknown) => {
        flight = undefined
        if (life.signal.aborted) return
        const problem = toCozeChatError(error)
        if (problem.retryable && (atHand() || inDoubt())) arm()
        if (!problem.retryable || !atHand()) options.onError(problem)
      },
    )
    return started
  }

  const renewIfDue = () => {
    if (life.signal.aborted || flight) return
    if ((inDoubt() || ageing()) && pauseMs() <= 0) join().catch(() => {})
    else arm()
  }

  /** Sets the one timer. It never decides anything: it only has the question asked again. */
  function arm() {
    clock.clearTimeout(timer)
    if (life.signal.aborted || options.hidden()) return
    const delayMs = inDoubt() ? 0 : token && refreshDelayMs({ ...token, remainingMs: remainingMs(token, clock) })
    if (delayMs === undefined) return
    timer = clock.setTimeout(renewIfDue, Math.max(delayMs, pauseMs(), left(token?.at, RENEWAL_GAP_MS)))
  }

  const reject = (text: string) => {
    if (token?.text !== text) return
    const { renewed, at } = token
    rejectedText = text
    token = undefined
    renewDue = true
    if (renewed && left(at, RENEWAL_GAP_MS) > 0) throw tokenRejected()
  }

  if (begun.token) {
    hold(begun.token, false, begun.token.at)
    arm()
  }
  return {
    peek: atHand,
    async get({ signal, rejected } = {}) {
      if (signal?.aborted) throw abortError(signal)
      life.signal.throwIfAborted()
      if (rejected) reject(rejected)
      const ready = atHand()
      if (!ready) return abortable(join(), signal)
      if (ageing()) renewIfDue()
      return ready
    },
    adopt(offered) {
      if (life.signal.aborted || inDoubt() || offered.text === rejectedText) return
      const newer = !token || remainingMs(offered, clock) > remainingMs(token, clock)
      if (newer && isUsable(offered, clock)) accept(offered, false)
    },
    doubt() {
      doubts++
      if (!options.hidden()) renewIfDue()
    },
    wake() {
      if (flight) patience = markInstant(clock)
      renewIfDue()
    },
    hurry() {
      if (pause?.ordered === false) pause = undefined
    },
    rest() {
      clock.clearTimeout(timer)
    },
    stop(reason) {
      life.abort(reason)
      clock.clearTimeout(timer)
      token = undefined
    },
  }
}

const tokenRejected = () => new CozeChatError('token_rejected', 'new token refused')
const tokenExpired = () => new CozeChatError('token_expired', 'expired on arrival', { retryable: true })
