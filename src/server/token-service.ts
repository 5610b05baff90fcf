import { isCozeChatError } from '../errors.ts'
import { systemClock } from '../platform/clock.ts'
import { createAddressReader } from './address-reader.ts'
import { type Answer, faultAnswer, toResponse } from './answers.ts'
import { type Call, type CallContext, callFromRequest } from './call.ts'
import { createCorsPolicy } from './cors.ts'
import { createCozeExchange } from './coze-oauth.ts'
import { createPassCredentials, createTokenCredentials } from './credential-desk.ts'
import { createEventSink, reportTrouble } from './events.ts'
import { createConversationList } from './gateway/conversation-list.ts'
import { createGateway } from './gateway/gateway.ts'
import { resolveGatewayOptions } from './gateway/gateway-options.ts'
import { createOwnership } from './gateway/ownership.ts'
import { createPassDesk } from './gateway/pass.ts'
import { createLimiter, type Limit } from './limits.ts'
import { createMemoryTokenStore } from './memory-token-store.ts'
import { createPrincipalDesk, type Principal } from './principal-desk.ts'
import { importPrivateKey } from './private-key.ts'
import { createRandomBytes } from './random-bytes.ts'
import { parseSecret } from './secrets.ts'
import { ServiceFault } from './service-fault.ts'
import { checkServiceOptions, type MintContext, type TokenServiceOptions } from './service-options.ts'
import type { Route, ServiceParts } from './service-parts.ts'
import { createSessionNamer } from './session-name.ts'
import { createStatusRoutes } from './status-routes.ts'
import { createSubjectTagger } from './subject.ts'
import { createTicketDesk } from './ticket.ts'
import { createTokenCache } from './token-cache.ts'
import { createTokenEndpoint } from './token-endpoint.ts'
import { upstreamAddress } from './upstream-address.ts'
import { createUpstreamGate } from './upstream-gate.ts'
import { within } from './within.ts'

export type { TokenServiceOptions } from './service-options.ts'

export interface TokenService {
  /** Answers any request below `basePath`, and 404 beside it. Never rejects. */
  fetch(request: Request, context?: CallContext): Promise<Response>
  /** The same for bridges that have no `Request` at hand, such as `toNodeListener`. Never rejects. */
  handle(call: Call): Promise<Answer>
  /** Whether a path belongs to this service. */
  owns(path: string): boolean
  /** Reads the keys and signs once; until then nothing is known to work. `fetch` calls it by itself. @throws CozeChatError `misconfigured` */
  ready(): Promise<void>
  /** Refuses new requests and waits up to 5 s for the open ones. */
  close(): Promise<void>
}

type Router = (path: string) => Route | undefined

const DEFAULT_BASE_PATH = '/api/coze'
const DRAIN_MS = 5_000
const HOOK_LIMIT_MS = 3_000
/** A pass of the gateway's lives as long as a token, but no longer than this. */
const MAX_PASS_MS = 900_000
/** Conversations, chats, files and logouts that a gateway without a store remembers. */
const GATEWAY_ENTRIES = 100_000

/**
 * The token service: identity, session name, assertion, access token.
 * Runs wherever there are `Request`, `Response`, `fetch` and Web Crypto.
 * @throws CozeChatError `misconfigured` for options that can never work; the message names the cure.
 */
export function createTokenService(options: TokenServiceOptions): TokenService {
  const {
    basePath = DEFAULT_BASE_PATH,
    metrics,
    clock = systemClock,
    appId = '',
    keyId = '',
    privateKey = '',
  } = options
  checkServiceOptions(options)
  const gateway = options.gateway && resolveGatewayOptions(options.gateway, options.bots)
  const secret = parseSecret(options.secret)
  const upstream = upstreamAddress(options)
  const events = createEventSink([options.onEvent ?? reportTrouble, metrics?.observe])
  const cors = createCorsPolicy({
    origins: options.origins ?? [],
    credentials: options.credentials ?? false,
    behindProxy: options.trustProxy !== undefined,
  })
  const store = options.store ?? createMemoryTokenStore({ clock })
  const random = options.random ?? createRandomBytes()
  const addressOf = createAddressReader(options, events)
  const limiterFor = (policy: string, limit: Limit | false | undefined, fallback: Limit) =>
    limit === false ? undefined : createLimiter(policy, limit ?? fallback, { store, clock })
  const addressLimiter = limiterFor('address', options.limits?.address, { max: 1_200, windowSeconds: 60 })
  const gate = createUpstreamGate({
    clock,
    concurrency: options.limits?.upstreamConcurrency,
    maxWaiting: options.limits?.upstreamQueue,
  })
  let isUpstreamReachable = () => true
  const status = createStatusRoutes({ store, isUpstreamReachable: () => isUpstreamReachable(), metrics })
  let open = 0
  let closing = false
  let drained = () => {}

  /** Reads the keys, joins the parts and answers which route a path (below `basePath`) has. */
  async function build(): Promise<Router> {
    const pairs = gateway?.studio === undefined ? [{ keyId, privateKey }, ...(options.otherKeys ?? [])] : []
    const signingKeys = await Promise.all(
      pairs.map(async (pair) => ({ keyId: pair.keyId, key: await importPrivateKey(pair.privateKey) })),
    )
    const coze = createCozeExchange({
      ...upstream,
      appId,
      signingKeys,
      tokenTtlSeconds: options.tokenTtlSeconds ?? 900,
      scope: options.scope,
      fetch: (input, init) => (options.fetch ?? globalThis.fetch)(input, init),
      clock,
      random,
      events,
    })
    isUpstreamReachable = coze.isReachable
    const tokens = createTokenCache({ store, clock, chance: () => chanceFrom(random(2)) })

    async function mint(principal: Principal, call: Call) {
      await askBeforeMint(principal, call)
      return gate.run(() => coze.exchange(principal.sessionName, options.sessionContext?.(principal)))
    }

    async function askBeforeMint({ kind, subject, tenant }: Principal, call: Call): Promise<void> {
      const { beforeMint } = options
      if (beforeMint === undefined) return
      let verdict: unknown
      try {
        const context: MintContext = { kind, subject, tenant, request: call.toRequest() }
        verdict = await within(HOOK_LIMIT_MS, clock, async () => beforeMint(context))
      } catch (cause) {
        events.emit({ type: 'hook_failed', hook: 'beforeMint' })
        throw new ServiceFault('upstream_unavailable', { retryAfterSeconds: 5, cause })
      }
      if (verdict !== true) throw new ServiceFault('rate_limited', { retryAfterSeconds: 60 })
    }

    const parts: ServiceParts = {
      cors,
      desk: createPrincipalDesk({
        identify: options.identify,
        anonymous: options.anonymous ?? 'ticket',
        bindTicket: options.bindTicket,
        tenant: options.tenant ?? (appId || 'studio'),
        adoptAnonymous: options.adoptAnonymous,
        names: await createSessionNamer(secret, options.sessionName),
        subjects: await createSubjectTagger(secret),
        tickets: await createTicketDesk({
          secrets: (options.ticketSecrets ?? [{ kid: 'k1', secret }]).map((entry) => ({
            kid: entry.kid,
            secret: parseSecret(entry.secret, 'ticketSecrets'),
          })),
          maxAgeSeconds: (options.ticketMaxAgeHours ?? 12) * 3_600,
          clock,
          random,
        }),
        clock,
        random,
        events,
      }),
      store,
      tokens,
      sessionLimiter: limiterFor('session', options.limits?.session, { max: 120, windowSeconds: 60 }),
      issueLimiter: limiterFor('visitors', options.limits?.issue, { max: 120, windowSeconds: 60 }),
      clock,
      random,
      fetch: (input, init) => (options.fetch ?? globalThis.fetch)(input, init),
      events,
      addressOf,
      async spendAddressLimit(call) {
        const verdict = await addressLimiter?.consume(addressOf(call))
        if (verdict !== undefined && !verdict.allowed) throw new ServiceFault('rate_limited', verdict)
      },
      tokenFor: (principal, call, { renew = false } = {}) =>
        tokens.get(principal.sessionName, {
          mint: () => mint(principal, call),
          renew,
          signal: () => call.signal,
          waitUntil: (promise) => call.waitUntil(promise),
        }),
    }
    if (gateway === undefined) {
      const token = createTokenEndpoint(parts, createTokenCredentials(parts))
      return (path) => (path === '/token' ? token : undefined)
    }
    const memory = options.store ?? createMemoryTokenStore({ clock, maxEntries: GATEWAY_ENTRIES })
    const lifeMs = Math.min((options.tokenTtlSeconds ?? 900) * 1000, MAX_PASS_MS)
    const passes = await createPassDesk({ secret, store: memory, lifeMs, clock, random })
    const gatewayParts = {
      ...parts,
      passes,
      ownership: createOwnership(memory),
      conversations: createConversationList(memory),
      apiBase: upstream.apiBase,
      basePath,
    }
    const token = createTokenEndpoint(parts, createPassCredentials(parts, passes))
    const others = createGateway(gatewayParts, gateway)
    return (path) => (path === '/token' ? token : others)
  }

  let built: Promise<Router> | undefined
  let routeOf: Router | undefined
  const ready = async () => {
    // At the first request and not before: edge runtimes forbid work while a module loads.
    built ??= build()
    routeOf = await built
  }

  async function route(call: Call): Promise<Answer> {
    const path = call.path.slice(basePath.length)
    if (path === '/healthz') return status.health(call)
    if (path === '/metrics') return status.metrics(call)
    if (closing) throw new ServiceFault('upstream_unavailable', { retryAfterSeconds: 1 })
    if (routeOf === undefined) await ready()
    const handle = routeOf?.(path)
    if (handle === undefined) throw new ServiceFault('not_found')
    return handle(call)
  }

  async function handle(call: Call): Promise<Answer> {
    open++
    try {
      if (!owns(call.path)) throw new ServiceFault('not_found')
      return await route(call)
    } catch (error) {
      return faultAnswer(toFault(error, call), [])
    } finally {
      open--
      if (open === 0) drained()
    }
  }

  /** Whatever is no fault of the contract leaves as a bare code; its text stays inside. */
  function toFault(error: unknown, call: Call): ServiceFault {
    if (error instanceof ServiceFault) {
      events.emit({ type: 'refused', route: 'other', code: error.code })
      return error
    }
    if (call.signal?.aborted === true) return new ServiceFault('upstream_unavailable')
    events.emit({
      type: 'fault',
      name: error instanceof Error ? error.name : typeof error,
      // Sentences of ours hold no secrets; those of others may.
      ...(isCozeChatError(error) && { message: error.message }),
    })
    return new ServiceFault('misconfigured')
  }

  const owns = (path: string) => path.startsWith(basePath) && path.charAt(basePath.length) === '/'

  return {
    fetch: async (request, context = {}) => toResponse(await handle(callFromRequest(request, context))),
    handle,
    owns,
    ready,
    async close() {
      closing = true
      if (open > 0) {
        const settled = new Promise<void>((resolve) => {
          drained = resolve
        })
        await within(DRAIN_MS, clock, () => settled).catch(() => undefined)
      }
      // A store of the caller's is the caller's to close.
      if (options.store === undefined) await store.close?.()
    },
  }
}

/** 0 to 1 */
function chanceFrom([high = 0, low = 0]: Uint8Array): number {
  return (high * 256 + low) / 65_535
}
