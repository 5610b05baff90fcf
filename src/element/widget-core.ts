/** What the light first script and the widget it loads on first intent say to each other. */
import type { IdentityKind } from '../contract.ts'
import type { DrawnOptions } from '../options.ts'
import type { ResolvedOptions } from '../resolve-options.ts'
import type { ChatWidget } from './chat-controller.ts'

export interface SessionDetail {
  sessionId: string
  subject: string
  kind: IdentityKind
}

export interface TokenDetail {
  /** Milliseconds this token is good for from now on. */
  expiresInMs: number
  /** How many times it was renewed since this visitor's chat began. */
  renewals: number
}

/** Payload of each event; the same object is the `detail` of the DOM event `coze-chat:<type>`. */
export interface ChatEventMap {
  ready: Record<string, never>
  open: Record<string, never>
  close: Record<string, never>
  /** A finished answer. */
  message: { role: 'assistant'; text: string }
  unread: { count: number }
  session: SessionDetail
  token: TokenDetail
  error: { code: string; retryable: boolean; cause: unknown }
  destroy: Record<string, never>
}

export type ChatEventType = keyof ChatEventMap

/** What the widget may do to the element that carries it. */
export interface WidgetHost {
  /** Light DOM; the vendor's SDK can only live there. */
  readonly element: HTMLElement
  /** Inside the shadow root: the panel is drawn here. */
  readonly frame: HTMLElement
  readonly options: ResolvedOptions
  /** For what is in the frame, unless they are there already; under a strict CSP too. */
  addStyles(css: string): void
  isOpen(): boolean
  close(): void
  emit<T extends ChatEventType>(type: T, detail: ChatEventMap[T]): void
}

/** The loaded widget. */
export interface WidgetCore {
  /** First intent: a token is worth fetching now. */
  warmUp(): void
  opened(): void
  closed(): void
  send(text: string): Promise<void>
  newConversation(): Promise<void>
  identify(credentials: { userToken?: string }): Promise<void>
  logout(): Promise<void>
  setOptions(options: DrawnOptions): void
  destroy(): void
}

export interface WidgetModule {
  /** @throws {CozeChatError} for options that cannot work. */
  resolveOptions(options: DrawnOptions, page: { secure: boolean }): ResolvedOptions
  createWidgetCore(host: WidgetHost): WidgetCore
}

export interface LauncherExtrasModule {
  createLauncherExtras(chat: ChatWidget, root: ShadowRoot, signal: AbortSignal): (options: DrawnOptions) => void
}

/** The files that the first script may fetch later, by name. */
export interface LaterFiles {
  widget: WidgetModule
  'launcher-extras': LauncherExtrasModule
}

export type LoadFile = <Name extends keyof LaterFiles>(name: Name) => Promise<LaterFiles[Name]>
