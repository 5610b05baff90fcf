/**
 * The options people type, their defaults, and the one check at the door.
 * `data-bot-id` on the script = `bot-id` on the element = `botId` here.
 */
import type { IdentityKind } from './contract.ts'
import { CozeChatError } from './errors.ts'

/** Asked by {@link ChatWidgetOptions.getToken} callers: what a custom token source needs to know. */
export interface TokenContext {
  /** The credential of this visitor (see `contract.ts`). */
  sessionId: string
  /** What the page believes about who is there. */
  expect: IdentityKind | undefined
  /** True when the vendor rejected the last token: skip caches. */
  renew: boolean
  signal: AbortSignal
}

/** A function of the page that the agent may call; the answer is sent back as JSON text. */
export type PageTool = (args: Record<string, unknown>, context: { signal: AbortSignal }) => unknown

export type ColorTheme = 'auto' | 'light' | 'dark'
export type Region = 'cn' | 'com'
export type UiKind = 'official' | 'light'

export interface ChatWidgetOptions {
  /** The agent. Either this, or `appId` with `workflowId` for a chatflow. Decimal text: ids exceed 2^53. */
  botId?: string
  appId?: string
  workflowId?: string
  /** The site's token endpoint; either this or `getToken`. */
  tokenUrl?: string
  /** Answers what the token endpoint would answer, or just the token text. */
  getToken?: (context: TokenContext) => unknown
  /** `official`: Coze's Chat SDK. `light`: ours. Default `official`. */
  ui?: UiKind
  /** Whether the light chat takes over when Coze's script cannot be loaded. Default `true`. */
  officialFallback?: boolean
  /** Where an anonymous id lives: this tab, or this browser. Default `tab`. */
  session?: 'tab' | 'device'
  /** Whether a signed-in user is expected. Default `auto`. */
  user?: 'auto' | 'required' | 'anonymous'
  /** Signed identity token (JWT) of the site for a token service on another origin. */
  userToken?: string | (() => string | Promise<string>)
  /** Name of the session id in the token request. Default `session_id`. */
  tokenField?: string
  /** Default `cn`. */
  region?: Region
  /** Open API host or the path of our gateway. Default from `region`. */
  apiBase?: string
  /** Channel; history is partitioned by it, so keep it constant. Default `999`. */
  connectorId?: string
  sdkUrl?: string
  sdkIntegrity?: string
  /** Merged over what we pass to `CozeWebSDK.WebChatClient`, except `auth`. */
  sdkOptions?: Record<string, unknown>
  title?: string
  /** Address of an image for launcher and header. Default: the agent's. */
  icon?: string
  greeting?: string
  placeholder?: string
  suggestions?: readonly string[]
  /** A line under the composer, e.g. "Answers are made by AI". */
  disclaimer?: string
  /** BCP 47 tag. Default: the page's language. */
  lang?: string
  /** Replaces any visible word, by key (see `ui/strings.ts`). */
  strings?: Record<string, string>
  theme?: ColorTheme
  /** Any CSS colour. */
  accent?: string
  position?: 'bottom-right' | 'bottom-left'
  /** Pixels from the corner. Default 20. */
  offsetX?: number
  offsetY?: number
  /** Default 2147483000. */
  zIndex?: number
  /** Fills its container instead of floating. */
  inline?: boolean
  /** Element or selector to mount into. Default: the end of `body`, or the element itself. */
  target?: string | Element
  /** Default `true`. */
  launcher?: boolean
  /** Open at start. Default `false`. */
  open?: boolean
  /** Hosts whose images in answers load without a click; added to the page's own and Coze's file hosts. */
  imageHosts?: readonly string[]
  tools?: Record<string, PageTool>
  /** Values for the agent: chatflow parameters and prompt variables. */
  parameters?: Record<string, unknown>
  customVariables?: Record<string, string>
  metaData?: Record<string, string>
  nonce?: string
  /** Allow user mode on plain http. Default `false`. */
  allowInsecure?: boolean
}

type Defaulted =
  | 'ui'
  | 'officialFallback'
  | 'session'
  | 'user'
  | 'tokenField'
  | 'region'
  | 'apiBase'
  | 'connectorId'
  | 'lang'
  | 'theme'
  | 'position'
  | 'offsetX'
  | 'offsetY'
  | 'zIndex'
  | 'inline'
  | 'launcher'
  | 'open'
  | 'allowInsecure'

/** Options after the check at the door: defaults filled in, nobody writes to it. */
export type ResolvedOptions = Readonly<ChatWidgetOptions & Required<Pick<ChatWidgetOptions, Defaulted>>>

type Kind = 'text' | 'number' | 'flag' | 'list' | readonly string[]

/** Every option that can be written as an attribute, with the form of its value. */
const ATTRIBUTES: { readonly [Name in keyof ChatWidgetOptions]?: Kind } = {
  botId: 'text',
  appId: 'text',
  workflowId: 'text',
  tokenUrl: 'text',
  ui: ['official', 'light'],
  officialFallback: 'flag',
  session: ['tab', 'device'],
  user: ['auto', 'required', 'anonymous'],
  userToken: 'text',
  tokenField: 'text',
  region: ['cn', 'com'],
  apiBase: 'text',
  connectorId: 'text',
  sdkUrl: 'text',
  sdkIntegrity: 'text',
  title: 'text',
  icon: 'text',
  greeting: 'text',
  placeholder: 'text',
  suggestions: 'list',
  disclaimer: 'text',
  lang: 'text',
  theme: ['auto', 'light', 'dark'],
  accent: 'text',
  position: ['bottom-right', 'bottom-left'],
  offsetX: 'number',
  offsetY: 'number',
  zIndex: 'number',
  inline: 'flag',
  target: 'text',
  launcher: 'flag',
  open: 'flag',
  imageHosts: 'list',
  allowInsecure: 'flag',
}

const attributeName = (option: string) => option.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)

/** Attribute names of the element, for `observedAttributes`. */
export const ATTRIBUTE_NAMES: readonly string[] = Object.keys(ATTRIBUTES).map(attributeName)

/**
 * Reads options from attributes. A flag is true when present, unless it says `false`; a list is separated by `|`.
 * @param read answers the attribute's text, or null where it is absent.
 */
export function readAttributes(read: (name: string) => string | null): ChatWidgetOptions {
  const options: Record<string, unknown> = {}
  for (const [option, kind] of Object.entries(ATTRIBUTES)) {
    const text = read(attributeName(option))
    if (text === null) continue
    if (kind === 'flag') options[option] = text !== 'false'
    else if (kind === 'number') options[option] = Number(text)
    else if (kind === 'list') options[option] = text.split('|').map((item) => item.trim())
    else options[option] = text
  }
  if (read('token') !== null) options['token'] = read('token')
  return options
}

const refuse = (message: string) => new CozeChatError('invalid_options', message)

/**
 * Checks what the owner wrote and fills in the defaults.
 * @throws {CozeChatError} `invalid_options`, `insecure_token` or `insecure_context`; the message says what to write instead.
 */
export function resolveOptions(options: ChatWidgetOptions, page: { lang: string; secure: boolean }): ResolvedOptions {
  for (const [option, kind] of Object.entries(ATTRIBUTES)) {
    const value: unknown = options[option as keyof ChatWidgetOptions]
    if (value === undefined) continue
    if (typeof kind === 'object' && !kind.includes(String(value))) {
      throw refuse(`${option} is "${value}"; write one of: ${kind.join(', ')}.`)
    }
    if (kind === 'number' && !Number.isFinite(value)) throw refuse(`${option} must be a number of pixels.`)
  }
  const { botId, appId, workflowId, tokenUrl, getToken } = options
  for (const [option, id] of Object.entries({ botId, appId, workflowId })) {
    if (typeof id === 'number') throw refuse(`${option} must be text, not a number: Coze's ids are too long for one.`)
    if (id !== undefined && !/^\d+$/.test(id)) throw refuse(`${option} must be the decimal id from Coze's address bar.`)
  }
  if (!botId && !(appId && workflowId)) {
    throw refuse('There is no agent: set data-bot-id (botId), or data-app-id and data-workflow-id for a chatflow.')
  }
  const token = (options as { token?: unknown }).token
  if (token !== undefined || /^(pat|sat)_/.test(tokenUrl ?? '')) {
    throw new CozeChatError(
      'insecure_token',
      'A token in the page lets everybody read everybody\'s chat. Revoke it in Coze, run "npx coze-chat-widget serve" and set data-token-url to it.',
    )
  }
  if (!tokenUrl && !getToken) {
    throw refuse('There is no token endpoint: set data-token-url (tokenUrl), e.g. "/api/coze/token", or getToken.')
  }
  const userMode = options.user === 'required' || options.userToken !== undefined
  if (userMode && !page.secure && !options.allowInsecure) {
    throw new CozeChatError(
      'insecure_context',
      'Signed-in chat needs https: on plain http anybody on the way reads the token. Serve the page over https.',
    )
  }
  const region = options.region ?? 'cn'
  return Object.freeze({
    ...options,
    region,
    ui: options.ui ?? 'official',
    officialFallback: options.officialFallback ?? true,
    session: options.session ?? 'tab',
    user: options.user ?? 'auto',
    tokenField: options.tokenField ?? 'session_id',
    apiBase: (options.apiBase ?? `https://api.coze.${region}`).replace(/\/+$/, ''),
    connectorId: options.connectorId ?? '999',
    lang: options.lang || page.lang || (region === 'cn' ? 'zh-CN' : 'en'),
    theme: options.theme ?? 'auto',
    position: options.position ?? 'bottom-right',
    offsetX: options.offsetX ?? 20,
    offsetY: options.offsetY ?? 20,
    zIndex: options.zIndex ?? 2147483000,
    inline: options.inline ?? false,
    launcher: options.launcher ?? true,
    open: options.open ?? false,
    allowInsecure: options.allowInsecure ?? false,
  })
}

/** Names the agent: one page carries one chat for each. */
export function agentKey({ botId, appId, workflowId }: ChatWidgetOptions): string {
  return botId ?? `${appId}/${workflowId}`
}
