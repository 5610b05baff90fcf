/**
 * The first token of an epoch: asked for once, and handed out while it is young. Whatever else may come (renewal, failures, a
 * token that is refused or expired, doubts) is for `token-manager.ts`, which is fetched then and does the rest of the epoch.
 */
import { type CozeChatError, toCozeChatError } from '../errors.ts'
import { abortable, abortError } from '../platform/abort.ts'
import { markInstant, type TimerHandle } from '../platform/clock.ts'
import { type AccessToken, isUsable, ON_USE_TTL_MS, remainingMs } from './access-token.ts'
import type { Begun, GetTokenOptions, TokenManager, TokenManagerOptions } from './token-manager.ts'

const MAX_DELAY_MS = 10 * 60_000
/** Between two tries to fetch the manager. */
const RETRY_MS = 10_000

export function createFirstToken(
  options: TokenManagerOptions,
  loadManager: () => Promise<(begun: Begun) => TokenManager>,
): TokenManager {
  const { clock } = options
  const life = new AbortController()
  let token: Begun['token']
  let flight: Promise<AccessToken> | undefined
  let timer: TimerHandle | undefined
  let begun: Begun = {}
  let doubted = false
  let manager: TokenManager | undefined

  const atHand = () => (token && !doubted && isUsable(token, clock) ? token : undefined)
  /** Milliseconds until the manager is wanted, which is early enough for every renewal. */
  const youthMs = () =>
    doubted ? 0 : token && token.ttlMs > ON_USE_TTL_MS ? remainingMs(token, clock) - token.ttlMs / 2 : undefined

  async function takeOver(): Promise<TokenManager> {
    clock.clearTimeout(timer)
    const create = await abortable(loadManager(), life.signal)
    life.signal.throwIfAborted()
    if (manager) return manager
    manager = create({ ...begun, token })
    if (doubted) manager.doubt()
    return manager
  }

  async function askManager(request?: GetTokenOptions): Promise<AccessToken> {
    let next: TokenManager
    try {
      next = await takeOver()
    } catch (error) {
      life.signal.throwIfAborted()
      const problem: CozeChatError = toCozeChatError(begun.failure ?? error)
      options.onError(problem)
      throw problem
    }
    return next.get(request)
  }

  async function askOnce(): Promise<AccessToken> {
    begun = {}
    try {
      const question = await abortable(options.prepare(life.signal), life.signal)
      const work = () => abortable(question(false, life.signal), life.signal)
      const fresh = await options.exclusively(life.signal, atHand, work)
      life.signal.throwIfAborted()
      if (fresh === token) return fresh
      if (!doubted && isUsable(fresh, clock)) {
        token = { ...fresh, at: markInstant(clock) }
        arm()
        options.onToken(token, true)
        return token
      }
      begun = { renew: true }
    } catch (failure) {
      life.signal.throwIfAborted()
      begun = { failure }
    }
    return askManager()
  }

  const renewIfDue = () => {
    const delayMs = youthMs()
    if (!manager && delayMs !== undefined && delayMs <= 0)
      takeOver().then(
        (next) => next.wake(),
        () => arm(RETRY_MS),
      )
    else arm()
  }

  function arm(leastMs = 0) {
    clock.clearTimeout(timer)
    const delayMs = youthMs()
    if (manager || delayMs === undefined || life.signal.aborted || options.hidden()) return
    timer = clock.setTimeout(renewIfDue, Math.max(Math.min(delayMs, MAX_DELAY_MS), leastMs))
  }

  return {
    peek: () => (manager ? manager.peek() : atHand()),
    async get(request = {}) {
      if (manager) return manager.get(request)
      const { signal, rejected } = request
      if (signal?.aborted) throw abortError(signal)
      life.signal.throwIfAborted()
      const ready = atHand()
      if (ready && ready.text !== rejected) return ready
      if (token) return abortable(askManager(request), signal)
      flight ??= askOnce().finally(() => {
        flight = undefined
      })
      return abortable(flight, signal)
    },
    adopt(offered) {
      takeOver().then(
        (next) => next.adopt(offered),
        // The one at hand is good until it is not, and the manager is asked for again then.
        () => {},
      )
    },
    doubt() {
      if (manager) return manager.doubt()
      doubted = true
      if (!options.hidden()) renewIfDue()
    },
    wake: () => (manager ?? { wake: renewIfDue }).wake(),
    hurry: () => manager?.hurry(),
    rest() {
      clock.clearTimeout(timer)
      manager?.rest()
    },
    stop(reason) {
      life.abort(reason)
      clock.clearTimeout(timer)
      token = undefined
      manager?.stop(reason)
    },
  }
}
