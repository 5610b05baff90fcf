/**
 * One token request, from beginning to end: prove who asks, wait for the turn of this tab, ask, and take what the response says
 * about the visitor. When to ask is decided in `held-token.ts`, how often in `token-flight.ts`.
 */
import { CozeChatError } from '../../errors.ts'
import type { Platform } from '../../platform/browser.ts'
import { runExclusively } from '../../platform/waiting/shared-lock.ts'
import type { IdentityKind } from '../../protocol/token-endpoint.ts'
import { fingerprint } from '../session-id.ts'
import type { SessionStore } from '../session-store.ts'
import { confirmedVisitor, expectedKind, nobodySignedIn, type Presence } from '../visitor-state.ts'
import type { AccessToken } from './access-token.ts'
import { readUserToken, type UserToken } from './host-callbacks.ts'
import type { TokenReply, TokenSource } from './token-source.ts'

export interface TokenRequestOptions {
  /** The last token is of no use: skip caches. */
  renew: boolean
  /** Ask the server whatever other tabs say, and without waiting for them: this tab alone doubts its visitor. */
  revalidate: boolean
  /** True once a token of another tab will do. */
  isSuperfluous: () => boolean
  signal: AbortSignal
}

export interface TokenClient {
  /**
   * @returns undefined if the request has become superfluous
   * @throws CozeChatError; the reason of the signal
   */
  request(options: TokenRequestOptions): Promise<AccessToken | undefined>
  /** Logout: asks the service to drop its cached token. Best effort. */
  end(sessionId: string | undefined, kind: IdentityKind): void
}

/** Who asks, and who is told what the token service says about them. */
export interface Applicant {
  readonly presence: Presence
  /** Signed identity token of the site, or the function that gets one. */
  readonly userToken: UserToken | undefined
  /** The request is on its way. */
  hasAsked(): void
  /** Takes the visitor that the response names; ends the epoch if it is another one. Returns their token. */
  confirm(reply: ConfirmedReply): AccessToken
}

export interface ConfirmedReply extends TokenReply {
  readonly kind: IdentityKind
  /** The session id that the question carried. */
  readonly sentId: string
}

export interface TokenClientOptions {
  source: TokenSource
  session: SessionStore
  applicant: Applicant
  platform: Platform
  /** Lets users sign in on plain http: for development. */
  allowInsecure: boolean
}

export function createTokenClient({
  source,
  session,
  applicant,
  platform,
  allowInsecure,
}: TokenClientOptions): TokenClient {
  const { page, locks, clock } = platform
  let lastBearer: string | undefined

  /** Runs outside any lock, because it may run host code. */
  async function proveIdentity(signal: AbortSignal): Promise<string | undefined> {
    await page.activated(signal)
    signal.throwIfAborted()
    refuseInsecure(proofOfUser() === undefined ? expectedKind(applicant.presence) : 'user')
    await session.resolveId(confirmedVisitor(applicant.presence)?.kind, signal)
    const proof = proofOfUser()
    return proof === undefined ? undefined : readUserToken(proof, signal, platform)
  }

  /** None for an anonymous visitor. */
  function proofOfUser(): UserToken | undefined {
    return expectedKind(applicant.presence) === 'anonymous' ? undefined : applicant.userToken
  }

  function refuseInsecure(kind: IdentityKind | undefined): void {
    if (kind !== 'user' || page.secure || allowInsecure) return
    throw new CozeChatError(
      'insecure_context',
      'A user can be signed in over https only, since anybody on the way could read their token. For development there is the option allowInsecure (data-allow-insecure).',
    )
  }

  function lockName(): string {
    return `coze-chat-token:${confirmedVisitor(applicant.presence)?.subject ?? fingerprint(session.id ?? '')}`
  }

  return {
    async request({ renew, revalidate, isSuperfluous, signal }) {
      const bearer = await proveIdentity(signal)
      const askAndConfirm = async (): Promise<AccessToken> => {
        // Once more: while this tab waited, another widget of the page may have been given a ticket in place of the id.
        const sessionId = await session.resolveId(confirmedVisitor(applicant.presence)?.kind, signal)
        const expect = expectedKind(applicant.presence)
        lastBearer = bearer
        const asked = source.ask({ sessionId, expect, renew, signal, bearer })
        applicant.hasAsked()
        const reply = await asked
        signal.throwIfAborted()
        const kind = reply.kind ?? expect ?? 'anonymous'
        if (expect === 'user' && kind !== 'user') throw nobodySignedIn()
        refuseInsecure(kind)
        return applicant.confirm({ ...reply, kind, sentId: sessionId })
      }
      if (revalidate || !source.shared) return askAndConfirm()
      return runExclusively({ locks, name: lockName(), clock, signal, isSuperfluous, work: askAndConfirm })
    },
    end(sessionId, kind) {
      source.end({ sessionId, expect: kind, bearer: lastBearer })
      lastBearer = undefined
    },
  }
}
