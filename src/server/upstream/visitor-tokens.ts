import type { Clock } from '../../platform/clock.ts'
import type { ServiceRequest } from '../http/service-request.ts'
import type { AuthenticatedVisitor } from '../identity/authenticated-visitor.ts'
import type { SessionName } from '../identity/session-name.ts'
import type { ServiceLimits } from '../limits/service-limits.ts'
import { callHookNow } from '../operations/call-hook.ts'
import type { EventSink, TokenOrigin } from '../operations/events.ts'
import type { TokenStore } from '../store/token-store.ts'
import type { SessionContext } from './assertion/assertion.ts'
import { askBeforeMint, type BeforeMint } from './before-mint.ts'
import type { ExchangedToken } from './exchange-response.ts'
import type { TokenCache } from './token-cache.ts'
import type { CozeExchange } from './token-exchange.ts'
import type { UpstreamGate } from './upstream-gate.ts'

/** Coze's tokens of visitors. */
export interface VisitorTokens {
  /**
   * The visitor's token, from the cache or from an exchange.
   * @param options.renew Coze has rejected the last one: the cache is passed over, at most once in 30 s and session.
   * @returns `leftMs`: what is left of its life
   * @throws ServiceError `upstream_unavailable`, `rate_limited` or `misconfigured`
   */
  issue(
    visitor: AuthenticatedVisitor,
    request: ServiceRequest,
    options: { renew: boolean },
  ): Promise<{ text: string; leftMs: number; source: TokenOrigin }>
  /** Logout: the token is forgotten. */
  end(visitor: AuthenticatedVisitor): Promise<void>
}

export function createVisitorTokens(options: {
  cache: TokenCache
  exchange: CozeExchange
  gate: UpstreamGate
  /** Called before each exchange for an anonymous visitor. It throws to refuse. */
  spendMint: ((request: ServiceRequest) => Promise<unknown>) | undefined
  beforeMint: BeforeMint | undefined
  sessionContext: ((visitor: AuthenticatedVisitor) => SessionContext | undefined) | undefined
  /** Keeps who has logged out, for as long as the token would have lived. */
  store: TokenStore
  tokenLifeMs: number
  limits: Pick<ServiceLimits, 'spendNewVisitor'>
  clock: Clock
  events: EventSink
}): VisitorTokens {
  const { cache, exchange, gate, spendMint, beforeMint, sessionContext, store, tokenLifeMs, limits, clock, events } =
    options

  async function mint(visitor: AuthenticatedVisitor, request: ServiceRequest): Promise<ExchangedToken> {
    // An id that the browser has made has paid with this, whatever came before.
    if (visitor.kind === 'anonymous' && spendMint !== undefined) await spendMint(request)
    else await payAfterLogout(visitor, request)
    if (beforeMint !== undefined) await askBeforeMint(beforeMint, visitor, request, { clock, events })
    const context =
      sessionContext && callHookNow('sessionContext', events, () => sessionContext(visitor), isContextOrNone)
    return gate.run(() => exchange.exchange(visitor.sessionName, context))
  }

  /**
   * A logout gives nothing back of what was spent: the first exchange after it counts like a new visitor's, or else a loop of
   * logouts would get around that limit (T34).
   */
  async function payAfterLogout({ sessionName }: AuthenticatedVisitor, request: ServiceRequest): Promise<void> {
    const key = endedKey(sessionName)
    if ((await store.get(key)) === undefined) return
    await limits.spendNewVisitor(request)
    await store.delete(key)
  }

  return {
    async issue(visitor, request, { renew }) {
      const { token, leftMs, source } = await cache.get(visitor.sessionName, {
        mint: () => mint(visitor, request),
        renew,
        signal: () => request.signal,
        waitUntil: (promise) => request.waitUntil(promise),
      })
      return { text: token.accessToken, leftMs, source }
    },
    async end({ sessionName }) {
      await cache.drop(sessionName)
      await store.set(endedKey(sessionName), {}, { ttlMs: tokenLifeMs })
    },
  }
}

/** It has no effect on whose history is read, so a visitor whose context cannot be told chats without. */
function isContextOrNone(value: unknown): value is SessionContext | undefined {
  return value === undefined || (typeof value === 'object' && value !== null && 'device_info' in value)
}

function endedKey(sessionName: SessionName): string {
  return `ended:${sessionName}`
}
