/** What needs the keys: from a session to its token, who may have it, and the routes that hand it out. */
import { randomShare } from '../crypto/random-bytes.ts'
import { createGateway } from '../gateway/gateway.ts'
import { DEFAULT_CONNECTOR_ID } from '../gateway/gateway-options.ts'
import { ownerOfEntry } from '../gateway/ownership/ownership.ts'
import type { RouteTable } from '../http/route-table.ts'
import { createAccessPasses } from '../identity/access-pass.ts'
import { createRequestAuthenticator, type RequestAuthenticator } from '../identity/authenticate-request.ts'
import { nameForCheck } from '../identity/session-name.ts'
import {
  DEFAULT_BASE_PATH,
  DEFAULT_TICKET_MAX_AGE_HOURS,
  DEFAULT_TOKEN_TTL_SECONDS,
  type TokenServiceOptions,
} from '../service-options.ts'
import { createMemoryTokenStore } from '../store/memory-token-store.ts'
import { type BrowserCredentials, createPassCredentials, endEverywhere } from '../token-endpoint/browser-credentials.ts'
import { createTokenEndpoint } from '../token-endpoint/token-endpoint.ts'
import { createAgentProfiles } from '../upstream/agent-profiles.ts'
import type { SigningKey } from '../upstream/assertion.ts'
import { importPrivateKey } from '../upstream/private-key.ts'
import { createTokenCache } from '../upstream/token-cache.ts'
import { type CozeExchange, createCozeExchange } from '../upstream/token-exchange.ts'
import { createVisitorTokens, type VisitorTokens } from '../upstream/visitor-tokens.ts'
import type { ServiceParts } from './service-parts.ts'

/** Conversations, chats, files and logouts that a gateway without a store remembers. */
const MAX_GATEWAY_ENTRIES = 100_000
/** A pass lives as long as a token, but no longer than this. */
const MAX_PASS_MS = 900_000

export interface TokenRoutes extends RouteTable {
  /** Gets a token from Coze for a session that no visitor has; absent with Coze Studio. */
  readonly getTokenForCheck: (() => Promise<unknown>) | undefined
}

/** @throws CozeChatError `misconfigured` for an unusable key */
export async function composeTokenRoutes(options: TokenServiceOptions, parts: ServiceParts): Promise<TokenRoutes> {
  const { secret, store, gateway, upstream } = parts
  const exchange = await createExchange(options, parts)
  const tokens = createTokens(options, parts, exchange)
  const authenticator = await createAuthenticator(options, parts)
  const endpointFor = createEndpointMaker(options, parts, authenticator, tokens)
  const name = gateway?.studio === undefined ? await nameForCheck(secret, options.appId ?? '') : undefined
  const getTokenForCheck = name && (() => exchange.exchange(name))
  if (gateway === undefined) {
    return { paths: new Map([['/token', endpointFor(tokens, upstream.apiBase)]]), getTokenForCheck }
  }

  const { clock, random, cors, limits, events, suppliers, fetch } = parts
  // What a gateway knows of conversations has room of its own, or a flood of tokens would push it out.
  const memory =
    options.store === undefined
      ? createMemoryTokenStore({ clock, maxEntries: MAX_GATEWAY_ENTRIES, ownerOf: ownerOfEntry })
      : store
  const lifeMs = Math.min(tokenLifeSeconds(options) * 1000, MAX_PASS_MS)
  const passes = await createAccessPasses({ secret, store: memory, lifeMs, clock, random })
  const otherwise = createGateway(
    {
      cors,
      limits,
      authenticator,
      clock,
      events,
      tokens,
      passes,
      store: memory,
      onUpstreamAnswer: suppliers.upstreamAnswered,
      fetch,
      apiBase: upstream.apiBase,
      basePath: options.basePath ?? DEFAULT_BASE_PATH,
    },
    gateway,
  )
  // The gateway is beside the token endpoint, under whatever name the browser knows that.
  const endpoint = endpointFor(createPassCredentials(passes, tokens), '.')
  return { paths: new Map([['/token', endpoint]]), otherwise, getTokenForCheck }
}

const tokenLifeSeconds = ({ tokenTtlSeconds = DEFAULT_TOKEN_TTL_SECONDS }: TokenServiceOptions) => tokenTtlSeconds

async function createExchange(
  options: TokenServiceOptions,
  { upstream, gateway, fetch, clock, random, events }: ServiceParts,
): Promise<CozeExchange> {
  return createCozeExchange({
    ...upstream,
    appId: options.appId ?? '',
    // Coze Studio has one token for all, and no keys.
    signingKeys: gateway?.studio === undefined ? await importKeys(options) : [],
    tokenTtlSeconds: tokenLifeSeconds(options),
    scope: options.scope,
    fetch,
    clock,
    random,
    events,
  })
}

function importKeys({ keyId = '', privateKey = '', otherKeys = [] }: TokenServiceOptions): Promise<SigningKey[]> {
  const keys = [{ keyId, privateKey }, ...otherKeys]
  return Promise.all(keys.map(async (key) => ({ keyId: key.keyId, key: await importPrivateKey(key.privateKey) })))
}

function createTokens(
  options: TokenServiceOptions,
  { store, limits, gate, clock, random, events }: ServiceParts,
  exchange: CozeExchange,
): VisitorTokens {
  return createVisitorTokens({
    cache: createTokenCache({ store, clock, chance: () => randomShare(random) }),
    exchange,
    gate,
    // A ticket was paid for when it was issued. An id that the browser has made is nothing that anybody paid for.
    spendMint: options.anonymous === 'client-id' ? limits.spendNewVisitor : undefined,
    beforeMint: options.beforeMint,
    sessionContext: options.sessionContext,
    store,
    tokenLifeMs: tokenLifeSeconds(options) * 1000,
    limits,
    clock,
    events,
  })
}

function createAuthenticator(
  options: TokenServiceOptions,
  { secret, store, clock, random, events }: ServiceParts,
): Promise<RequestAuthenticator> {
  return createRequestAuthenticator({
    secret,
    identify: options.identify,
    anonymous: options.anonymous ?? 'ticket',
    tenant: options.tenant ?? (options.appId || 'studio'),
    sessionName: options.sessionName,
    ticketSecrets: options.ticketSecrets,
    ticketMaxAgeHours: options.ticketMaxAgeHours ?? DEFAULT_TICKET_MAX_AGE_HOURS,
    bindTicket: options.bindTicket,
    adoptAnonymous: options.adoptAnonymous,
    store,
    clock,
    random,
    events,
  })
}

/** @returns makes the token endpoint for what is handed out, and where in the browser's eyes the Open API is */
function createEndpointMaker(
  options: TokenServiceOptions,
  { cors, limits, store, upstream, gateway, fetch, clock, events }: ServiceParts,
  authenticator: RequestAuthenticator,
  tokens: VisitorTokens,
) {
  const studio = gateway?.studio
  const profiles = createAgentProfiles({
    targets: options.bots ?? [],
    apiBase: studio?.baseUrl.replace(/\/+$/, '') ?? upstream.apiBase,
    connectorId: gateway?.connectorId ?? DEFAULT_CONNECTOR_ID,
    fetch,
    clock,
  })
  return (credentials: BrowserCredentials, apiBase: string) =>
    createTokenEndpoint({
      cors,
      limits,
      authenticator,
      clock,
      events,
      apiBase,
      credentials: endEverywhere(credentials, store),
      agentProfile: (id, visitor, request) =>
        profiles.of(
          id,
          request,
          async () => studio?.personalToken ?? (await tokens.issue(visitor, request, { renew: false })).text,
        ),
    })
}
