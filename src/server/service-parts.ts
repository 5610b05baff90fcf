import type { Clock } from '../platform/clock.ts'
import type { Answer } from './answers.ts'
import type { Call } from './call.ts'
import type { CorsPolicy } from './cors.ts'
import type { EventSink, TokenSource } from './events.ts'
import type { Limiter } from './limits.ts'
import type { Principal, PrincipalDesk } from './principal-desk.ts'
import type { TokenCache } from './token-cache.ts'
import type { TokenStore } from './token-store.ts'
import type { UpstreamToken } from './upstream-token.ts'

/**
 * What the routes of one service share. The gateway is built from the same parts: it resolves a call to a principal
 * with `desk`, spends the same limits and takes tokens from the same cache by `tokenFor`.
 */
export interface ServiceParts {
  readonly cors: CorsPolicy
  readonly desk: PrincipalDesk
  readonly store: TokenStore
  readonly tokens: TokenCache
  readonly sessionLimiter: Limiter | undefined
  readonly issueLimiter: Limiter | undefined
  readonly clock: Clock
  readonly random: (length: number) => Uint8Array
  readonly fetch: typeof globalThis.fetch
  readonly events: EventSink
  /** The limiter's key of the caller's address. */
  addressOf(call: Call): string
  /** @throws ServiceFault `rate_limited` */
  spendAddressLimit(call: Call): Promise<void>
  /** The upstream token of this principal, from the cache or a mint; renewed when upstream rejected the last one. */
  tokenFor(
    principal: Principal,
    call: Call,
    options?: { renew?: boolean },
  ): Promise<{ token: UpstreamToken; source: TokenSource }>
}

/** What the token endpoint hands out and takes back: Coze's tokens, or the gateway's passes. */
export interface CredentialDesk {
  credentialFor(
    principal: Principal,
    call: Call,
    options: { renew: boolean },
  ): Promise<{ text: string; expiresAtMs: number; source: TokenSource }>
  end(principal: Principal): Promise<void>
}

/** One route's work. It may throw a `ServiceFault`. */
export type Route = (call: Call) => Promise<Answer>
