/** What the owner hears when a page counts on a signed-in user and the service cannot know one. */
import type { Clock } from '../../platform/clock.ts'
import type { ServiceRequest } from '../http/service-request.ts'
import type { EventSink } from '../operations/events.ts'

const SETTINGS =
  'Set CHAT_IDENTITY_ISSUER, CHAT_IDENTITY_AUDIENCE and one of CHAT_IDENTITY_SECRET, CHAT_IDENTITY_PUBLIC_KEY and CHAT_IDENTITY_JWKS_URL, or give createTokenService an identify, such as identityToken(…): docs/guides/identity-tokens.md.'
const UNREAD = {
  none: `A page (or "verify") sends identity tokens, but this service has no CHAT_IDENTITY_* setting and no identify, so that its users are anonymous here. ${SETTINGS}`,
  null: 'A page (or "verify") sends identity tokens, but identify returned null for one, so that its user is anonymous here. Read the header Authorization in identify, or let identityToken(…) do it: docs/guides/identity-tokens.md.',
} as const

/** A bearer of a page's that is no ticket and no pass of ours. Other schemes are nobody's identity token (T43). */
const IDENTITY_TOKEN = /^Bearer +(?!v1\.|g1\.)\S/i

/** Long enough not to fill a log, short enough that what "verify" forged does not hide what a page sends later. */
const PAUSE_MS = 10 * 60_000

/**
 * Reports, at most once in ten minutes, that identity tokens come here and count for nothing: the visitor is well served as an anonymous one, and so nobody
 * would ever learn of it. They are not refused, because a proxy that guards a site may send a bearer of its own.
 */
export function createUnreadTokenReport(
  { clock, events }: { clock: Clock; events: EventSink },
  identified: boolean,
): (request: ServiceRequest) => void {
  let silentUntilMs = 0
  return (request) => {
    if (clock.monotonic() < silentUntilMs || !IDENTITY_TOKEN.test(request.header('authorization') ?? '')) return
    silentUntilMs = clock.monotonic() + PAUSE_MS
    events.emit({ type: 'identity_token_unread', advice: identified ? UNREAD.null : UNREAD.none })
  }
}

/** For the refusal of a page that expects a user where there can be none. With an `identify`, somebody is merely not signed in. */
export function adviceForExpectedUser(identified: boolean): string | undefined {
  if (identified) return undefined
  return `A page expects a signed-in user (data-user="required"), but this service has no CHAT_IDENTITY_* setting and no identify, so that nobody can be one. ${SETTINGS}`
}
