/**
 * The options people type, their defaults, and the one check at the door.
 * `data-bot-id` on the script = `bot-id` on the element = `botId` here.
 */
import type { IdentityKind } from './contract.ts'

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
  /** Words in a bubble beside the launcher, until the visitor opens the chat or dismisses them. Default: no bubble. */
  teaser?: string
  /** How long the page is there before the teaser shows. Default 5. */
  teaserDelaySeconds?: number
  /** Whether the visitor may put the launcher elsewhere; remembered in this browser. Default `false`. */
  movable?: boolean
  /** Opens and closes the chat, written like `Alt+Shift+C` (the notation of `aria-keyshortcuts`). Default: none. */
  shortcut?: string
  /** Puts the number of answers that came while the visitor was in another tab before the page's title. Default `false`. */
  titleBadge?: boolean
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

/** How the chat sits on the page; all that the launcher needs to know. */
const LOOK = {
  theme: 'auto' as ColorTheme,
  position: 'bottom-right' as 'bottom-right' | 'bottom-left',
  offsetX: 20,
  offsetY: 20,
  zIndex: 2147483000,
  inline: false,
  launcher: true,
  open: false,
}

/** Options as the page gave them, with the defaults of the look filled in. */
export type DrawnOptions = Readonly<Omit<ChatWidgetOptions, keyof typeof LOOK> & typeof LOOK & { lang: string }>

const FLAGS = /^(officialFallback|inline|launcher|open|movable|titleBadge|allowInsecure)$/
const NUMBERS = /^(offset[XY]|zIndex|teaserDelaySeconds)$/
const LISTS = /^(suggestions|imageHosts)$/

/**
 * Reads options from attribute-like pairs, names in camelCase: a flag is true when present unless it says `false`,
 * a list is separated by `|`. Names that are no option are carried along and never looked at.
 */
export function readAttributes(pairs: Iterable<readonly [string, string]>): ChatWidgetOptions {
  const options: Record<string, unknown> = {}
  for (const [name, text] of pairs) {
    if (FLAGS.test(name)) options[name] = text !== 'false'
    else if (NUMBERS.test(name)) options[name] = Number(text)
    else if (LISTS.test(name)) options[name] = text.split('|').map((item) => item.trim())
    else options[name] = text
  }
  return options
}

/**
 * Whether there is enough to draw a launcher for. The full check, with words and cures, is `resolveOptions` and comes
 * with the widget: a developer meets it at his first click, a visitor never, so no page view pays for it.
 */
export function isComplete({ botId, appId, tokenUrl, getToken }: ChatWidgetOptions): boolean {
  return Boolean((botId || appId) && (tokenUrl || getToken))
}

/**
 * Without a prototype: what a library of the page adds to `Object.prototype` is no option (F54).
 * @param pageLanguage the `lang` of the document, or empty.
 */
export function drawnOptions(options: ChatWidgetOptions, pageLanguage: string): DrawnOptions {
  const given = Object.entries(options).filter(([, value]) => value !== undefined)
  const lang = pageLanguage || (options.region === 'com' ? 'en' : 'zh-CN')
  return Object.assign(Object.create(null), { lang }, LOOK, Object.fromEntries(given))
}

/** Names the agent: one page carries one chat for each. */
export function agentKey({ botId, appId, workflowId }: ChatWidgetOptions): string {
  return botId ?? `${appId}/${workflowId}`
}
