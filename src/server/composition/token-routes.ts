/** What needs the keys: from a session to its token, who may have it, and the route that hands it out. */
import { randomShare } from '../crypto/random-bytes.ts'
import { DEFAULT_CONNECTOR_ID } from '../gateway/gateway-options.ts'
import type { RouteHandler, RouteTable } from '../http/route-table.ts'
import { createRequestAuthenticator, type RequestAuthenticator } from '../identity/authenticate-request.ts'
import { nameForCheck } from '../identity/session-name.ts'
import { DEFAULT_TICKET_MAX_AGE_HOURS, type TokenServiceOptions } from '../service-options.ts'
import { type BrowserCredentials, endEverywhere } from '../token-endpoint/browser-credentials.ts'
import { createTokenEndpoint } from '../token-endpoint/token-endpoint.ts'
import { createAgentProfiles } from '../upstream/agent-profiles.ts'
import type { SigningKey } from '../upstream/assertion/assertion.ts'
import { importPrivateKey } from '../upstream/assertion/private-key.ts'
import { createTokenCache } from '../upstream/token-cache.ts'
import { type CozeExchange, createCozeExchange } from '../upstream/token-exchange.ts'
import { createVisitorTokens, type VisitorTokens } from '../upstream/visitor-tokens.ts'
import { composeGateway } from './gateway-route.ts'
import type { ServiceParts } from './service-parts.ts'

export interface TokenRoutes extends RouteTable {
  /** Gets a token from Coze for a session that no visitor has; absent with Coze Studio. */
  readonly getTokenForCheck: (() => Promise<unknown>) | undefined
}

/** @throws CozeChatError `misconfigured` for an unusable key */
export async function composeTokenRoutes(options: TokenServiceOptions, parts: ServiceParts): Promise<TokenRoutes> {
  const { secret, gateway, upstream } = parts
  const exchange = await createExchange(options, parts)
  const tokens = createTokens(options, parts, exchange)
  const authenticator = await createAuthenticator(options, parts)
  const composed = gateway && (await composeGateway(gateway, options, parts, { authenticator, tokens }))
  const endpoint = createEndpoint(options, parts, {
    authenticator,
    tokens,
    credentials: composed?.credentials ?? tokens,
    // The gateway is beside the token endpoint, under whatever name the browser knows that.
    apiBase: composed === undefined ? upstream.apiBase : '.',
  })
  const name = gateway?.studio === undefined ? await nameForCheck(secret, options.appId ?? '') : undefined
  return {
    paths: new Map([['/token', endpoint]]),
    otherwise: composed?.respond,
    getTokenForCheck: name && (() => exchange.exchange(name)),
  }
}

async function createExchange(
  options: TokenServiceOptions,
  { upstream, gateway, tokenTtlSeconds, fetch, clock, random, events }: ServiceParts,
): Promise<CozeExchange> {
  return createCozeExchange({
    ...upstream,
    appId: options.appId ?? '',
    // Coze Studio has one token for all, and no keys.
    signingKeys: gateway?.studio === undefined ? await importKeys(options) : [],
    tokenTtlSeconds,
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
  { store, limits, gate, tokenTtlSeconds, clock, random, events }: ServiceParts,
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
    tokenLifeMs: tokenTtlSeconds * 1000,
    limits,
    clock,
    events,
  })
}

function createAuthenticator(
  options: TokenServiceOptions,
  { secret, store, records, clock, random, events }: ServiceParts,
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
    records,
    clock,
    random,
    events,
  })
}

function createEndpoint(
  options: TokenServiceOptions,
  { cors, limits, store, upstream, gateway, fetch, clock, events }: ServiceParts,
  given: {
    authenticator: RequestAuthenticator
    /** Coze's tokens, by which the service itself reads the profiles of agents. */
    tokens: VisitorTokens
    /** What browsers get. */
    credentials: BrowserCredentials
    /** Where that is good, as browsers see it. */
    apiBase: string
  },
): RouteHandler {
  const { authenticator, tokens, credentials, apiBase } = given
  const studio = gateway?.studio
  const profiles = createAgentProfiles({
    targets: options.bots ?? [],
    apiBase: studio?.baseUrl ?? upstream.apiBase,
    connectorId: gateway?.connectorId ?? DEFAULT_CONNECTOR_ID,
    fetch,
    clock,
  })
  return createTokenEndpoint({
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
