/** The token at hand: whether it can be used, when it has to be renewed, and which one Coze has refused. */
import { CozeChatError } from '../../errors.ts'
import type { Platform } from '../../platform/browser.ts'
import { elapsedMs, type Instant, markInstant } from '../../platform/clock.ts'
import { type AccessToken, isUsable, ON_USE_TTL_MS, remainingMs } from './access-token.ts'
import { refreshDelayMs, refreshLeadMs } from './refresh-schedule.ts'
import type { Revalidation } from './revalidation.ts'

export interface HeldToken {
  /** Undefined while it may belong to somebody who has left. */
  usable(): AccessToken | undefined
  isRenewalDue(): boolean
  /** Somebody is at the page again, who may be another: the token of a user is due if it is older than a minute. It can be used meanwhile. */
  pageReturned(): void
  /** Milliseconds until it should be looked whether renewal is due; undefined: not before somebody asks for a token. */
  renewalDelayMs(): number | undefined
  /** Milliseconds until another token may be asked for without need. */
  gapMs(): number
  /** The last token was of no use: the next request skips the caches. */
  readonly skipsCaches: boolean
  /**
   * Decides whether the token that a request brought is taken.
   * @param skippedCaches whether the request skipped the caches
   * @returns undefined if it is of no use, but another request may do better
   * @throws CozeChatError `token_rejected` or `token_expired` if another request would bring the same
   */
  judge(fresh: AccessToken, skippedCaches: boolean): AccessToken | undefined
  /** Takes the token of another tab if it lives longer. */
  adopt(offered: AccessToken): AccessToken | undefined
  /**
   * Coze has refused the token with this text.
   * @throws CozeChatError `token_rejected` where it is itself a new one that replaced a refused one
   */
  reject(text: string): void
  drop(): void
}

/** Tokens are not renewed oftener than this, however short-lived, slow to come, or refused as soon as they are made. */
const RENEWAL_GAP_MS = 5_000

/**
 * A user's token that is older than this is confirmed when somebody comes back to the page: in another tab the user may have signed out
 * without a word to the chat, and somebody else in.
 */
const CONFIRMED_FOR_MS = 60_000

interface Held extends AccessToken {
  /** How long before its end it is renewed, in milliseconds. */
  readonly leadMs: number
  /** It was asked for because another one was refused. */
  readonly replacesRefused: boolean
  /** When it came. */
  readonly at: Instant
}

export function createHeldToken(
  { clock, randomFraction }: Pick<Platform, 'clock' | 'randomFraction'>,
  revalidation: Revalidation,
): HeldToken {
  let held: Held | undefined
  let rejectedText: string | undefined
  let skipsCaches = false
  let isConfirmationDue = false

  const gapMs = () => (held ? Math.max(0, RENEWAL_GAP_MS - elapsedMs(held.at, clock)) : 0)

  const needsConfirmation = ({ since, ttlMs }: AccessToken) =>
    ttlMs > ON_USE_TTL_MS && elapsedMs(since, clock) >= CONFIRMED_FOR_MS

  function take(token: AccessToken, own: boolean): AccessToken {
    const leadMs = refreshLeadMs(token.ttlMs, randomFraction())
    held = { ...token, leadMs, replacesRefused: own && skipsCaches, at: markInstant(clock) }
    skipsCaches = false
    // A frozen page gets late what another tab was given when the user may still have been there, and its own responses too.
    isConfirmationDue &&= needsConfirmation(token)
    return held
  }

  return {
    usable: () => (held && !revalidation.due && isUsable(held, clock) ? held : undefined),
    isRenewalDue() {
      if (!held || held.ttlMs <= ON_USE_TTL_MS) return false
      return isConfirmationDue || (remainingMs(held, clock) <= held.leadMs && gapMs() <= 0)
    },
    pageReturned() {
      isConfirmationDue ||= held?.kind === 'user' && needsConfirmation(held)
    },
    renewalDelayMs() {
      if (!held) return undefined
      return isConfirmationDue ? 0 : refreshDelayMs({ ...held, remainingMs: remainingMs(held, clock) })
    },
    gapMs,
    get skipsCaches() {
      return skipsCaches
    },
    judge(fresh, skippedCaches) {
      if (revalidation.due) return undefined
      const refused = fresh.text === rejectedText
      if (!refused && isUsable(fresh, clock)) return take(fresh, true)
      if (skippedCaches) throw refused ? tokenRejected() : tokenExpired()
      skipsCaches = true
      return undefined
    },
    adopt(offered) {
      if (revalidation.due || offered.text === rejectedText) return undefined
      const isLonger = !held || remainingMs(offered, clock) > remainingMs(held, clock)
      return isLonger && isUsable(offered, clock) ? take(offered, false) : undefined
    },
    reject(text) {
      if (held?.text !== text) return
      const isNewReplacement = held.replacesRefused && gapMs() > 0
      rejectedText = text
      held = undefined
      skipsCaches = true
      if (isNewReplacement) throw tokenRejected()
    },
    drop() {
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
