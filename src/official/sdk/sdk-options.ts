/** Our options, translated into those of the vendor's SDK. */
import { allFeatures, type FeatureSwitches } from '../../options/features.ts'
import type { RefreshToken, SdkOptions } from './official-sdk.ts'

export interface OfficialChatOptions {
  /** The agent. Either this, or `appId` with `workflowId` for a chatflow. */
  botId?: string | undefined
  appId?: string | undefined
  workflowId?: string | undefined
  /** Default `cn`. */
  region?: 'cn' | 'com' | undefined
  /** Address of the SDK. Default: a pinned version for `region`. */
  sdkUrl?: string | undefined
  /** Subresource integrity of that file, e.g. `sha384-…`. */
  sdkIntegrity?: string | undefined
  /** Merged over what we pass to the SDK, except `auth` and what this package needs to work. */
  sdkOptions?: Readonly<Record<string, unknown>> | undefined
  title?: string | undefined
  icon?: string | undefined
  /** BCP 47 tag; the SDK knows Chinese and English. Default: the page's language. */
  lang?: string | undefined
  /** A line under the composer. */
  disclaimer?: string | undefined
  /** Takes away what a visitor could do. The SDK knows `upload`, `voice`, `newConversation`, and `header` where the chat is `inline`. */
  features?: string | FeatureSwitches | undefined
  /** Whether the calls of the agent's tools are shown: only with `full`, since the SDK shows what went in and came out. */
  steps?: 'names' | 'full' | 'none' | undefined
  /** Part of the page. A floating chat needs its header for the close button. */
  inline?: boolean | undefined
  /** Values for the agent. */
  parameters?: Readonly<Record<string, unknown>> | undefined
  /** For pages with a strict CSP. */
  nonce?: string | undefined
}

interface SdkSetup {
  el: HTMLElement
  lang: string
  subject: string
  token: string
  onRefreshToken: RefreshToken
  /** The visitor has pressed the SDK's close button. `unmounted`: this version has taken the chat down at once, draft and all. */
  onClose(how: { unmounted: boolean }): void
}

/** The owner's functions in `sdkOptions` that are told when the chat is shown and hidden. */
export type SdkHook = 'onShow' | 'onHide' | 'onBeforeHide'

export function ownerHook({ sdkOptions }: OfficialChatOptions, name: SdkHook): (() => unknown) | undefined {
  const { ui } = (sdkOptions ?? {}) as { ui?: { chatBot?: Record<string, unknown> } }
  const hook = ui?.chatBot?.[name]
  return typeof hook === 'function' ? () => hook() as unknown : undefined
}

export function isAppMode(options: OfficialChatOptions): boolean {
  return options.appId !== undefined
}

/** Returns a new object each time, since the SDK writes into it. Every flag is set, since defaults differ between versions and from the documentation. */
export function createSdkOptions(options: OfficialChatOptions, setup: SdkSetup): SdkOptions {
  const { botId, appId, workflowId, parameters, disclaimer } = options
  const { upload, voice, newConversation, header } = allFeatures(options.features)
  const base = {
    config: isAppMode(options)
      ? { type: 'app', appInfo: { appId, workflowId, parameters: parameters ?? {} } }
      : { type: 'bot', bot_id: botId, botInfo: { botId, parameters: parameters ?? {} } },
    userInfo: { nickname: '', url: '' },
    ui: {
      base: { lang: setup.lang.startsWith('zh') ? 'zh-CN' : 'en', ...(options.icon && { icon: options.icon }) },
      asstBtn: { isNeed: false },
      header: { isShow: header || !options.inline, isNeedClose: true },
      footer: { isShow: Boolean(disclaimer), expressionText: disclaimer ?? '' },
      conversations: { isNeed: false },
      chatBot: {
        ...(options.title && { title: options.title }),
        uploadable: upload,
        isNeedAudio: voice,
        isNeedFunctionCallMessage: options.steps === 'full',
        isNeedQuote: false,
        isNeedClearContext: true,
        isNeedClearMessage: false,
        isNeedAddNewConversation: newConversation,
        isNeedConversationAdd: false,
        feedback: { isNeedFeedback: false },
      },
    },
  }
  const wanted = merge(base, options.sdkOptions) as SdkOptions
  return {
    ...wanted,
    // In a frame of the vendor the token would travel by messages, where it cannot be replaced.
    config: { ...wanted.config, isIframe: false },
    auth: { type: 'token', token: setup.token, onRefreshToken: setup.onRefreshToken },
    userInfo: { ...wanted.userInfo, id: setup.subject },
    ui: {
      ...wanted.ui,
      chatBot: {
        ...wanted.ui.chatBot,
        el: setup.el,
        // It would write 460 pixels, whatever it is inside of.
        width: '100%',
        // To hide is to unmount for the SDK: draft and running answer would be lost. So it never hides, and we conceal it.
        onBeforeHide: async () => {
          if ((await ownerHook(options, 'onBeforeHide')?.()) !== false) setup.onClose({ unmounted: false })
          return false
        },
        // Called by versions that do not ask before.
        onHide: () => setup.onClose({ unmounted: true }),
      },
    },
  }
}

/** Returns a deep copy of `base` with `over` laid over it. Functions and elements are not copied; lists are replaced. */
function merge(base: unknown, over: unknown): unknown {
  const value = over ?? base
  if (Array.isArray(value)) return value.map((item) => merge(item, undefined))
  if (!isPlain(value)) return value
  const merged: Record<string, unknown> = {}
  for (const source of isPlain(base) ? [base, value] : [value]) {
    for (const [key, inner] of Object.entries(source)) {
      if (key !== '__proto__') merged[key] = merge(Object.hasOwn(merged, key) ? merged[key] : inner, inner)
    }
  }
  return merged
}

function isPlain(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === null || prototype === Object.prototype
}
