import { LRUCache } from 'lru-cache'
import { CozeChatError, isCozeChatError } from '../errors.ts'
import { type Clock, systemClock } from '../platform/clock.ts'
import { type Answer, faultAnswer, jsonAnswer, toResponse } from './answers.ts'
import type { SessionContext } from './assertion.ts'
import { type Call, type CallContext, callFromRequest } from './call.ts'
import { addressBucket, createAddressPicker, type TrustProxy } from './client-address.ts'
import { createCorsPolicy } from './cors.ts'
import { createCozeExchange, type TokenScope } from './coze-oauth.ts'
import { createEventSink, type ServiceEvent, type ServiceEventListener } from './events.ts'
import { createConversationList } from './gateway/conversation-list.ts'
import { createGateway } from './gateway/gateway.ts'
import { type GatewayOptions, type GatewayTarget, resolveGatewayOptions } from './gateway/gateway-options.ts'
import { createOwnership } from './gateway/ownership.ts'
import { createPassDesk, type PassDesk } from './gateway/pass.ts'
import type { Identify } from './identity.ts'
import { createLimiter, type Limit, type LimitOptions } from './limits.ts'
import { createMemoryTokenStore } from './memory-token-store.ts'
import { type AdoptAnonymous, createPrincipalDesk, type Principal, type TicketBinding } from './principal-desk.ts'
import { importPrivateKey } from './private-key.ts'
import { createRandomBytes } from './random-bytes.ts'
import { isSafeUrl } from './safe-url.ts'
import { parseSecret } from './secrets.ts'
import { ServiceFault } from './service-fault.ts'
import type { CredentialDesk, Route, ServiceParts } from './service-parts.ts'
import { createSessionNamer } from './session-name.ts'
import { createSubjectTagger } from './subject.ts'
import { createTicketDesk } from './ticket.ts'
import { createTokenCache } from './token-cache.ts'
import { createTokenEndpoint } from './token-endpoint.ts'
import type { TokenStore } from './token-store.ts'
import { createUpstreamGate } from './upstream-gate.ts'
import { within } from './within.ts'

/** One key pair of the OAuth app. */
export interface CozeKey {
  /** Fingerprint of the public key, as Coze's console shows it. */
  keyId: string
  /** The downloaded `private_key.pem`, in any of the shapes environment variables give it. */
  privateKey: string
}

/** What `beforeMint` may decide by. */
export interface MintContext {
  kind: 'user' | 'anonymous'
  subject: string
  tenant: string
  request: Request
}

/** Collects numbers for `GET /metrics`; `createMetrics` of `coze-chat-widget/server/node` makes one for Prometheus. */
export interface ServiceMetrics {
  observe(event: ServiceEvent): void
  readonly contentType: string
  render(): Promise<string>
}

/** `appId`, `keyId` and `privateKey` are needed but for `gateway.studio`, which knows no OAuth. */
export interface TokenServiceOptions extends Partial<CozeKey> {
  /** Id of the OAuth app (type "service app"). */
  appId?: string
  /** Further keys in order of trust, tried when Coze does not accept `keyId` (key rotation). */
  otherKeys?: readonly CozeKey[]
  /** At least 32 random bytes in base64 or hex. All session names hang on it: changing it empties every history. */
  secret: string | Uint8Array
  /** Signing secrets of visitor tickets, newest first, to rotate them alone. Default: `k1`, derived from `secret`. */
  ticketSecrets?: readonly { kid: string; secret: string | Uint8Array }[]
  /** Default `cn`. */
  region?: 'cn' | 'com'
  /** Open API host. Default by region, `https://api.coze.cn` or `https://api.coze.com`. */
  apiBase?: string
  /** Token of another account of the enterprise (coze-contract.md 1.3). */
  accountId?: string
  /** Privileged enterprise app (coze-contract.md 1.3). */
  enterpriseId?: string
  scope?: TokenScope
  /** Enterprise accounting; must hold no personal data. */
  sessionContext?: (identity: { kind: 'user' | 'anonymous'; subject: string }) => SessionContext | undefined
  /** Life of an access token, 1 to 86,399. Default 900; a stolen token cannot be recalled. */
  tokenTtlSeconds?: number

  /** Tells who is signed in. Absent: every visitor is anonymous. */
  identify?: Identify
  /**
   * `ticket` (default): ids that we made and signed. `client-id`: ids made by the widget.
   * `false`: nobody without a signed-in user.
   */
  anonymous?: 'ticket' | 'client-id' | false
  /** 1 to 2,160. Default 12. */
  ticketMaxAgeHours?: number
  /** Binds tickets to an HttpOnly cookie. */
  bindTicket?: TicketBinding
  /** For sites whose users already have histories under names of their own. */
  sessionName?: (identity: { id: string; tenant: string }) => string
  /** Site or bot key, part of every name: two sites on one Coze account stay apart. Default: `appId`. */
  tenant?: string | ((request: Request) => string)

  /** Other origins whose pages may ask, whole: `https://shop.example`. */
  origins?: readonly string[]
  /** Lets pages of `origins` send cookies. */
  credentials?: boolean
  /** The client's address, where the runtime knows it better (`cf-connecting-ip`). */
  clientAddress?: (request: Request) => string | undefined
  trustProxy?: TrustProxy
  limits?: LimitOptions

  /** What visitors may talk to by the gateway: ids of agents, or chatflows. */
  bots?: readonly GatewayTarget[]
  /** Browsers get passes of ours in place of Coze's tokens, and call the Open API below `basePath`. Needs `bots`. */
  gateway?: true | GatewayOptions

  store?: TokenStore
  /** Captcha, quota, consent: anything but `true` refuses with 429; a throw or more than 3 s is 503. Called before an exchange, not for cached tokens. */
  beforeMint?: (context: MintContext) => boolean | Promise<boolean>
  /** A visitor with a ticket has signed in. Off by default: on a shared computer the visitor may have been somebody else. */
  adoptAnonymous?: AdoptAnonymous
  onEvent?: ServiceEventListener
  metrics?: ServiceMetrics
  /** Where the routes live. Default `/api/coze`. */
  basePath?: string

  fetch?: typeof globalThis.fetch
  clock?: Clock
  random?: (length: number) => Uint8Array
}

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
const API_HOSTS = { cn: 'api.coze.cn', com: 'api.coze.com' } as const

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
  checkOptions(options)
  const gateway = options.gateway && resolveGatewayOptions(options.gateway, options.bots)
  const secret = parseSecret(options.secret)
  const upstream = upstreamOf(options)
  const events = createEventSink([options.onEvent ?? complain, metrics?.observe])
  const cors = createCorsPolicy({
    origins: options.origins ?? [],
    credentials: options.credentials ?? false,
    behindProxy: options.trustProxy !== undefined,
  })
  const store = options.store ?? createMemoryTokenStore({ clock })
  const random = options.random ?? createRandomBytes()
  const addressOf = createAddressReader(options, events.emit)
  const limiterFor = (policy: string, limit: Limit | false | undefined, fallback: Limit) =>
    limit === false ? undefined : createLimiter(policy, limit ?? fallback, { store, clock })
  const addressLimiter = limiterFor('address', options.limits?.address, { max: 1_200, windowSeconds: 60 })
  const gate = createUpstreamGate({
    clock,
    concurrency: options.limits?.upstreamConcurrency,
    maxWaiting: options.limits?.upstreamQueue,
  })
  let isUpstreamReachable = () => true
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
      const token = createTokenEndpoint(parts, tokenDesk(parts))
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
    const token = createTokenEndpoint(parts, passDesk(parts, passes))
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

  async function health(call: Call): Promise<Answer> {
    onlyGet(call)
    const state = {
      status: store.health?.() === 'degraded' || !isUpstreamReachable() ? 'degraded' : 'ok',
      store: store.health?.() ?? 'ok',
      upstream: isUpstreamReachable() ? 'ok' : 'unreachable',
    }
    return jsonAnswer(200, JSON.stringify(state), [])
  }

  async function renderMetrics(call: Call): Promise<Answer> {
    if (metrics === undefined) throw new ServiceFault('not_found')
    onlyGet(call)
    const { headers } = jsonAnswer(200, '', [])
    return {
      status: 200,
      headers: headers.map((text) => (text === 'application/json' ? metrics.contentType : text)),
      body: await metrics.render(),
    }
  }

  async function route(call: Call): Promise<Answer> {
    const path = call.path.slice(basePath.length)
    if (path === '/healthz') return health(call)
    if (path === '/metrics') return renderMetrics(call)
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

/** Without a gateway browsers hold Coze's own tokens. */
function tokenDesk({ tokens, tokenFor }: ServiceParts): CredentialDesk {
  return {
    async credentialFor(principal, call, renewal) {
      const { token, source } = await tokenFor(principal, call, renewal)
      return { text: token.accessToken, expiresAtMs: token.expiresAtMs, source }
    },
    end: ({ sessionName }) => tokens.drop(sessionName),
  }
}

/** With one they hold its passes; a token is minted when the first call needs it. */
function passDesk({ tokens }: ServiceParts, passes: PassDesk): CredentialDesk {
  return {
    credentialFor: async (principal) => ({ ...(await passes.issue(principal)), source: 'pass' }),
    async end(principal) {
      await passes.end(principal)
      await tokens.drop(principal.sessionName)
    },
  }
}

function chanceFrom([high = 0, low = 0]: Uint8Array): number {
  return (high * 256 + low) / 65_535
}

function onlyGet(call: Call): void {
  if (call.method !== 'GET' && call.method !== 'HEAD') {
    throw new ServiceFault('method_not_allowed', { headers: ['allow', 'GET'] })
  }
}

function createAddressReader(
  { clientAddress, trustProxy }: TokenServiceOptions,
  emit: (event: ServiceEvent) => void,
): (call: Call) => string {
  const pick = createAddressPicker(trustProxy)
  const buckets = new LRUCache<string, string>({ max: 1_000 })
  let warned = false
  const read = (call: Call): string | undefined => {
    if (clientAddress === undefined) return pick(call.remoteAddress, call.header('x-forwarded-for'))
    try {
      return clientAddress(call.toRequest())
    } catch {
      emit({ type: 'hook_failed', hook: 'clientAddress' })
      return undefined
    }
  }
  return (call) => {
    const address = read(call)
    if (address === undefined) {
      if (!warned) emit({ type: 'client_address_unknown' })
      warned = true
      return addressBucket(undefined)
    }
    const known = buckets.get(address)
    if (known !== undefined) return known
    const bucket = addressBucket(address)
    buckets.set(address, bucket)
    return bucket
  }
}

function upstreamOf(options: TokenServiceOptions): { apiBase: string; tokenUrl: string; audience: string } {
  const regionHost = API_HOSTS[options.region ?? 'cn']
  const base = new URL(options.apiBase ?? `https://${regionHost}`)
  const path =
    options.enterpriseId !== undefined
      ? `enterprise_id/${encodeURIComponent(options.enterpriseId)}/token`
      : options.accountId !== undefined
        ? `account/${encodeURIComponent(options.accountId)}/token`
        : 'token'
  const apiBase = base.href.replace(/\/+$/, '')
  return {
    apiBase,
    tokenUrl: `${apiBase}/api/permission/oauth2/${path}`,
    // A proxy or the simulator in front of Coze changes the address, not the addressee.
    audience: Object.values<string>(API_HOSTS).includes(base.host) ? base.host : regionHost,
  }
}

/** Without an `onEvent` at least trouble is told: one line, and by the rules of `ServiceEvent` nothing secret in it. */
function complain(event: ServiceEvent): void {
  const trouble =
    event.type === 'fault' ||
    event.type === 'identify_failed' ||
    event.type === 'hook_failed' ||
    ((event.type === 'upstream' || event.type === 'store') && event.state === 'unreachable') ||
    (event.type === 'exchange' && event.outcome !== 'ok')
  if (trouble) console.error(`[coze-chat-widget] ${JSON.stringify(event)}`)
}

/** Every option once: the compiler keeps this complete, and a mistyped `identify` cannot make every user anonymous. */
const OPTION_NAMES: { readonly [Name in keyof Required<TokenServiceOptions>]: true } = {
  appId: true,
  keyId: true,
  privateKey: true,
  otherKeys: true,
  secret: true,
  ticketSecrets: true,
  region: true,
  apiBase: true,
  accountId: true,
  enterpriseId: true,
  scope: true,
  sessionContext: true,
  tokenTtlSeconds: true,
  identify: true,
  anonymous: true,
  ticketMaxAgeHours: true,
  bindTicket: true,
  sessionName: true,
  tenant: true,
  origins: true,
  credentials: true,
  clientAddress: true,
  trustProxy: true,
  limits: true,
  bots: true,
  gateway: true,
  store: true,
  beforeMint: true,
  adoptAnonymous: true,
  onEvent: true,
  metrics: true,
  basePath: true,
  fetch: true,
  clock: true,
  random: true,
}

function checkOptions(options: TokenServiceOptions): void {
  const { appId, keyId, apiBase, basePath, tokenTtlSeconds = 900, ticketMaxAgeHours = 12, tenant } = options
  const usesOAuth = typeof options.gateway !== 'object' || options.gateway.studio === undefined
  check(!usesOAuth || isFilled(appId), 'appId is missing: the id of the OAuth app in the Coze console.')
  check(!usesOAuth || isFilled(keyId), 'keyId is missing: the fingerprint of the public key in the Coze console.')
  check(
    !usesOAuth || isFilled(options.privateKey),
    'privateKey is missing: the content of the downloaded private_key.pem.',
  )
  check(
    Number.isInteger(tokenTtlSeconds) && tokenTtlSeconds >= 1 && tokenTtlSeconds <= 86_399,
    'tokenTtlSeconds must be a whole number from 1 to 86399.',
  )
  check(ticketMaxAgeHours >= 1 && ticketMaxAgeHours <= 2_160, 'ticketMaxAgeHours must be from 1 to 2160.')
  check(
    apiBase === undefined || isSafeUrl(apiBase),
    'apiBase must be an https:// address (http:// only for localhost).',
  )
  check(options.region === undefined || Object.hasOwn(API_HOSTS, options.region), 'region must be "cn" or "com".')
  const unknown = Object.keys(options).find((name) => !Object.hasOwn(OPTION_NAMES, name))
  check(unknown === undefined, `There is no option "${unknown}": a mistyped name would silently do nothing.`)
  check(tenant !== '', 'tenant must not be empty.')
  check(
    basePath === undefined || /^(?:\/[A-Za-z0-9._~-]+)+$/.test(basePath),
    'basePath must look like "/api/coze": it starts with a slash and ends without one.',
  )
  const kids = options.ticketSecrets?.map(({ kid }) => kid) ?? ['k1']
  check(
    kids.length > 0 && new Set(kids).size === kids.length && kids.every((kid) => /^[A-Za-z0-9]{1,8}$/.test(kid)),
    'ticketSecrets needs at least one entry; each kid is 1 to 8 letters or digits and used once.',
  )
  for (const limit of [options.limits?.address, options.limits?.session, options.limits?.issue]) {
    check(
      limit === undefined || limit === false || (limit.max >= 1 && limit.windowSeconds > 0),
      'each of limits needs max of at least 1 and windowSeconds above 0, or is false.',
    )
  }
}

function isFilled(value: unknown): boolean {
  return typeof value === 'string' && value.trim() !== ''
}

function check(condition: boolean, message: string): asserts condition {
  if (!condition) throw new CozeChatError('misconfigured', message)
}
