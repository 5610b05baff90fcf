/**
 * The visitor and their token: wires the page's calls and the browser's events to the rules of `visitor-state.ts`, and carries out
 * what they say. Every change of visitor ends an epoch, synchronously, and the token manager of that epoch ends with it,
 * so nothing that was begun for one visitor can reach the next.
 */
import { CozeChatError } from '../errors.ts'
import { browserPlatform, type Platform } from '../platform/browser.ts'
import type { TimerHandle } from '../platform/clock.ts'
import { createEmitter } from '../platform/emitter.ts'
import type { PageSignal } from '../platform/page/page-signals.ts'
import { readApiBase } from '../protocol/api-base.ts'
import type { IdentityKind } from '../protocol/token-endpoint.ts'
import type { VisitorMemory } from './memory/visitor-memory.ts'
import { fingerprint, isSessionId } from './session-id.ts'
import { createSessionStore } from './session-store.ts'
import { type OtherTabs, openOtherTabs } from './tabs/other-tabs.ts'
import { type AccessToken, remainingMs } from './token/access-token.ts'
import { createCallbackSource, type GetTokenCallback, type UserToken } from './token/host-callbacks.ts'
import type { VisitorParts } from './token/read-token-response.ts'
import { type ConfirmedReply, createTokenClient } from './token/token-client.ts'
import { createTokenManager, type GetTokenOptions, type TokenManager } from './token/token-manager.ts'
import { createEndpointSource } from './token/token-source.ts'
import {
  type ChangeReason,
  type ConfirmedVisitor,
  initialPresence,
  type PresenceEffect,
  type PresenceEvent,
  reducePresence,
  type VisitorStatus,
  visitorStatus,
} from './visitor-state.ts'

/** The part of `ChatWidgetOptions` that is about who is there; documented there. */
export interface VisitorOptions {
  botId?: string | undefined
  workflowId?: string | undefined
  tokenUrl?: string | undefined
  getToken?: GetTokenCallback | undefined
  session?: 'tab' | 'device' | undefined
  user?: 'auto' | 'required' | 'anonymous' | undefined
  userToken?: UserToken | undefined
  tokenField?: string | undefined
  lang?: string | undefined
  allowInsecure?: boolean | undefined
}

export interface VisitorState {
  readonly status: VisitorStatus
  readonly sessionId: string | undefined
  /** Opaque tag of the session. */
  readonly subject: string | undefined
  readonly kind: IdentityKind | undefined
  /** Grows with each change of visitor. */
  readonly epoch: number
  /** `memory`: storage is blocked or full, a reload starts a new visitor. */
  readonly persistence: 'tab' | 'device' | 'memory'
  /** True while it is being found out whether the visitor is still the same: show nothing of theirs meanwhile. */
  readonly checking: boolean
  readonly tokenExpiresInMs: number | undefined
  /** Tokens of this epoch beyond the first. */
  readonly renewals: number
}

/** What the token service told beside the token, when it named the visitor. A convenience: it decides nothing about who is there. */
export interface Introduction {
  /** They have never been here before, so there is nothing to look up. */
  readonly isNew: boolean
  /** The agent's profile, unchecked. */
  readonly agent: unknown
  /** Secret of this user, with which their kept messages are encrypted. It is stored nowhere. */
  readonly seal: string | undefined
}

export interface VisitorEvents {
  /** The server has confirmed who is there; once per epoch. */
  session: ConfirmedVisitor
  /** An epoch has ended: whatever belongs to the visitor before must go, before the listener returns. */
  change: { reason: ChangeReason }
  /** A user is expected and nobody is signed in. */
  'signed-out': undefined
  /** A token request is on its way. */
  asking: undefined
  /** `true`: hide what is shown. `false`: the visitor is the same, or, after `change`, everything of theirs has gone. */
  checking: boolean
  token: { expiresInMs: number; renewals: number }
  error: CozeChatError
}

export interface Visitor {
  readonly state: VisitorState
  /** Aborted the moment the present epoch ends. */
  readonly signal: AbortSignal
  /**
   * A token that can be used now; the first call is what starts everything.
   * @throws CozeChatError `aborted` when the visitor changed meanwhile; `signed_out` when a user is expected and nobody is there
   */
  getToken(options?: GetTokenOptions): Promise<AccessToken>
  /** The token at hand if it can still be used. */
  peek(): AccessToken | undefined
  /** Starts fetching a token, without waiting: for hover and focus. */
  warmUp(): void
  /**
   * Whether the chat is open. {@link REST_AFTER_MS} after it was closed, tokens are no longer renewed ahead, but only when one is
   * asked for; while it is open they are.
   */
  setWatched(watched: boolean): void
  /** Somebody signed in. An anonymous chat is not carried over: on a shared computer it may be someone else's. */
  identify(identity?: { userToken?: VisitorOptions['userToken'] }): void
  /** Forgets the visitor here, in the other tabs, and as far as possible on the server; works offline. */
  logout(): void
  /** Deletes what this browser keeps of the visitor. An anonymous visitor becomes a new one; a user stays signed in. */
  forget(): void
  /** Undefined before a visitor is confirmed. */
  readonly introduction: Introduction | undefined
  /** This browser keeps messages for somebody. It can be asked before it is known who is there. */
  readonly hasKept: boolean
  /** What was remembered for the confirmed visitor; empty before there is one. */
  recall(): VisitorMemory
  /** Replaces what was remembered before, except the seal. Does nothing before a visitor is confirmed. */
  remember(memory: VisitorMemory): void
  /** Returns an unsubscribe function. */
  on<Type extends keyof VisitorEvents>(type: Type, listener: (event: VisitorEvents[Type]) => void): () => void
  /** Stops everything and leaves no timer, listener, channel or lock. What is stored stays for the next visit. */
  destroy(): void
}

/** How long a closed chat keeps its token fresh, in milliseconds. */
export const REST_AFTER_MS = 5 * 60_000

/** @param overrides parts of the browser to be replaced, for tests and unusual hosts */
export function createVisitor(
  options: VisitorOptions,
  parts: VisitorParts,
  overrides: Partial<Platform> = {},
): Visitor {
  const platform: Platform = { ...browserPlatform, ...overrides }
  const { clock, page } = platform
  const scope = options.session ?? 'tab'
  const agent = options.botId ?? options.workflowId ?? ''

  const emitter = createEmitter<VisitorEvents>()
  const session = createSessionStore({ scope, agent, platform })
  const source = options.getToken
    ? createCallbackSource(options.getToken, platform, parts)
    : createEndpointSource(
        { url: options.tokenUrl ?? '', field: options.tokenField ?? 'session_id', agent, lang: options.lang },
        platform,
        parts,
      )

  let presence = initialPresence(options.user)
  let { userToken } = options
  const applicant = {
    get presence() {
      return presence
    },
    get userToken() {
      return userToken
    },
    confirm,
    hasAsked: () => emitter.emit('asking', undefined),
  }
  const { allowInsecure = false } = options
  const client = createTokenClient({ source, session, applicant, platform, allowInsecure })

  let epochEnd = new AbortController()
  let tokens = startTokens()
  let tokenCount = 0
  let lastText: string | undefined
  let introduction: Introduction | undefined
  /** Of the last token that this tab was given by the endpoint itself. */
  let apiBase: string | undefined
  let otherTabs: OtherTabs | undefined
  let resting = false
  let restTimer: TimerHandle | undefined
  const offPage = page.on(onPageSignal)

  function dispatch(event: PresenceEvent): void {
    for (const step of reducePresence(presence, event)) {
      presence = step.presence
      for (const effect of step.effects) {
        perform(effect)
        // A listener has called identify(), logout() or destroy(): the rest of this event is about a visitor who has gone.
        if (presence !== step.presence) return
      }
    }
  }

  function perform(effect: PresenceEffect): void {
    switch (effect.type) {
      case 'keep-session-id':
        session.keepId(effect.id)
        break
      case 'drop-session-id':
        session.dropId()
        break
      case 'forget-memory':
        session.forgetMemory()
        break
      case 'end-epoch':
        endEpoch(effect.reason)
        break
      case 'revalidate':
        tokens.revalidate()
        break
      case 'announce-session':
        emitter.emit('session', effect.visitor)
        break
      case 'announce-signed-out':
        emitter.emit('signed-out', undefined)
        break
      case 'announce-checking':
        emitter.emit('checking', effect.checking)
        break
    }
  }

  function endEpoch(reason: ChangeReason): void {
    const ended = epochEnd
    epochEnd = new AbortController()
    const error = new CozeChatError('aborted', 'The visitor has changed; what was begun for the one before is stopped.')
    // Before anybody hears of the end, so that nobody who does can still get the old token.
    tokens.stop(error)
    ended.abort(error)
    tokens = startTokens()
    tokenCount = 0
    lastText = undefined
    introduction = undefined
    emitter.emit('change', { reason })
  }

  function startTokens(): TokenManager {
    return createTokenManager({ platform, client, onToken, onError, isResting: () => resting })
  }

  function confirm({ text, ttlMs, since, kind, fresh, seal, agent: profile, ...reply }: ConfirmedReply): AccessToken {
    const subject = reply.subject ?? `l_${fingerprint(reply.sentId)}`
    const ticket = isSessionId(reply.sessionId) ? reply.sessionId : undefined
    const { epoch } = presence
    const visitor = { subject, kind }
    dispatch({ type: 'confirmed', visitor, ticket, namedByServer: reply.subject !== undefined })
    // Only the response that brings their first credential can know that nobody was here before: none that renews, and none for a user.
    const isNew = fresh && kind === 'anonymous' && ticket !== undefined
    if (presence.confirmed === visitor) introduction = { isNew, agent: profile, seal }
    apiBase = readApiBase(reply.apiBase, options.tokenUrl)
    const token = { text, ttlMs, since, subject, kind, apiBase }
    // The request has ended with the old epoch, whose callers were told `aborted`; its token is the new visitor's.
    if (presence.epoch !== epoch && presence.confirmed === visitor) tokens.adopt(token)
    return token
  }

  function onToken(token: AccessToken, own: boolean): void {
    if (token.text !== lastText) tokenCount++
    lastText = token.text
    if (hasOtherTabs()) {
      otherTabs ??= openOtherTabs({
        name: options.tokenUrl ?? agent,
        platform,
        visitor: () => presence.confirmed,
        // Where questions go is the endpoint's to say, and no other script's (T22).
        adopt: (offered) => offered.apiBase === apiBase && tokens.adopt(offered),
        revalidate: () => dispatch({ type: 'doubted' }),
      })
      if (own && source.shared) otherTabs.offer(token)
    }
    dispatch({ type: 'token-received' })
    emitter.emit('token', { expiresInMs: remainingMs(token, clock), renewals: tokenCount - 1 })
  }

  function onError(error: CozeChatError): void {
    if (error.code === 'signed_out') dispatch({ type: 'signed-out', error, nowMs: clock.monotonic() })
    else emitter.emit('error', error)
  }

  /** Ends the epoch of a visitor who wants that, here, in their other tabs and at the token service. */
  function leave(event: { readonly type: 'logged-out' | 'forgotten' }): void {
    const { id } = session
    const { confirmed } = presence
    dispatch(event)
    if (confirmed === undefined) return
    otherTabs?.ended(confirmed.subject)
    // Not for a user who stays signed in: their next token is asked for already.
    if (event.type === 'logged-out' || confirmed.kind === 'anonymous') client.end(id, confirmed.kind)
  }

  function hasOtherTabs(): boolean {
    const { confirmed } = presence
    return confirmed !== undefined && (confirmed.kind === 'user' || scope === 'device')
  }

  function onPageSignal(signal: PageSignal): void {
    if (signal === 'hidden') tokens.suspend()
    else if (signal === 'online') tokens.retryNow()
    else if (signal === 'woke') tokens.wake()
    else if (signal === 'left') session.releaseClaim()
    else {
      // Restored: while the page lay in the back/forward cache, somebody else may have come.
      reclaimSession()
      dispatch({ type: 'doubted' })
    }
  }

  async function reclaimSession(): Promise<void> {
    const { epoch } = presence
    if ((await session.claimAgain()) === 'taken') dispatch({ type: 'copied', epoch })
  }

  return {
    get state(): VisitorState {
      const { confirmed, epoch, checking } = presence
      const token = tokens.peek()
      return {
        status: visitorStatus(presence),
        sessionId: session.id,
        subject: confirmed?.subject,
        kind: confirmed?.kind,
        epoch,
        persistence: session.persistent ? scope : 'memory',
        checking,
        tokenExpiresInMs: token && remainingMs(token, clock),
        renewals: Math.max(0, tokenCount - 1),
      }
    },
    get signal() {
      return epochEnd.signal
    },
    async getToken(request) {
      const { signedOut } = presence
      // They may have signed in elsewhere by now; only what the server said a moment ago is not asked again.
      if (signedOut && clock.monotonic() < signedOut.untilMs) throw signedOut.error
      return tokens.get(request)
    },
    peek: () => tokens.peek(),
    warmUp() {
      // Whoever needs the token gets the error, and the page hears of it by an `error` event.
      if (!presence.signedOut) tokens.get().catch(() => {})
    },
    setWatched(watched) {
      clock.clearTimeout(restTimer)
      if (!watched) {
        restTimer = clock.setTimeout(() => {
          resting = true
          tokens.suspend()
        }, REST_AFTER_MS)
      } else if (resting) {
        resting = false
        tokens.wake()
      }
    },
    identify(identity = {}) {
      const sameProof = identity.userToken !== undefined && identity.userToken === userToken
      userToken = identity.userToken ?? userToken
      dispatch({ type: 'identified', sameProof })
    },
    logout() {
      if (presence.destroyed) return
      if (typeof userToken === 'string') userToken = undefined
      leave({ type: 'logged-out' })
    },
    forget: () => leave({ type: 'forgotten' }),
    get introduction() {
      return introduction
    },
    get hasKept() {
      return session.hasKept
    },
    recall: () => (presence.confirmed ? session.recall(presence.confirmed, introduction?.seal) : {}),
    remember(memory) {
      if (presence.confirmed) session.remember(presence.confirmed, memory, introduction?.seal)
    },
    on: emitter.on,
    destroy() {
      dispatch({ type: 'destroyed' })
      const error = new CozeChatError('aborted', 'The chat has been removed from the page.')
      tokens.stop(error)
      epochEnd.abort(error)
      session.releaseClaim()
      clock.clearTimeout(restTimer)
      offPage()
      otherTabs?.close()
      emitter.clear()
    },
  }
}
