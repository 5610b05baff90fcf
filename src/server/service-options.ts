import { CozeChatError } from '../errors.ts'
import type { Clock } from '../platform/clock.ts'
import type { RandomBytes } from './crypto/random-bytes.ts'
import type { GatewayOptions, GatewayTarget } from './gateway/gateway-options.ts'
import type { TrustProxy } from './http/proxies/trusted-proxies.ts'
import { isSecretSafeUrl } from './http/secret-safe-url.ts'
import type { AdoptAnonymous } from './identity/adopt-anonymous.ts'
import type { Identify } from './identity/identify.ts'
import type { TicketBinding } from './identity/ticket-cookie.ts'
import { CALL_KINDS, type LimitOptions } from './limits/service-limits.ts'
import type { ServiceEventListener } from './operations/events.ts'
import type { ServiceMetrics } from './operations/service-metrics.ts'
import type { TokenStore } from './store/token-store.ts'
import type { SessionContext } from './upstream/assertion/assertion.ts'
import type { BeforeMint } from './upstream/before-mint.ts'
import type { TokenScope } from './upstream/token-exchange.ts'
import { API_HOSTS } from './upstream/upstream-address.ts'
import type { WidgetFiles } from './widget/widget-files.ts'

/** One key pair of the OAuth app. */
export interface CozeKey {
  /** Fingerprint of the public key, as Coze's console shows it. */
  keyId: string
  /** Content of the downloaded `private_key.pem`: PEM or bare base64, with real or escaped (`\\n`) line ends. */
  privateKey: string
}

export interface WidgetDelivery {
  /** Of `readWidgetFiles` (`coze-chat-widget/server/node`). */
  files: WidgetFiles
  /** Path at which they are: it starts with a slash and ends without one, or is empty for the root. Default: `basePath`. */
  path?: string
  /** Which chat the tag shows where it does not say so: Coze's, or ours. Default: `light` with a gateway, else `official`. */
  ui?: 'official' | 'light'
  /** Shows a page with the chat and its tag at `path`, to try it. Default false. */
  preview?: boolean
}

/** `appId`, `keyId` and `privateKey` are required except with `gateway.studio`, which does without OAuth. */
export interface TokenServiceOptions extends Partial<CozeKey> {
  /** Id of the OAuth app in the Coze console (client type "service app"): digits. */
  appId?: string
  /** Further keys in the order of trust, tried when Coze does not accept `keyId`. With them keys can be rotated. */
  otherKeys?: readonly CozeKey[]
  /** At least 32 random bytes in base64 or hex. All session names are derived from it: changing it empties every history. */
  secret: string | Uint8Array
  /**
   * Secrets that sign visitor tickets, newest first, so that they can be rotated without touching `secret`.
   * `kid` is 1 to 8 letters or digits. Default: one derived from `secret`, with the kid `k1`.
   */
  ticketSecrets?: readonly { kid: string; secret: string | Uint8Array }[]
  /** Which Coze the account belongs to: `cn` (api.coze.cn) or `com` (api.coze.com). Default `cn`. */
  region?: 'cn' | 'com'
  /** Address of the Open API, https only (http for this machine). Default by region: `https://api.coze.cn` or `https://api.coze.com`. */
  apiBase?: string
  /** Id of another account of the enterprise, to get its tokens (docs/coze.md 1.3). */
  accountId?: string
  /** Id of the enterprise, for a privileged enterprise app (docs/coze.md 1.3). */
  enterpriseId?: string
  /** Limits the tokens to certain agents or permissions. Only channel apps need it. */
  scope?: TokenScope
  /** Adds the accounting data of Coze's enterprise plans. It must hold no personal data. */
  sessionContext?: (identity: { kind: 'user' | 'anonymous'; subject: string }) => SessionContext | undefined
  /** Life of an access token in seconds, 1 to 86,399. Default 900. A stolen token cannot be recalled before its end. */
  tokenTtlSeconds?: number

  /** Tells who is signed in. Without it every visitor is anonymous. `identityToken` makes one for sites on another origin. */
  identify?: Identify
  /**
   * What proves an anonymous visitor. `ticket` (default): an id that the service made and signed. `client-id`: an id made
   * by the widget. `false`: only signed-in users may chat.
   */
  anonymous?: 'ticket' | 'client-id' | false
  /** Hours after which a ticket expires, 1 to 2,160. Default 12. */
  ticketMaxAgeHours?: number
  /**
   * Binds tickets to an HttpOnly cookie, so that a copied ticket alone is worth nothing. Tabs that are opened together share one:
   * who comes without a cookie from the same address with the same browser within 10 s gets the same.
   */
  bindTicket?: TicketBinding
  /** Returns the session name of a signed-in user, for sites whose users already have histories: 1 to 64 visible ASCII characters that do not start with `a1_`. */
  sessionName?: (identity: { id: string; tenant: string }) => string
  /** Site or agent, part of every session name: two sites on one Coze account get separate histories. Default: `appId`. */
  tenant?: string | ((request: Request) => string)

  /** Other origins whose pages may call the service, written whole: `https://shop.example`. */
  origins?: readonly string[]
  /** Lets pages of `origins` send cookies. Default false. */
  credentials?: boolean
  /** Returns the client's IP address, where the runtime knows it better than the socket (`cf-connecting-ip`). */
  clientAddress?: (request: Request) => string | undefined
  /**
   * Which proxies may tell what the browser saw: its address, and the scheme and host under which it came (docs/proxies.md).
   * Default: none, and `X-Forwarded-*` and `Forwarded` are ignored.
   */
  trustProxy?: TrustProxy
  /**
   * The address under which browsers reach the service, such as `https://shop.example`, or all of them. Then no other
   * page counts as one of its own site, and the hooks see no other host. Default: what the request says.
   */
  publicUrl?: string | readonly string[]
  limits?: LimitOptions

  /**
   * What visitors may talk to: ids of agents, or chatflows as `{ appId, workflowId }`. The gateway lets them talk to nothing else.
   * Without a gateway too, token answers hold the profiles of these agents, which saves browsers a request.
   */
  bots?: readonly GatewayTarget[]
  /** Browsers get passes in place of Coze's tokens and call the Open API below `basePath`. Needs `bots`. */
  gateway?: true | GatewayOptions

  /** Delivers the widget itself: `embed.js`, and all that it loads. A tag that is loaded from here needs no attributes. */
  widget?: WidgetDelivery

  /** Where tokens are kept. Default: the memory of this process, 10,000 entries. The caller closes a store of their own. */
  store?: TokenStore
  /**
   * Called before each exchange, but not for cached tokens, for a captcha, a quota or consent. Anything but `true` refuses
   * with 429; a throw or more than 3 s gets 503.
   */
  beforeMint?: BeforeMint
  /** Called once for each anonymous visitor who signs in; it has 3 s. Off by default: on a shared computer they may be two people. */
  adoptAnonymous?: AdoptAnonymous
  /** Called with everything that happens. Default: trouble is written to the console, one line each. */
  onEvent?: ServiceEventListener
  /** Adds `GET /metrics`. */
  metrics?: ServiceMetrics
  /** Where the routes lie: it starts with a slash and ends without one. Default `/api/coze`. */
  basePath?: string

  /** Default: the global one, looked up with every request. */
  fetch?: typeof globalThis.fetch
  /** Default: the system's clock. */
  clock?: Clock
  /** Default: Web Crypto. */
  random?: RandomBytes
}

/** Every option, kept complete by the compiler. An unknown name is refused, because a mistyped `identify` would make every user anonymous. */
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
  publicUrl: true,
  limits: true,
  bots: true,
  gateway: true,
  widget: true,
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

export const DEFAULT_BASE_PATH = '/api/coze'
export const DEFAULT_TOKEN_TTL_SECONDS = 900
export const DEFAULT_TICKET_MAX_AGE_HOURS = 12
/** Timers cannot count beyond 24 days; a day is more than any limit needs. */
const MAX_WINDOW_SECONDS = 86_400

/** @throws CozeChatError `misconfigured` for options that can never work; the message names the cure. */
export function checkServiceOptions(options: TokenServiceOptions): void {
  const { appId, keyId, apiBase, basePath, tenant } = options
  const { tokenTtlSeconds = DEFAULT_TOKEN_TTL_SECONDS, ticketMaxAgeHours = DEFAULT_TICKET_MAX_AGE_HOURS } = options
  const usesOAuth = typeof options.gateway !== 'object' || options.gateway.studio === undefined
  check(
    !usesOAuth || isFilled(appId),
    'appId is missing: it must be the id of the OAuth app, as the Coze console shows it.',
  )
  check(
    !usesOAuth || isFilled(keyId),
    'keyId is missing: it must be the fingerprint of the public key, as the Coze console shows it.',
  )
  check(
    !usesOAuth || isFilled(options.privateKey),
    'privateKey is missing: it must be the content of the downloaded private_key.pem.',
  )
  check(
    Number.isInteger(tokenTtlSeconds) && tokenTtlSeconds >= 1 && tokenTtlSeconds <= 86_399,
    'tokenTtlSeconds must be a whole number from 1 to 86399.',
  )
  check(ticketMaxAgeHours >= 1 && ticketMaxAgeHours <= 2_160, 'ticketMaxAgeHours must be from 1 to 2160.')
  check(
    apiBase === undefined || isSecretSafeUrl(apiBase),
    'apiBase must be an https:// address (http:// only for localhost).',
  )
  check(options.region === undefined || Object.hasOwn(API_HOSTS, options.region), 'region must be "cn" or "com".')
  const unknown = Object.keys(options).find((name) => !Object.hasOwn(OPTION_NAMES, name))
  check(
    unknown === undefined,
    `There is no option "${unknown}". Correct its name: a mistyped option would silently do nothing.`,
  )
  check(tenant !== '', 'tenant must be a name that is not empty, or be left out.')
  check(
    basePath === undefined || /^(?:\/[A-Za-z0-9._~-]+)+$/.test(basePath),
    'basePath must look like "/api/coze": it starts with a slash and ends without one.',
  )
  const widgetPath = options.widget?.path
  check(
    widgetPath === undefined || /^(?:\/[A-Za-z0-9._~-]+)*$/.test(widgetPath),
    'widget.path must look like "/chat", or be empty for the root.',
  )
  const kids = options.ticketSecrets?.map(({ kid }) => kid) ?? ['k1']
  check(
    kids.length > 0 && new Set(kids).size === kids.length && kids.every((kid) => /^[A-Za-z0-9]{1,8}$/.test(kid)),
    'ticketSecrets must have at least one entry; each kid must be 1 to 8 letters or digits and used once.',
  )
  const { limits = {} } = options
  const ofCalls = CALL_KINDS.map((kind) => limits[kind] || {}).flatMap(({ session, address }) => [session, address])
  for (const limit of [limits.address, limits.session, limits.issue, ...ofCalls]) {
    check(
      limit === undefined ||
        limit === false ||
        (limit.max >= 1 && limit.windowSeconds > 0 && limit.windowSeconds <= MAX_WINDOW_SECONDS),
      'Each of limits must be false or have a max of at least 1 and windowSeconds above 0 and at most 86,400.',
    )
  }
  for (const max of [limits.openStreams?.address, limits.openStreams?.process]) {
    check(
      max === undefined || max >= 1,
      'limits.openStreams.address and limits.openStreams.process must be at least 1.',
    )
  }
}

function isFilled(value: unknown): boolean {
  return typeof value === 'string' && value.trim() !== ''
}

function check(condition: boolean, message: string): asserts condition {
  if (!condition) throw new CozeChatError('misconfigured', message)
}
