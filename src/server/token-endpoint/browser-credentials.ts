import { ServiceError } from '../http/service-error.ts'
import type { AccessPasses } from '../identity/access-pass.ts'
import type { AuthenticatedVisitor } from '../identity/authenticated-visitor.ts'
import type { TokenStore } from '../store/token-store.ts'
import type { VisitorTokens } from '../upstream/visitor-tokens.ts'

/** What the token endpoint hands out to browsers: Coze's tokens (`VisitorTokens`) or, with a gateway, access passes. */
export interface BrowserCredentials extends Pick<VisitorTokens, 'issue'> {
  /**
   * Logout: what was handed out ends as far as it can.
   * @throws ServiceError `upstream_unavailable` when this process alone knows of it so far
   */
  end(visitor: AuthenticatedVisitor): Promise<void>
}

/**
 * A logout that the other processes have not heard of is not one to tell the visitor of: it holds here at once, and there when the
 * store works again.
 */
export function endEverywhere(credentials: BrowserCredentials, store: TokenStore): BrowserCredentials {
  return {
    ...credentials,
    async end(visitor) {
      await credentials.end(visitor)
      if (store.health?.() === 'degraded') throw new ServiceError('upstream_unavailable', { retryAfterSeconds: 2 })
    },
  }
}

/** Passes in place of `tokens`. The gateway gets a token from Coze with the first request that needs one. */
export function createPassCredentials(
  passes: AccessPasses,
  tokens: Pick<BrowserCredentials, 'end'>,
): BrowserCredentials {
  return {
    issue: async (visitor) => ({ ...(await passes.issue(visitor)), source: 'pass' }),
    async end(visitor) {
      await passes.end(visitor)
      await tokens.end(visitor)
    },
  }
}
