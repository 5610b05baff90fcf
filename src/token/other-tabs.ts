/**
 * The other tabs of a user, or of a visitor of the whole device: a token is worth the same to each of them, and the end of
 * his visit concerns them all. It comes once such a visitor is confirmed; an anonymous visitor of one tab has no other.
 */
import type { IdentityKind } from '../contract.ts'
import type { Platform } from '../platform/browser.ts'
import type { TimerHandle } from '../platform/clock.ts'
import { openTabChannel, type TabMessage } from '../platform/tab-channel.ts'
import { type AccessToken, remainingMs } from './access-token.ts'
import { readGrant } from './token-answer.ts'

export interface OtherTabs {
  offer(token: AccessToken): void
  /** The visitor has logged out here. */
  ended(subject: string): void
  close(): void
}

export interface OtherTabsOptions {
  /** Tabs with the same name speak to each other. */
  name: string
  platform: Platform
  /** Who is here now. */
  visitor: { readonly subject: string | undefined; readonly kind: IdentityKind | undefined }
  adopt: (token: AccessToken) => void
  /** The visitor may not be there any more. */
  doubt: () => void
}

/** A site signs its user out after the chat, as we tell it to: the server may still know him at the first look. */
const SECOND_LOOK_MS = 500

export function openOtherTabs({ name, platform, visitor, adopt, doubt }: OtherTabsOptions): OtherTabs {
  const { clock } = platform
  let secondLook: TimerHandle | undefined

  /** Any script of this origin can post here, so a message may offer a token to its own subject or cause a check, and nothing else. */
  function onMessage(message: TabMessage): void {
    const { subject, kind } = visitor
    const { type, at } = message
    if (subject === undefined || kind === undefined || message['subject'] !== subject) return
    if (type === 'ended') {
      doubt()
      secondLook ??= clock.setTimeout(() => {
        secondLook = undefined
        if (visitor.subject === subject) doubt()
      }, SECOND_LOOK_MS)
    }
    if (type !== 'token' || message['kind'] !== kind || typeof at !== 'number') return
    // Tabs share one wall clock; a frozen tab reads its messages late.
    const ageMs = clock.now() - at
    const grant = readGrant(message)
    if (!grant || !(ageMs >= 0)) return
    const since = { wallMs: at, monotonicMs: clock.monotonic() - ageMs }
    adopt({ text: grant.text, ttlMs: grant.ttlMs, since, subject, kind })
  }

  const channel = openTabChannel(`coze-chat:${name}`, platform, onMessage)
  return {
    offer(token) {
      const { text, subject, kind } = token
      const expiresIn = remainingMs(token, clock) / 1000
      channel.post({ type: 'token', access_token: text, expires_in: expiresIn, subject, kind, at: clock.now() }, true)
    },
    ended: (subject) => channel.post({ type: 'ended', subject }),
    close() {
      clock.clearTimeout(secondLook)
      channel.close()
    },
  }
}
