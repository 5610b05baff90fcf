import { CozeChatError } from '../errors.ts'
import type { Clock } from '../platform/clock.ts'
import type { SessionContext } from './assertion.ts'
import type { TrustProxy } from './client-address.ts'
import type { TokenScope } from './coze-oauth.ts'
import type { ServiceEvent, ServiceEventListener } from './events.ts'
import type { GatewayOptions, GatewayTarget } from './gateway/gateway-options.ts'
import type { Identify } from './identity.ts'
import type { LimitOptions } from './limits.ts'
import type { AdoptAnonymous, TicketBinding } from './principal-desk.ts'
import { isSafeUrl } from './safe-url.ts'
import type { TokenStore } from './token-store.ts'
import { API_HOSTS } from './upstream-address.ts'

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

/** @throws CozeChatError `misconfigured` for options that can never work; the message names the cure. */
/** Timers cannot count beyond 24 days, and nobody waits for longer than one. */
const MAX_WINDOW_SECONDS = 86_400

export function checkServiceOptions(options: TokenServiceOptions): void {
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
      limit === undefined ||
        limit === false ||
        (limit.max >= 1 && limit.windowSeconds > 0 && limit.windowSeconds <= MAX_WINDOW_SECONDS),
      'each of limits needs max of at least 1 and windowSeconds above 0 and at most 86,400, or is false.',
    )
  }
}

function isFilled(value: unknown): boolean {
  return typeof value === 'string' && value.trim() !== ''
}

function check(condition: boolean, message: string): asserts condition {
  if (!condition) throw new CozeChatError('misconfigured', message)
}
