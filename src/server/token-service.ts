import { systemClock } from '../platform/clock.ts'
import { createRandomBytes, randomShare } from './crypto/random-bytes.ts'
import { parseSecret } from './crypto/secrets.ts'
import { createGateway } from './gateway/gateway.ts'
import { DEFAULT_CONNECTOR_ID, resolveGatewayOptions } from './gateway/gateway-options.ts'
import { ownerOfEntry } from './gateway/ownership/ownership.ts'
import { createCorsPolicy } from './http/cors.ts'
import { createBrowserSight } from './http/proxies/browser-sight.ts'
import type { RouteTable } from './http/route-table.ts'
import { ServiceError } from './http/service-error.ts'
import { type RuntimeContext, type ServiceRequest, toServiceRequest } from './http/service-request.ts'
import { type ServiceResponse, toResponse } from './http/service-response.ts'
import { createAccessPasses } from './identity/access-pass.ts'
import { createRequestAuthenticator } from './identity/authenticate-request.ts'
import { remoteKeySetOf } from './identity/identity-token.ts'
import { nameForCheck } from './identity/session-name.ts'
import { createAddressKeyReader } from './limits/address-key.ts'
import { createServiceLimits } from './limits/service-limits.ts'
import { createEventRate } from './operations/event-rate.ts'
import { createEventSink, reportTrouble } from './operations/events.ts'
import { createRequestHandler } from './operations/request-handler.ts'
import { createStatusRoutes } from './operations/status-routes.ts'
import { createSupplierHealth } from './operations/supplier-health.ts'
import {
  checkServiceOptions,
  DEFAULT_TICKET_MAX_AGE_HOURS,
  DEFAULT_TOKEN_TTL_SECONDS,
  type TokenServiceOptions,
  type WidgetDelivery,
} from './service-options.ts'
import { createMemoryTokenStore } from './store/memory-token-store.ts'
import { type BrowserCredentials, createPassCredentials, endEverywhere } from './token-endpoint/browser-credentials.ts'
import { createTokenEndpoint } from './token-endpoint/token-endpoint.ts'
import { createAgentProfiles } from './upstream/agent-profiles.ts'
import { importPrivateKey } from './upstream/private-key.ts'
import { createTokenCache } from './upstream/token-cache.ts'
import { createCozeExchange } from './upstream/token-exchange.ts'
import { upstreamAddress } from './upstream/upstream-address.ts'
import { createUpstreamGate } from './upstream/upstream-gate.ts'
import { createVisitorTokens } from './upstream/visitor-tokens.ts'
import { servedSettings, settingsStatement } from './widget/served-settings.ts'
import { createWidgetRoutes } from './widget/widget-routes.ts'

export type { TokenServiceOptions } from './service-options.ts'

export interface TokenService {
  /** Responds to any request below `basePath` and for the widget's files, and with 404 to all others. Never rejects. */
  fetch(request: Request, context?: RuntimeContext): Promise<Response>
  /** The same for bridges that have no `Request` at hand, such as `toNodeListener`. Never rejects. */
  handle(request: ServiceRequest): Promise<ServiceResponse>
  /** Whether a path (without its query) lies below `basePath`, or is one of the widget's files. */
  owns(path: string): boolean
  /**
   * Reads the keys and makes a test signature. The first request does so by itself; call it at start to learn of a wrong
   * key before a visitor does.
   * @throws CozeChatError `misconfigured`; the message names the cure
   */
  ready(): Promise<void>
  /**
   * Gets a token from Coze for a session that no visitor has. Call it at start to learn whether Coze accepts the app and its key.
   * With Coze Studio there is nothing to get.
   * @throws CozeChatError `misconfigured` as `ready` does
   */
  check(): Promise<UpstreamCheck>
  /** Refuses new requests with 503, waits up to 5 s for the open ones, and closes the store unless it came from the options. */
  close(): Promise<void>
}

/** Whether Coze hands out tokens, and what it says where it does not. */
export interface UpstreamCheck {
  readonly ok: boolean
  /** One word: Coze's own code, such as `invalid_client`, or what happened on the way, such as `ECONNREFUSED`. */
  readonly cause?: string
  /** Which host did not answer; absent where Coze answered. */
  readonly host?: string
  readonly logId?: string
}

const DEFAULT_BASE_PATH = '/api/coze'
const MALFORMED_HOST =
  'A request was refused because its Host is no host name. If it came through your proxy, let that pass the Host of the browser on.'
/** Conversations, chats, files and logouts that a gateway without a store remembers. */
const MAX_GATEWAY_ENTRIES = 100_000
/** A pass lives as long as a token, but no longer than this. */
const MAX_PASS_MS = 900_000

/**
 * Creates a token service. It runs wherever there are `Request`, `Response`, `fetch` and Web Crypto.
 * @throws CozeChatError `misconfigured` for options that can never work; the message names the cure.
 * @example
 * const service = createTokenService({
 *   appId: '1100000000000',
 *   keyId: 'fingerprint of the public key',
 *   privateKey: process.env.COZE_PRIVATE_KEY,
 *   secret: process.env.CHAT_SECRET,
 *   identify: async (request) => (await readSession(request))?.userId ?? null,
 * })
 * // Any runtime: await service.fetch(request)
 * // Node: createServer(toNodeListener(service)).listen(8787)
 */
export function createTokenService(options: TokenServiceOptions): TokenService {
  checkServiceOptions(options)
  const {
    basePath = DEFAULT_BASE_PATH,
    metrics,
    clock = systemClock,
    appId = '',
    keyId = '',
    privateKey = '',
  } = options
  const { tokenTtlSeconds = DEFAULT_TOKEN_TTL_SECONDS, random = createRandomBytes() } = options
  const gatewayOptions = options.gateway && resolveGatewayOptions(options.gateway, options.bots)
  const secret = parseSecret(options.secret)
  const upstream = upstreamAddress(options)
  const fetch: typeof globalThis.fetch = (input, init) => (options.fetch ?? globalThis.fetch)(input, init)
  const suppliers = createSupplierHealth(clock)
  const events = createEventSink(
    [options.onEvent ?? createEventRate(reportTrouble, clock).observe, metrics?.observe, suppliers.observe],
    clock,
  )
  const store = options.store ?? createMemoryTokenStore({ clock })
  const sight = createBrowserSight({
    trustProxy: options.trustProxy,
    publicUrl: options.publicUrl,
    tell: (problem, message) => events.emit({ type: 'proxy_problem', problem, message }),
  })
  const cors = createCorsPolicy({
    origins: options.origins ?? [],
    publicOrigins: sight.publicOrigins,
    credentials: options.credentials ?? false,
  })
  const limits = createServiceLimits(options.limits ?? {}, {
    addressKeyOf: createAddressKeyReader(options.clientAddress, sight, events),
    streamsOfSession: gatewayOptions?.maxOpenStreams ?? 0,
    store,
    clock,
  })
  const gate = createUpstreamGate({
    clock,
    concurrency: options.limits?.upstreamConcurrency,
    maxWaiting: options.limits?.upstreamQueue,
  })
  const keySet = options.identify && remoteKeySetOf(options.identify)
  keySet?.report(events.emit)
  const findStatusRoute = createStatusRoutes({ basePath, store, suppliers, keySet, metrics })

  async function importKeys() {
    if (gatewayOptions?.studio !== undefined) return []
    const keys = [{ keyId, privateKey }, ...(options.otherKeys ?? [])]
    return Promise.all(keys.map(async (key) => ({ keyId: key.keyId, key: await importPrivateKey(key.privateKey) })))
  }

  let getTokenForCheck: (() => Promise<unknown>) | undefined

  async function check(): Promise<UpstreamCheck> {
    await handler.ready()
    try {
      await getTokenForCheck?.()
      return { ok: true }
    } catch {
      const { secondsAgo: _, ...facts } = suppliers.report().lastUpstreamFailure ?? { cause: 'unknown' }
      return { ok: false, ...facts }
    }
  }

  /** Composes what needs the keys. */
  async function composeRoutes(): Promise<RouteTable> {
    const exchange = createCozeExchange({
      ...upstream,
      appId,
      signingKeys: await importKeys(),
      tokenTtlSeconds,
      scope: options.scope,
      fetch,
      clock,
      random,
      events,
    })
    const tokens = createVisitorTokens({
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
    if (gatewayOptions?.studio === undefined) {
      const name = await nameForCheck(secret, appId)
      getTokenForCheck = () => exchange.exchange(name)
    }
    const authenticator = await createRequestAuthenticator({
      secret,
      identify: options.identify,
      anonymous: options.anonymous ?? 'ticket',
      tenant: options.tenant ?? (appId || 'studio'),
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
    const studio = gatewayOptions?.studio
    const profiles = createAgentProfiles({
      targets: options.bots ?? [],
      apiBase: studio?.baseUrl.replace(/\/+$/, '') ?? upstream.apiBase,
      connectorId: gatewayOptions?.connectorId ?? DEFAULT_CONNECTOR_ID,
      fetch,
      clock,
    })
    const shared = { cors, limits, authenticator, clock, events }
    const endpoint = (credentials: BrowserCredentials, apiBase: string) =>
      createTokenEndpoint({
        ...shared,
        apiBase,
        credentials: endEverywhere(credentials, store),
        agentProfile: (id, visitor, request) =>
          profiles.of(
            id,
            request,
            async () => studio?.personalToken ?? (await tokens.issue(visitor, request, { renew: false })).text,
          ),
      })
    if (gatewayOptions === undefined) return { paths: new Map([['/token', endpoint(tokens, upstream.apiBase)]]) }
    const memory =
      options.store ?? createMemoryTokenStore({ clock, maxEntries: MAX_GATEWAY_ENTRIES, ownerOf: ownerOfEntry })
    const lifeMs = Math.min(tokenTtlSeconds * 1000, MAX_PASS_MS)
    const passes = await createAccessPasses({ secret, store: memory, lifeMs, clock, random })
    const gateway = createGateway(
      {
        ...shared,
        tokens,
        passes,
        store: memory,
        onUpstreamAnswer: suppliers.upstreamAnswered,
        fetch,
        apiBase: upstream.apiBase,
        basePath,
      },
      gatewayOptions,
    )
    // The gateway is beside the token endpoint, under whatever name the browser knows that.
    const passEndpoint = endpoint(createPassCredentials(passes, tokens), '.')
    return { paths: new Map([['/token', passEndpoint]]), otherwise: gateway }
  }

  /** The widget's files, which need neither keys nor Coze. */
  function composeWidgetRoutes({ files, path = basePath, ui, preview = false }: WidgetDelivery) {
    const settings = servedSettings({
      basePath,
      widgetPath: path,
      targets: options.bots ?? [],
      gateway: gatewayOptions !== undefined,
      apiBase: options.apiBase,
      region: options.region,
      ui,
    })
    return createWidgetRoutes({ files, path, statement: settingsStatement(settings), preview })
  }

  const widgetRoute = options.widget === undefined ? () => undefined : composeWidgetRoutes(options.widget)
  function admit(request: ServiceRequest): void {
    const origin = sight.originOf(request)
    if (origin === undefined) throw new ServiceError('bad_request', { advice: MALFORMED_HOST })
    request.ownOrigin = origin
  }

  const handler = createRequestHandler({
    basePath,
    earlyRoute: (path) => findStatusRoute(path) ?? widgetRoute(path),
    composeRoutes,
    admit,
    clock,
    events,
  })
  return {
    async fetch(request, context = {}) {
      try {
        return toResponse(await handler.handle(toServiceRequest(request, context)))
      } catch {
        // A runtime whose `Request` or `Response` is not as the standard says.
        return new Response(null, { status: 503 })
      }
    },
    handle: handler.handle,
    owns: handler.owns,
    ready: handler.ready,
    check,
    async close() {
      await handler.drain()
      if (options.store === undefined) await store.close?.()
    },
  }
}
