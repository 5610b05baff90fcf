/** The part of Coze's Chat SDK that we use, typed (docs/coze.md 2.1 and 2.2). It has no npm package and no types of its own. */

/** The window that the SDK runs in. */
export type Page = Window & typeof globalThis

/** Returns the token to use from now on. `refused`: the one the vendor turned down, or '' when the SDK has none yet. */
export type RefreshToken = (refused?: string) => Promise<string>

/** Only what we set ourselves; site owners may merge anything over it. The SDK writes into the object. */
export interface SdkOptions {
  config: Record<string, unknown>
  auth: { type: 'token'; token: string; onRefreshToken: RefreshToken }
  userInfo: { id: string; nickname: string; url: string } & Record<string, unknown>
  ui: { chatBot: Record<string, unknown> } & Record<string, unknown>
  [extra: string]: unknown
}

export interface WebChatClient {
  showChatBot(): void
  hideChatBot(): void
  destroy(): void
}

export interface WebChatClientConstructor {
  new (options: SdkOptions): WebChatClient
  /** Every client that was not destroyed, where the version keeps such a list. */
  clients?: WebChatClient[]
}

/** The constructor, if the page's global is the vendor's and of a version we can drive (F50). */
export function findWebChatClient(view: object): WebChatClientConstructor | undefined {
  const found = (view as { CozeWebSDK?: { WebChatClient?: unknown } | null }).CozeWebSDK?.WebChatClient
  return typeof found === 'function' ? (found as WebChatClientConstructor) : undefined
}
