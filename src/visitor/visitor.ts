/**
 * The visitor and their token: wires the page's calls and the browser's events to the rules of `visitor-state.ts`, and carries out
 * what they say. Every change of visitor raises the epoch and ends a `VisitorLife`, synchronously, with the token manager in it,
 * so nothing that was begun for one visitor can reach the next.
 */
import { CozeChatError } from '../errors.ts'
import { browserPlatform, type Platform } from '../platform/browser.ts'
import { createEmitter } from '../platform/emitter.ts'
import type { PageSignal } from '../platform/page/page-signals.ts'
import type { IdentityKind } from '../protocol/token-endpoint.ts'
import { createIdleTimeout } from './idle-timeout.ts'
import { createMemoryStore } from './memory/memory-store.ts'
import type { VisitorMemory } from './memory/visitor-memory.ts'
import { createPresence } from './presence.ts'
import { readReply } from './read-reply.ts'
import { createSessionStore } from './session-store.ts'
import { createOtherTabs } from './tabs/other-tabs.ts'
import { type AccessToken, remainingMs } from './token/access-token.ts'
import { createCallbackSource, type GetTokenCallback, type UserToken } from './token/host-callbacks.ts'
import type { VisitorParts } from './token/read-token-response.ts'
import { type Applicant, type ConfirmedReply, createTokenClient } from './token/token-client.ts'
import type { GetTokenOptions } from './token/token-manager.ts'
import { createEndpointSource, type TokenSource } from './token/token-source.ts'
import { createVisitorLife, type Introduction, type VisitorLife } from './visitor-life.ts'
import {
  type ChangeReason,
  type Confirmation,
  type ConfirmedVisitor,
  confirmedVisitor,
  initialPresence,
  type PresenceEffect,
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

export interface VisitorEvents {
  /** The server has confirmed who is there; once per epoch. */
  session: ConfirmedVisitor
  /** Whatever belongs to the visitor before must go, before the listener returns. */
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
  /** Aborted the moment the visitor changes. */
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
   * Whether the chat is open. Five minutes after it was closed, tokens are no longer renewed ahead, but only when one is
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

/** @param overrides parts of the browser to be replaced, for tests and unusual hosts */
export function createVisitor(
  options: VisitorOptions,
  parts: VisitorParts,
  overrides: Partial<Platform> = {},
): Visitor {
  const platform: Platform = { ...browserPlatform, ...overrides }
  const { clock, page } = platform
  const { session: scope = 'tab', allowInsecure = false } = options
  const agent = options.botId ?? options.workflowId ?? ''
  let { userToken } = options

  const emitter = createEmitter<VisitorEvents>()
  const session = createSessionStore({ scope, tokenUrl: options.tokenUrl, platform })
  const memory = createMemoryStore({ scope, agent, platform })
  const presence = createPresence(initialPresence(options.user), carryOut)
  const source = createTokenSource(options, agent, platform, parts)
  const applicant: Applicant = {
    get presence() {
      return presence.current
    },
    get userToken() {
      return userToken
    },
    confirm,
    hasAsked: () => emitter.emit('asking', undefined),
  }
  const client = createTokenClient({ source, session, applicant, platform, allowInsecure })
  const idle = createIdleTimeout(
    clock,
    () => life.tokens.suspend(),
    () => life.tokens.wake(),
  )
  let life = beginLife()
  const otherTabs = createOtherTabs({
    name: options.tokenUrl ?? agent,
    platform,
    visitor: () => confirmedVisitor(presence.current),
    // Where tokens and questions go is the endpoint's to say, and no other script's (T22).
    adopt: (offered) => offered.apiBase === life.apiBase && life.tokens.adopt(offered),
    revalidate: () => presence.dispatch({ type: 'doubted' }),
  })
  const offPage = page.on(onPageSignal)

  function beginLife(): VisitorLife {
    const hasFixedProof = () => typeof userToken === 'string'
    return createVisitorLife({ platform, client, onToken, onError, isIdle: () => idle.isIdle, hasFixedProof })
  }

  function endLife(reason: ChangeReason): void {
    const ended = life
    life = beginLife()
    ended.end(new CozeChatError('aborted', 'The visitor has changed; what was begun for the one before is stopped.'))
    emitter.emit('change', { reason })
  }

  function carryOut(effect: PresenceEffect): void {
    switch (effect.type) {
      case 'keep-session-id':
        session.keepId(effect.id)
        break
      case 'drop-session-id':
        session.dropId()
        break
      case 'forget-memory':
        memory.forget()
        break
      case 'end-life':
        endLife(effect.reason)
        break
      case 'revalidate':
        life.tokens.revalidate()
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

  function confirm(reply: ConfirmedReply): AccessToken {
    const { confirmation, introduction, token } = readReply(reply, options.tokenUrl)
    switch (dispatchConfirmation(confirmation)) {
      case 'renewed':
        life.apiBase = token.apiBase
        break
      case 'named':
        life.introduction = introduction
        life.apiBase = token.apiBase
        break
      case 'replaced':
        life.introduction = introduction
        life.apiBase = token.apiBase
        // The request has ended with the visitor before, whose callers were told `aborted`; its token is the new visitor's.
        life.tokens.adopt(token)
        break
      case 'overtaken':
        break
    }
    return token
  }

  /**
   * `renewed`: the visitor is the one who was named before. `named`: nobody was. `replaced`: somebody else was.
   * `overtaken`: a listener has changed the visitor again.
   */
  function dispatchConfirmation(confirmation: Confirmation): 'renewed' | 'named' | 'replaced' | 'overtaken' {
    const askedIn = life
    presence.dispatch(confirmation)
    const isNamedNow = confirmedVisitor(presence.current) === confirmation.visitor
    if (life === askedIn) return isNamedNow ? 'named' : 'renewed'
    return isNamedNow ? 'replaced' : 'overtaken'
  }

  function onToken(token: AccessToken, own: boolean): void {
    if (token.kind === 'user' || scope === 'device') {
      otherTabs.join()
      if (own && source.shared) otherTabs.offer(token)
    }
    presence.dispatch({ type: 'token-received' })
    emitter.emit('token', { expiresInMs: remainingMs(token, clock), renewals: life.renewals })
  }

  function onError(error: CozeChatError): void {
    if (error.code === 'signed_out') presence.dispatch({ type: 'signed-out', error, nowMs: clock.monotonic() })
    else emitter.emit('error', error)
  }

  /** The visitor leaves by their own wish: here, in their other tabs and at the token service. */
  function leave(event: { readonly type: 'logged-out' | 'forgotten' }): void {
    const { id } = session
    const visitor = confirmedVisitor(presence.current)
    presence.dispatch(event)
    // A page on which nobody has opened the chat knows no visitor; its other tabs may.
    if (visitor === undefined && event.type === 'forgotten') return
    otherTabs.join()
    otherTabs.ended(visitor?.subject)
    if (visitor === undefined) return
    // Not for a user who stays signed in: their next token is asked for already.
    if (event.type === 'logged-out' || visitor.kind === 'anonymous') client.end(id, visitor.kind)
  }

  function onPageSignal(signal: PageSignal): void {
    if (signal === 'hidden') life.tokens.suspend()
    else if (signal === 'online') life.tokens.endOwnPause()
    else if (signal === 'woke') life.tokens.wake()
    else if (signal === 'left') session.releaseClaim()
    else {
      // Restored: while the page lay in the back/forward cache, somebody else may have come.
      void reclaimSession()
      presence.dispatch({ type: 'doubted' })
    }
  }

  async function reclaimSession(): Promise<void> {
    const { epoch: leftIn } = presence.current
    if ((await session.claimAgain()) === 'taken') presence.dispatch({ type: 'copied', epoch: leftIn })
  }

  return {
    get state(): VisitorState {
      const { current } = presence
      const visitor = confirmedVisitor(current)
      const token = life.tokens.peek()
      return {
        status: visitorStatus(current),
        sessionId: session.id,
        subject: visitor?.subject,
        kind: visitor?.kind,
        epoch: current.epoch,
        persistence: session.persistent ? scope : 'memory',
        checking: current.status !== 'destroyed' && current.checking,
        tokenExpiresInMs: token && remainingMs(token, clock),
        renewals: life.renewals,
      }
    },
    get signal() {
      return life.signal
    },
    async getToken(request) {
      const { current } = presence
      // They may have signed in elsewhere by now; only what the server said a moment ago is not asked again.
      if (current.status === 'signed-out' && clock.monotonic() < current.untilMs) throw current.error
      return life.tokens.get(request)
    },
    peek: () => life.tokens.peek(),
    warmUp() {
      // Whoever needs the token gets the error, and the page hears of it by an `error` event.
      if (presence.current.status !== 'signed-out') life.tokens.get().catch(() => {})
    },
    setWatched: idle.setWatched,
    identify(identity = {}) {
      const sameProof = identity.userToken !== undefined && identity.userToken === userToken
      userToken = identity.userToken ?? userToken
      presence.dispatch({ type: 'identified', sameProof })
    },
    logout() {
      if (presence.current.status === 'destroyed') return
      if (typeof userToken === 'string') userToken = undefined
      leave({ type: 'logged-out' })
    },
    forget: () => leave({ type: 'forgotten' }),
    get introduction() {
      return life.introduction
    },
    get hasKept() {
      return memory.hasKept
    },
    recall() {
      const visitor = confirmedVisitor(presence.current)
      return visitor ? memory.recall(visitor, life.introduction?.seal) : {}
    },
    remember(remembered) {
      const visitor = confirmedVisitor(presence.current)
      if (visitor) memory.remember(visitor, remembered, life.introduction?.seal)
    },
    on: emitter.on,
    destroy() {
      presence.dispatch({ type: 'destroyed' })
      life.end(new CozeChatError('aborted', 'The chat has been removed from the page.'))
      session.releaseClaim()
      idle.stop()
      offPage()
      otherTabs.close()
      emitter.clear()
    },
  }
}

function createTokenSource(
  { getToken, tokenUrl = '', tokenField = 'session_id', lang }: VisitorOptions,
  agent: string,
  platform: Platform,
  parts: VisitorParts,
): TokenSource {
  return getToken
    ? createCallbackSource(getToken, platform, parts)
    : createEndpointSource({ url: tokenUrl, field: tokenField, agent, lang }, platform, parts)
}
