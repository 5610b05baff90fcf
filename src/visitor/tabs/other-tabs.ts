/**
 * The other tabs of a user, or of a visitor of the whole device: a token is worth the same to each of them, and a logout
 * concerns them all. An anonymous visitor of one tab has no other tabs.
 */
import type { Platform } from '../../platform/browser.ts'
import type { TimerHandle } from '../../platform/clock.ts'
import type { TabChannel, TabMessage } from '../../platform/tab-channel.ts'
import { type AccessToken, remainingMs } from '../token/access-token.ts'
import { readGrant } from '../token/token-grant.ts'
import type { ConfirmedVisitor } from '../visitor-state.ts'

export interface OtherTabs {
  /** From now on this tab hears the others and can be heard: there is a visitor who may be in several. */
  join(): void
  /** Gives them a token of this tab, with the time it has left. */
  offer(token: AccessToken): void
  /**
   * Tells them that the visitor has logged out here.
   * @param subject undefined where this tab has not learnt who that is: then each of them asks about its own
   */
  ended(subject: string | undefined): void
  close(): void
}

export interface OtherTabsOptions {
  /** Tabs with the same name share. */
  name: string
  platform: Platform
  /** Who is here now. */
  visitor: () => ConfirmedVisitor | undefined
  /** Another tab offers a token of this very visitor. */
  adopt: (token: AccessToken) => void
  /** The visitor may have left: ask the server. */
  revalidate: () => void
}

/** A site signs its user out after the chat, as we tell it to, and may be slow: at the first check the server may still know them. Each is counted from the one before. */
const LATER_CHECKS_MS: readonly number[] = [500, 4_500, 10_000]

export function createOtherTabs({ name, platform, visitor, adopt, revalidate }: OtherTabsOptions): OtherTabs {
  const { clock } = platform
  let channel: TabChannel | undefined
  let laterCheck: TimerHandle | undefined

  /** Any script of this origin can post here, so a message may offer a token to its own subject or cause a check, and nothing else (T22). */
  function onMessage(message: TabMessage): void {
    const here = visitor()
    if (here === undefined) return
    const { type, subject } = message
    if (type === 'ended' && (subject === undefined || subject === here.subject)) check(here.subject)
    else if (type === 'token' && subject === here.subject) takeOffer(message, here)
  }

  function check(subject: string, [nextMs, ...more] = LATER_CHECKS_MS): void {
    revalidate()
    // A later logout begins the checks anew.
    clock.clearTimeout(laterCheck)
    if (nextMs === undefined) return
    laterCheck = clock.setTimeout(() => {
      if (visitor()?.subject === subject) check(subject, more)
    }, nextMs)
  }

  function takeOffer(message: TabMessage, { subject, kind }: ConfirmedVisitor): void {
    const { at } = message
    if (message['kind'] !== kind || typeof at !== 'number') return
    // Tabs share one wall clock; a frozen tab reads its messages late. A moment yet to come is a forgery or a jump of that clock.
    const ageMs = clock.now() - at
    const grant = readGrant(message)
    if (!grant || !(ageMs >= 0)) return
    const since = { wallMs: at, monotonicMs: clock.monotonic() - ageMs }
    adopt({ text: grant.text, ttlMs: grant.ttlMs, since, subject, kind, apiBase: grant.apiBase })
  }

  return {
    join() {
      channel ??= platform.openChannel(`coze-chat:${name}`, onMessage)
    },
    offer(token) {
      const { text, subject, kind, apiBase } = token
      const expiresIn = remainingMs(token, clock) / 1000
      const grant = { access_token: text, expires_in: expiresIn, subject, kind, api_base: apiBase }
      channel?.post({ type: 'token', ...grant, at: clock.now() }, true)
    },
    ended: (subject) => channel?.post({ type: 'ended', subject }),
    close() {
      clock.clearTimeout(laterCheck)
      channel?.close()
    },
  }
}
