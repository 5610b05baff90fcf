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

/** What is known as long as there is a chat, whoever is there. */
interface LiveFields {
  /** 0 at first; grows with each change of visitor. */
  readonly epoch: number
  /** What the page believes; undefined: whoever the token service finds. */
  readonly expected: IdentityKind | undefined
  /** The option `user: 'required'`: nobody may chat without signing in. */
  readonly userRequired: boolean
  /**
   * What was announced last. True while it is being found out whether the confirmed visitor is still the same: nothing of theirs may be shown
   * meanwhile. It outlives that visitor by one step, because a page may show itself again only when it has heard of the change.
   */
  readonly checking: boolean
}

/** The token service has named nobody in this epoch. */
export interface UnknownPresence extends LiveFields {
  readonly status: 'unknown'
}

export interface ConfirmedPresence extends LiveFields {
  readonly status: 'confirmed'
  readonly visitor: ConfirmedVisitor
}

/** A user is expected and nobody is signed in. */
export interface SignedOutPresence extends LiveFields {
  readonly status: 'signed-out'
  readonly error: CozeChatError
  /** Until then, by the monotonic clock, every request for a token fails with `error`, and the token service is not asked again. */
  readonly untilMs: number
}

export type LivePresence = UnknownPresence | ConfirmedPresence | SignedOutPresence

/** Nothing can happen any more. */
export interface DestroyedPresence {
  readonly status: 'destroyed'
  readonly epoch: number
}

export type Presence = LivePresence | DestroyedPresence

/** How long it holds that nobody is signed in: an open chat asks again at once, and several times. */
const SIGNED_OUT_HOLD_MS = 1_000

/**
 * `login`, `logout`: by call. `forgotten`: the visitor has deleted what there was of them. `other-user`: the server names somebody else.
 * `signed-out`: the server knows nobody. `copied-tab`: another tab holds this session.
 */
export type ChangeReason = 'login' | 'logout' | 'forgotten' | 'other-user' | 'signed-out' | 'copied-tab'

/** A response of the token service names the visitor. */
export interface Confirmation {
  readonly type: 'confirmed'
  readonly visitor: ConfirmedVisitor
  /** A credential that replaces the session id. */
  readonly ticket: string | undefined
  /** False for back ends that name nobody: then the session id itself stands for the visitor. */
  readonly namedByServer: boolean
}

export type PresenceEvent =
  /** The page says that somebody signed in; `sameProof`: with the very token by which they had signed in before. */
  | { readonly type: 'identified'; readonly sameProof: boolean }
  | { readonly type: 'logged-out' }
  /** The visitor stays and begins anew; whoever is signed in stays signed in. */
  | { readonly type: 'forgotten' }
  | Confirmation
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
  /** Stop everything that was begun for the visitor before, then announce `change`. */
  | { readonly type: 'end-life'; readonly reason: ChangeReason }
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

export function initialPresence(user: 'auto' | 'required' | 'anonymous' = 'auto'): UnknownPresence {
  return {
    status: 'unknown',
    epoch: 0,
    expected: user === 'required' ? 'user' : user === 'anonymous' ? 'anonymous' : undefined,
    userRequired: user === 'required',
    checking: false,
  }
}

/**
 * What an event leads to, step by step: listeners of one step must find the state of that step, so that everything of the old
 * visitor is gone before the new one is named. No steps: the event changes nothing.
 */
export function reducePresence(presence: Presence, event: PresenceEvent): readonly PresenceStep[] {
  if (presence.status === 'destroyed') return []
  const { epoch, checking } = presence
  switch (event.type) {
    case 'identified': {
      // Hosts call identify() on every route; the same proof of the same user changes nothing.
      if (event.sameProof && confirmedVisitor(presence)?.kind === 'user') return []
      return endEpoch(presence, 'login', nobody(presence, 'user'))
    }
    case 'logged-out': {
      // And not undefined, or the server would sign them in again until the site's own logout has arrived.
      if (!presence.userRequired) return endEpoch(presence, 'logout', nobody(presence, 'anonymous'))
      // Until identify(): the site's own logout may still be on its way, and the server would sign them in again.
      return signOut(presence, 'logout', nobodySignedIn(), Number.POSITIVE_INFINITY)
    }
    case 'forgotten':
      return endEpoch(presence, 'forgotten', withoutVisitor(presence, expectedKind(presence)))
    case 'confirmed':
      return presence.status === 'confirmed' ? confirmAgain(presence, event) : [confirm(presence, event)]
    case 'signed-out':
      return signOut(presence, 'signed-out', event.error, event.nowMs + SIGNED_OUT_HOLD_MS)
    case 'token-received': {
      if (!checking) return []
      const shown = { ...presence, checking: false }
      return [{ presence: shown, effects: [{ type: 'announce-checking', checking: false }] }]
    }
    case 'doubted': {
      if (presence.status !== 'confirmed') return []
      const revalidate = { type: 'revalidate' } as const
      if (checking) return [{ presence, effects: [revalidate] }]
      const hidden = { ...presence, checking: true }
      return [{ presence: hidden, effects: [{ type: 'announce-checking', checking: true }, revalidate] }]
    }
    case 'copied':
      if (event.epoch !== epoch) return []
      return endEpoch(presence, 'copied-tab', withoutVisitor(presence, presence.expected))
    case 'destroyed':
      return [{ presence: { status: 'destroyed', epoch }, effects: [] }]
  }
}

/** @param next who is there after the change, in the epoch that ends */
function endEpoch(before: LivePresence, reason: ChangeReason, next: LivePresence): PresenceStep[] {
  const ended = { ...next, epoch: before.epoch + 1 }
  const effects: PresenceEffect[] = []
  if (reason !== 'other-user') effects.push({ type: 'drop-session-id' })
  // A page that identifies its user at each load, or whose tab was copied, must not lose what an unconfirmed visitor had open:
  // it is read by its own subject only.
  const mayBeTheirs = (reason === 'login' || reason === 'copied-tab') && before.status !== 'confirmed'
  if (!mayBeTheirs) effects.push({ type: 'forget-memory' })
  effects.push({ type: 'end-life', reason })
  const steps: PresenceStep[] = [{ presence: ended, effects }]
  if (ended.checking) {
    // Only after `change`, when nothing of the old visitor can be shown again.
    const shown = { ...ended, checking: false }
    steps.push({ presence: shown, effects: [{ type: 'announce-checking', checking: false }] })
  }
  return steps
}

function nobody({ epoch, userRequired, checking }: LivePresence, expected: IdentityKind | undefined): UnknownPresence {
  return { status: 'unknown', epoch, expected, userRequired, checking }
}

/** Whoever is signed out stays so: to forget is not to sign in. */
function withoutVisitor(presence: LivePresence, expected: IdentityKind | undefined): LivePresence {
  return presence.status === 'signed-out' ? presence : nobody(presence, expected)
}

/** Whoever asks again wants a user, not silently an anonymous chat. */
function signOut(before: LivePresence, reason: ChangeReason, error: CozeChatError, untilMs: number): PresenceStep[] {
  const steps = endEpoch(before, reason, { ...nobody(before, 'user'), status: 'signed-out', error, untilMs })
  return steps.map((step, index) =>
    index < steps.length - 1 ? step : { ...step, effects: [...step.effects, { type: 'announce-signed-out' }] },
  )
}

function confirm(presence: LivePresence, { visitor, ticket, namedByServer }: Confirmation): PresenceStep {
  const effects: PresenceEffect[] = []
  if (ticket !== undefined) effects.push({ type: 'keep-session-id', id: ticket })
  // Whoever signs out later must not find what somebody wrote anonymously before signing in.
  else if (visitor.kind === 'user' && namedByServer) effects.push({ type: 'drop-session-id' })
  effects.push({ type: 'announce-session', visitor })
  return { presence: { ...nobody(presence, presence.expected), status: 'confirmed', visitor }, effects }
}

function confirmAgain(presence: ConfirmedPresence, event: Confirmation): PresenceStep[] {
  const { visitor, ticket } = event
  if (presence.visitor.subject === visitor.subject && presence.visitor.kind === visitor.kind) {
    return ticket === undefined ? [] : [{ presence, effects: [{ type: 'keep-session-id', id: ticket }] }]
  }
  const ended = endEpoch(presence, 'other-user', nobody(presence, presence.expected))
  const next = { ...nobody(presence, presence.expected), epoch: presence.epoch + 1, checking: false }
  return [...ended, confirm(next, event)]
}

/** Undefined until the token service has named somebody in this epoch. */
export function confirmedVisitor(presence: Presence): ConfirmedVisitor | undefined {
  return presence.status === 'confirmed' ? presence.visitor : undefined
}

/** What the token service is told to expect. Once it has named a user, their absence is `signed_out` and never silently an anonymous chat. */
export function expectedKind(presence: Presence): IdentityKind | undefined {
  if (presence.status === 'destroyed') return undefined
  return presence.expected ?? (confirmedVisitor(presence)?.kind === 'user' ? 'user' : undefined)
}

/**
 * `unknown`: the server has not been asked yet. `signed-out`: a user is expected and nobody is there;
 * `getToken()` fails until {@link SignedOutPresence.untilMs} and asks again after that. After a logout where `user: 'required'` only
 * `identify()` ends it.
 */
export type VisitorStatus = 'unknown' | 'anonymous' | 'signed-in' | 'signed-out'

export function visitorStatus(presence: Presence): VisitorStatus {
  switch (presence.status) {
    case 'confirmed':
      return presence.visitor.kind === 'user' ? 'signed-in' : 'anonymous'
    case 'signed-out':
      return 'signed-out'
    default:
      return 'unknown'
  }
}

export function nobodySignedIn(): CozeChatError {
  return new CozeChatError('signed_out', 'Nobody is signed in, and this chat expects a user.')
}
