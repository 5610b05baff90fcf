/**
 * Session and token joined: who is there, and a fresh token for him. Every change of visitor ends an epoch, synchronously;
 * the token manager of an epoch ends with it, so nothing begun for one visitor can reach the next.
 */
import type { IdentityKind } from './contract.ts'
import { CozeChatError } from './errors.ts'
import { abortError, onAbort } from './platform/abort.ts'
import { browserPlatform, type Platform } from './platform/browser.ts'
import { callHost } from './platform/call-host.ts'
import { createLazyPart } from './platform/lazy-part.ts'
import { runExclusively } from './platform/shared-lock.ts'
import { fingerprint } from './session/session-id.ts'
import { createSessionManager } from './session/session-manager.ts'
import type { VisitorMemory } from './session/visitor-memory.ts'
import { type AccessToken, remainingMs } from './token/access-token.ts'
import { createFirstToken } from './token/first-token.ts'
import type { OtherTabs } from './token/other-tabs.ts'
import type { GetTokenCallback } from './token/page-functions.ts'
import type { GetTokenOptions, TokenManager, TokenManagerOptions } from './token/token-manager.ts'
import { createTokenSource, type TokenQuestion, type TokenReply } from './token/token-source.ts'

/** The part of `ChatWidgetOptions` that is about who is there. */
export interface VisitorOptions {
  botId?: string | undefined
  workflowId?: string | undefined
  tokenUrl?: string | undefined
  getToken?: GetTokenCallback | undefined
  session?: 'tab' | 'device' | undefined
  user?: 'auto' | 'required' | 'anonymous' | undefined
  userToken?: string | (() => string | Promise<string>) | undefined
  tokenField?: string | undefined
  allowInsecure?: boolean | undefined
}

/** `unknown`: the server has not been asked yet. `signed-out`: a user is expected and nobody is there; nothing is asked until `identify()` or `logout()`. */
export type VisitorStatus = 'unknown' | 'anonymous' | 'signed-in' | 'signed-out'

/** `login`, `logout`: by call. `other-user`: the server names somebody else. `signed-out`: the server knows nobody. `copied-tab`: another tab holds this session. */
export type ChangeReason = 'login' | 'logout' | 'other-user' | 'signed-out' | 'copied-tab'

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
  /** True while it is being found out whether the visitor is still the same: show nothing of his meanwhile. */
  readonly checking: boolean
  readonly tokenExpiresInMs: number | undefined
  /** Tokens at hand so far beyond the first. */
  readonly renewals: number
}

export interface VisitorEvents {
  /** The server confirmed who is there: the first subject of an epoch. */
  session: { subject: string; kind: IdentityKind }
  /** An epoch has ended: whatever belongs to the visitor before must go, before this call returns. */
  change: { reason: ChangeReason }
  /** A user is expected and nobody is signed in. */
  'signed-out': undefined
  /** Hide what is shown (`true`), until it is clear that the visitor is the same, or, after `change`, that he is not (`false`). */
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
   * @throws `CozeChatError`; `aborted` when the visitor changed meanwhile.
   */
  getToken(options?: GetTokenOptions): Promise<AccessToken>
  /** The token at hand if it can still be used. */
  peek(): AccessToken | undefined
  /** Starts fetching, without waiting: for hover and focus. */
  warmUp(): void
  /** Somebody signed in. An anonymous chat is not carried over: on a shared computer it may be someone else's. */
  identify(identity?: { userToken?: VisitorOptions['userToken'] }): void
  /** Forgets the visitor here, in the other tabs, and as far as possible on the server; works offline. */
  logout(): void
  /** What was remembered for the confirmed subject; empty before there is one. */
  recall(): VisitorMemory
  remember(memory: VisitorMemory): void
  on<Type extends keyof VisitorEvents>(type: Type, listener: (event: VisitorEvents[Type]) => void): () => void
  destroy(): void
}

/** A chat that is open asks again at once, and several times. */
const SIGNED_OUT_MS = 1_000

const managerPart = createLazyPart(() => import('./token/token-manager.ts'))
const pageFunctionsPart = createLazyPart(() => import('./token/page-functions.ts'))

export function createVisitor(options: VisitorOptions, overrides: Partial<Platform> = {}): Visitor {
  const platform: Platform = { ...browserPlatform, ...overrides }
  const { clock, page } = platform
  const scope = options.session ?? 'tab'
  const agent = options.botId ?? options.workflowId ?? ''
  /** Host code has no part in what tabs share: it may do anything, so it must not run inside a lock. */
  const pageSource = options.getToken
  const source = createTokenSource(options.tokenUrl ?? '', options.tokenField ?? 'session_id', platform)

  let { userToken } = options
  let lastBearer: string | undefined
  /** What the page believes; undefined: whoever the server finds. */
  let expected: IdentityKind | undefined =
    options.user === 'required' ? 'user' : options.user === 'anonymous' ? 'anonymous' : undefined
  let signedOut: CozeChatError | undefined
  /** When the server said so, by the monotonic clock; `Infinity` after `logout()`, which holds until `identify()`. */
  let signedOutAt = 0
  let checking = false
  let lastText: string | undefined
  let tokenCount = 0
  let destroyed = false

  const listeners = new Map<keyof VisitorEvents, Set<(event: never) => void>>()
  function emit<Type extends keyof VisitorEvents>(type: Type, event: VisitorEvents[Type]): void {
    for (const listener of [...(listeners.get(type) ?? [])]) {
      callHost(() => (listener as (event: VisitorEvents[Type]) => void)(event))
    }
  }

  const session = createSessionManager({ scope, agent, platform, onChange: (reason) => startEpoch(reason) })
  let tokens = startTokens()
  let otherTabs: Promise<OtherTabs> | undefined
  const offPage = page.on((signal) => {
    if (signal === 'hidden') tokens.rest()
    else if (signal === 'online') tokens.hurry()
    else if (signal === 'restored') doubt()
    else if (signal === 'woke') tokens.wake()
  })

  /** Once the server has named a user, his absence is `signed_out` and never silently an anonymous chat. */
  const expectation = () => expected ?? (session.kind === 'user' ? 'user' : undefined)

  function refuseInsecure(kind: IdentityKind | undefined): void {
    if (kind !== 'user' || page.secure || options.allowInsecure) return
    throw new CozeChatError('insecure_context', 'user on plain http')
  }

  async function resolveBearer(signal: AbortSignal): Promise<string | undefined> {
    const current = userToken
    if (expectation() === 'anonymous' || current === undefined) return undefined
    return typeof current === 'string' ? current : (await pageFunctionsPart()).askUserToken(current, signal, platform)
  }

  async function put(question: TokenQuestion): Promise<TokenReply> {
    if (!pageSource) return source.ask(question)
    return (await pageFunctionsPart()).askGetToken(pageSource, question, platform)
  }

  async function ask(renew: boolean, signal: AbortSignal, bearer: string | undefined): Promise<AccessToken> {
    const sessionId = await session.resolveId(signal)
    const expect = expectation()
    lastBearer = bearer
    const reply = await put({ sessionId, expect, renew, signal, bearer })
    signal.throwIfAborted()
    const kind = reply.kind ?? expect ?? 'anonymous'
    if (expect === 'user' && kind !== 'user') throw nobodySignedIn()
    refuseInsecure(kind)
    const verdict = session.confirm({ ...reply, kind, sentId: sessionId })
    const { subject = '', epoch } = session
    const token = { text: reply.text, ttlMs: reply.ttlMs, since: reply.since, subject, kind }
    if (verdict !== 'same') emit('session', { subject, kind })
    // The flight has ended with the old epoch, whose callers were told `aborted`; its token is the new visitor's.
    if (verdict === 'changed' && session.epoch === epoch) tokens.adopt(token)
    return token
  }

  function startTokens(): TokenManager {
    const managerOptions: TokenManagerOptions = {
      clock,
      randomFraction: platform.randomFraction,
      hidden: () => page.hidden,
      async prepare(signal) {
        await page.activated(signal)
        signal.throwIfAborted()
        refuseInsecure(expectation())
        await session.resolveId(signal)
        const bearer = await resolveBearer(signal)
        return (renew, requestSignal) => ask(renew, requestSignal, bearer)
      },
      exclusively(signal, ready, work) {
        if (pageSource) return work()
        const name = `coze-chat-token:${session.subject ?? fingerprint(session.id ?? '')}`
        return runExclusively(platform.locks, name, clock, signal, ready, work)
      },
      onToken(token, own) {
        if (token.text !== lastText) tokenCount++
        lastText = token.text
        if (hasOtherTabs()) tellTabs((tabs) => own && offer(tabs))
        signedOut = undefined
        setChecking(false)
        emit('token', { expiresInMs: remainingMs(token, clock), renewals: tokenCount - 1 })
      },
      onError(error) {
        if (error.code !== 'signed_out') return emit('error', error)
        signedOut = error
        signedOutAt = clock.monotonic()
        // Whoever asks again wants a user, not silently an anonymous chat.
        expected = 'user'
        endEpoch('signed-out')
        emit('signed-out', undefined)
      },
    }
    const manager = createFirstToken(managerOptions, async () => {
      const { createTokenManager } = await managerPart()
      return (begun) => createTokenManager(managerOptions, begun)
    })
    const { signal } = session
    // Before anybody else hears of the end, so that nobody who does can still get the old token.
    onAbort(signal, () => manager.stop(abortError(signal)))
    return manager
  }

  function endEpoch(reason: ChangeReason): void {
    // A page that names its user at each load must not lose what he had open; it is read by its own subject only.
    session.forget(reason !== 'login')
    startEpoch(reason)
  }

  function startEpoch(reason: ChangeReason): void {
    tokens = startTokens()
    lastText = undefined
    tokenCount = 0
    emit('change', { reason })
    // Only now: nothing of whoever was there is shown again.
    setChecking(false)
  }

  function setChecking(value: boolean): void {
    if (checking === value) return
    checking = value
    emit('checking', value)
  }

  function doubt(): void {
    if (session.subject === undefined) return
    setChecking(true)
    tokens.doubt()
  }

  const hasOtherTabs = () => session.kind === 'user' || (session.kind !== undefined && scope === 'device')

  /** Without that file the tabs notice each other's changes by their own questions; the next token asks for it again. */
  async function tellTabs(tell: (tabs: OtherTabs) => void): Promise<void> {
    otherTabs ??= import('./token/other-tabs.ts').then(({ openOtherTabs }) =>
      openOtherTabs({
        name: options.tokenUrl ?? agent,
        platform,
        visitor: session,
        adopt: (token) => tokens.adopt(token),
        doubt,
      }),
    )
    try {
      tell(await otherTabs)
    } catch {
      otherTabs = undefined
    }
  }

  function offer(tabs: OtherTabs): void {
    const token = tokens.peek()
    // The visitor may have changed while the file was on its way.
    if (token && !pageSource && hasOtherTabs()) tabs.offer(token)
  }

  return {
    get state(): VisitorState {
      const { id, subject, kind, epoch, persistent } = session
      const token = tokens.peek()
      return {
        status: signedOut ? 'signed-out' : kind === 'user' ? 'signed-in' : (kind ?? 'unknown'),
        sessionId: id,
        subject,
        kind,
        epoch,
        persistence: persistent ? scope : 'memory',
        checking,
        tokenExpiresInMs: token && remainingMs(token, clock),
        renewals: Math.max(0, tokenCount - 1),
      }
    },
    get signal() {
      return session.signal
    },
    async getToken(request) {
      // He may have signed in elsewhere by now; what the server said a moment ago is not asked again.
      if (signedOut && clock.monotonic() - signedOutAt < SIGNED_OUT_MS) throw signedOut
      return tokens.get(request)
    },
    peek: () => tokens.peek(),
    warmUp() {
      // Whoever needs the token is told; `error` events tell the page.
      if (!signedOut) tokens.get().catch(() => {})
    },
    identify(identity = {}) {
      if (destroyed) return
      // Hosts say this on every route; the same proof of the same user changes nothing.
      if (identity.userToken !== undefined && identity.userToken === userToken && session.kind === 'user') return
      userToken = identity.userToken ?? userToken
      expected = 'user'
      signedOut = undefined
      endEpoch('login')
    },
    logout() {
      if (destroyed) return
      const { id, subject, kind } = session
      if (typeof userToken === 'string') userToken = undefined
      // Not `undefined`: the site's own logout may still be on its way, and the server would sign him in again.
      expected = options.user === 'required' ? 'user' : 'anonymous'
      signedOut = options.user === 'required' ? nobodySignedIn() : undefined
      signedOutAt = Infinity
      endEpoch('logout')
      if (subject !== undefined) {
        if (otherTabs) tellTabs((tabs) => tabs.ended(subject))
        if (!pageSource) source.end({ sessionId: id, expect: kind, bearer: lastBearer })
      }
      lastBearer = undefined
      if (signedOut) emit('signed-out', undefined)
    },
    recall: session.recall,
    remember: session.remember,
    on(type, listener) {
      const own = listeners.get(type) ?? new Set()
      listeners.set(type, own.add(listener as (event: never) => void))
      return () => own.delete(listener as (event: never) => void)
    },
    destroy() {
      destroyed = true
      session.destroy()
      offPage()
      if (otherTabs) tellTabs((tabs) => tabs.close())
      listeners.clear()
    },
  }
}

function nobodySignedIn(): CozeChatError {
  return new CozeChatError('signed_out', 'no user')
}
