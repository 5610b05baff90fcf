/**
 * Who is there: a pure reducer of everything that is known about the visitor. No clock, no storage, no network:
 * `visitor.ts` feeds it events and carries out the effects it returns.
 *
 * The *epoch* is a number that grows the moment somebody else may be there. Whatever was begun in an older epoch may finish, but is
 * not written.
 */
import { CozeChatError } from '../errors.ts'
import type { IdentityKind } from '../protocol/token-endpoint.ts'

/** Whom the token service has named. */
export interface ConfirmedVisitor {
  /** Opaque tag of their session. */
  readonly subject: string
  readonly kind: IdentityKind
}

export interface Presence {
  /** 0 at first; grows with each change of visitor. */
  readonly epoch: number
  /** Undefined until the token service has named somebody in this epoch. */
  readonly confirmed: ConfirmedVisitor | undefined
  /** What the page believes; undefined: whoever the token service finds. */
  readonly expected: IdentityKind | undefined
  /** The option `user: 'required'`: nobody may chat without signing in. */
  readonly userRequired: boolean
  /** A user is expected and nobody is signed in. */
  readonly signedOut: SignedOut | undefined
  /** True while it is being found out whether the visitor is still the same: nothing of theirs may be shown meanwhile. */
  readonly checking: boolean
  readonly destroyed: boolean
}

export interface SignedOut {
  readonly error: CozeChatError
  /** Until then, by the monotonic clock, every request for a token fails with `error`, and the token service is not asked again. */
  readonly untilMs: number
}

/** How long it holds that nobody is signed in: an open chat asks again at once, and several times. */
const SIGNED_OUT_HOLD_MS = 1_000

/**
 * `login`, `logout`: by call. `forgotten`: the visitor has deleted what there was of them. `other-user`: the server names somebody else.
 * `signed-out`: the server knows nobody. `copied-tab`: another tab holds this session.
 */
export type ChangeReason = 'login' | 'logout' | 'forgotten' | 'other-user' | 'signed-out' | 'copied-tab'

export type PresenceEvent =
  /** The page says that somebody signed in; `sameProof`: with the very token by which they had signed in before. */
  | { readonly type: 'identified'; readonly sameProof: boolean }
  | { readonly type: 'logged-out' }
  /** The visitor stays and begins anew; whoever is signed in stays signed in. */
  | { readonly type: 'forgotten' }
  /** A response of the token service names the visitor. */
  | {
      readonly type: 'confirmed'
      readonly visitor: ConfirmedVisitor
      /** A credential that replaces the session id. */
      readonly ticket: string | undefined
      /** False for back ends that name nobody: then the session id itself stands for the visitor. */
      readonly namedByServer: boolean
    }
  /** The token service knows nobody, though a user is expected. `nowMs`: monotonic clock. */
  | { readonly type: 'signed-out'; readonly error: CozeChatError; readonly nowMs: number }
  | { readonly type: 'token-received' }
  /** The visitor may have left without a word: the page came back from the back/forward cache, or they logged out in another tab. */
  | { readonly type: 'doubted' }
  /** Another tab uses the session id that this one had in `epoch`. */
  | { readonly type: 'copied'; readonly epoch: number }
  | { readonly type: 'destroyed' }

export type PresenceEffect =
  | { readonly type: 'keep-session-id'; readonly id: string }
  | { readonly type: 'drop-session-id' }
  /** What was remembered for the old visitor goes. */
  | { readonly type: 'forget-memory' }
  /** Stop everything that was begun in the old epoch, then announce `change`. */
  | { readonly type: 'end-epoch'; readonly reason: ChangeReason }
  /** Ask the token service who is there, and hand out no token before it has said so. */
  | { readonly type: 'revalidate' }
  | { readonly type: 'announce-session'; readonly visitor: ConfirmedVisitor }
  | { readonly type: 'announce-signed-out' }
  | { readonly type: 'announce-checking'; readonly checking: boolean }

/** First `presence` holds, then `effects` are carried out in their order. */
export interface PresenceStep {
  readonly presence: Presence
  readonly effects: readonly PresenceEffect[]
}

export function initialPresence(user: 'auto' | 'required' | 'anonymous' = 'auto'): Presence {
  return {
    epoch: 0,
    confirmed: undefined,
    expected: user === 'required' ? 'user' : user === 'anonymous' ? 'anonymous' : undefined,
    userRequired: user === 'required',
    signedOut: undefined,
    checking: false,
    destroyed: false,
  }
}

/**
 * What an event leads to, step by step: listeners of one step must find the state of that step, so that everything of the old
 * visitor is gone before the new one is named. No steps: the event changes nothing.
 */
export function reducePresence(presence: Presence, event: PresenceEvent): readonly PresenceStep[] {
  if (presence.destroyed) return []
  const { confirmed, checking } = presence
  switch (event.type) {
    case 'identified': {
      // Hosts call identify() on every route; the same proof of the same user changes nothing.
      if (event.sameProof && confirmed?.kind === 'user') return []
      return endEpoch({ ...presence, expected: 'user', signedOut: undefined }, 'login')
    }
    case 'logged-out': {
      if (presence.userRequired) {
        // Until identify(): the site's own logout may still be on its way, and the server would sign them in again.
        const signedOut = { error: nobodySignedIn(), untilMs: Number.POSITIVE_INFINITY }
        return announceSignedOut(endEpoch({ ...presence, expected: 'user', signedOut }, 'logout'))
      }
      // And not undefined, or the server would sign them in again until the site's own logout has arrived.
      return endEpoch({ ...presence, expected: 'anonymous', signedOut: undefined }, 'logout')
    }
    case 'forgotten':
      return endEpoch({ ...presence, expected: expectedKind(presence) }, 'forgotten')
    case 'confirmed': {
      if (confirmed === undefined) return [confirm(presence, event)]
      if (confirmed.subject === event.visitor.subject && confirmed.kind === event.visitor.kind) {
        return event.ticket === undefined
          ? []
          : [{ presence, effects: [{ type: 'keep-session-id', id: event.ticket }] }]
      }
      const ended = endEpoch(presence, 'other-user')
      return [...ended, confirm(ended.at(-1)?.presence ?? presence, event)]
    }
    case 'signed-out': {
      const signedOut = { error: event.error, untilMs: event.nowMs + SIGNED_OUT_HOLD_MS }
      // Whoever asks again wants a user, not silently an anonymous chat.
      return announceSignedOut(endEpoch({ ...presence, expected: 'user', signedOut }, 'signed-out'))
    }
    case 'token-received': {
      if (presence.signedOut === undefined && !checking) return []
      const settled = { ...presence, signedOut: undefined, checking: false }
      return [{ presence: settled, effects: checking ? [{ type: 'announce-checking', checking: false }] : [] }]
    }
    case 'doubted': {
      if (confirmed === undefined) return []
      const revalidate = { type: 'revalidate' } as const
      if (checking) return [{ presence, effects: [revalidate] }]
      const hidden = { ...presence, checking: true }
      return [{ presence: hidden, effects: [{ type: 'announce-checking', checking: true }, revalidate] }]
    }
    case 'copied':
      return event.epoch === presence.epoch ? endEpoch(presence, 'copied-tab') : []
    case 'destroyed':
      return [{ presence: { ...presence, destroyed: true }, effects: [] }]
  }
}

/** @param presence what is known after the change, apart from the visitor who has gone */
function endEpoch(presence: Presence, reason: ChangeReason): PresenceStep[] {
  const ended = { ...presence, epoch: presence.epoch + 1, confirmed: undefined }
  const effects: PresenceEffect[] = []
  if (reason !== 'other-user') effects.push({ type: 'drop-session-id' })
  // A page that identifies its user at each load, or whose tab was copied, must not lose what an unconfirmed visitor had open:
  // it is read by its own subject only.
  const mayBeTheirs = (reason === 'login' || reason === 'copied-tab') && presence.confirmed === undefined
  if (!mayBeTheirs) effects.push({ type: 'forget-memory' })
  effects.push({ type: 'end-epoch', reason })
  const steps: PresenceStep[] = [{ presence: ended, effects }]
  if (ended.checking) {
    // Only after `change`, when nothing of the old visitor can be shown again.
    const shown = { ...ended, checking: false }
    steps.push({ presence: shown, effects: [{ type: 'announce-checking', checking: false }] })
  }
  return steps
}

function confirm(presence: Presence, event: Extract<PresenceEvent, { type: 'confirmed' }>): PresenceStep {
  const { visitor, ticket } = event
  const effects: PresenceEffect[] = []
  if (ticket !== undefined) effects.push({ type: 'keep-session-id', id: ticket })
  // Whoever signs out later must not find what somebody wrote anonymously before signing in.
  else if (visitor.kind === 'user' && event.namedByServer) effects.push({ type: 'drop-session-id' })
  effects.push({ type: 'announce-session', visitor })
  return { presence: { ...presence, confirmed: visitor }, effects }
}

function announceSignedOut(steps: readonly PresenceStep[]): readonly PresenceStep[] {
  return steps.map((step, index) =>
    index < steps.length - 1 ? step : { ...step, effects: [...step.effects, { type: 'announce-signed-out' }] },
  )
}

/** What the token service is told to expect. Once it has named a user, their absence is `signed_out` and never silently an anonymous chat. */
export function expectedKind({ expected, confirmed }: Presence): IdentityKind | undefined {
  return expected ?? (confirmed?.kind === 'user' ? 'user' : undefined)
}

/**
 * `unknown`: the server has not been asked yet. `signed-out`: a user is expected and nobody is there;
 * nothing is asked until `identify()`, `logout()` or the next `getToken()`.
 */
export type VisitorStatus = 'unknown' | 'anonymous' | 'signed-in' | 'signed-out'

export function visitorStatus({ signedOut, confirmed }: Presence): VisitorStatus {
  if (signedOut) return 'signed-out'
  if (confirmed === undefined) return 'unknown'
  return confirmed.kind === 'user' ? 'signed-in' : 'anonymous'
}

export function nobodySignedIn(): CozeChatError {
  return new CozeChatError(
    'signed_out',
    'Nobody is signed in, and this chat expects a user. Call identify() when somebody has signed in.',
  )
}
