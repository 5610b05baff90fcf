/** Our options in the vendor's words. */
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
  onHide(): void
}

export function isAppMode(options: OfficialChatOptions): boolean {
  return options.appId !== undefined
}

/** A new object each time: the SDK writes into it. Every flag is set, since the defaults differ between versions and from the documentation. */
export function createSdkOptions(options: OfficialChatOptions, setup: SdkSetup): SdkOptions {
  const { botId, appId, workflowId, parameters, disclaimer } = options
  const base = {
    config: isAppMode(options)
      ? { type: 'app', appInfo: { appId, workflowId, parameters: parameters ?? {} } }
      : { type: 'bot', bot_id: botId, botInfo: { botId, parameters: parameters ?? {} } },
    userInfo: { nickname: '', url: '' },
    ui: {
      base: { lang: setup.lang.startsWith('zh') ? 'zh-CN' : 'en', ...(options.icon && { icon: options.icon }) },
      asstBtn: { isNeed: false },
      header: { isShow: true, isNeedClose: true },
      footer: { isShow: Boolean(disclaimer), expressionText: disclaimer ?? '' },
      conversations: { isNeed: false },
      chatBot: {
        ...(options.title && { title: options.title }),
        uploadable: true,
        isNeedAudio: true,
        isNeedFunctionCallMessage: true,
        isNeedQuote: false,
        isNeedClearContext: true,
        isNeedClearMessage: false,
        isNeedAddNewConversation: true,
        isNeedConversationAdd: false,
        feedback: { isNeedFeedback: false },
      },
    },
  }
  const wanted = merge(base, options.sdkOptions) as SdkOptions
  const theirs = wanted.ui.chatBot['onHide']
  return {
    ...wanted,
    // In a frame of the vendor's the token would travel by messages, out of our reach.
    config: { ...wanted.config, isIframe: false },
    auth: { type: 'token', token: setup.token, onRefreshToken: setup.onRefreshToken },
    userInfo: { ...wanted.userInfo, id: setup.subject },
    ui: {
      ...wanted.ui,
      chatBot: {
        ...wanted.ui.chatBot,
        el: setup.el,
        onHide: (...args: unknown[]) => {
          setup.onHide()
          return typeof theirs === 'function' ? theirs(...args) : undefined
        },
      },
    },
  }
}

/** Deep copy of `base` with `over` laid over it. Functions and elements are kept as they are; lists are replaced. */
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
