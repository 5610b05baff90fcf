/** Coze's API through the service, and the passes that browsers hold for it in place of Coze's tokens. */
import { createGateway } from '../gateway/gateway.ts'
import type { ResolvedGatewayOptions } from '../gateway/gateway-options.ts'
import { ownerOfEntry } from '../gateway/ownership/ownership.ts'
import type { RouteHandler } from '../http/route-table.ts'
import { createAccessPasses } from '../identity/access-pass.ts'
import type { RequestAuthenticator } from '../identity/authenticate-request.ts'
import type { TokenServiceOptions } from '../service-options.ts'
import { createMemoryTokenStore } from '../store/memory-token-store.ts'
import { type BrowserCredentials, createPassCredentials } from '../token-endpoint/browser-credentials.ts'
import type { VisitorTokens } from '../upstream/visitor-tokens.ts'
import type { ServiceParts } from './service-parts.ts'

/** Conversations, chats, files and logouts that a gateway without a store remembers. */
const MAX_GATEWAY_ENTRIES = 100_000
/** A pass lives as long as a token, but no longer than this. */
const MAX_PASS_MS = 900_000

export interface ComposedGateway {
  /** The passes. */
  readonly credentials: BrowserCredentials
  /** Responds to every path that is no other route's. */
  readonly respond: RouteHandler
}

export async function composeGateway(
  gateway: ResolvedGatewayOptions,
  { store: siteStore }: Pick<TokenServiceOptions, 'store'>,
  { basePath, secret, clock, random, cors, limits, events, suppliers, fetch, upstream, tokenTtlSeconds }: ServiceParts,
  { authenticator, tokens }: { authenticator: RequestAuthenticator; tokens: VisitorTokens },
): Promise<ComposedGateway> {
  // What a gateway knows of conversations has room of its own, or a flood of tokens would push it out.
  const store = siteStore ?? createMemoryTokenStore({ clock, maxEntries: MAX_GATEWAY_ENTRIES, ownerOf: ownerOfEntry })
  const lifeMs = Math.min(tokenTtlSeconds * 1000, MAX_PASS_MS)
  const passes = await createAccessPasses({ secret, store, lifeMs, clock, random })
  const respond = createGateway(
    {
      cors,
      limits,
      authenticator,
      clock,
      events,
      tokens,
      passes,
      store,
      onUpstreamAnswer: suppliers.upstreamAnswered,
      fetch,
      apiBase: upstream.apiBase,
      basePath,
    },
    gateway,
  )
  return { credentials: createPassCredentials(passes, tokens), respond }
}
