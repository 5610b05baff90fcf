/** What the element and the files it loads later say to each other. */
import type { DrawnOptions } from '../options/drawn-options.ts'
import type { FocusPlace } from '../options/focus-on-open.ts'
import type { ResolvedOptions } from '../options/resolve-options.ts'
import type { Emitter } from '../platform/emitter.ts'
import type { OtherLanguage } from '../ui/strings/match-language.ts'
import type { ChatEventMap, ChatEventType, ChatWidget } from './chat-widget.ts'
import type { FirstFrame, Typed } from './first-frame.ts'

/** What the element has ready for the chat that it loads. */
export interface ChatStand {
  /** Light DOM; the vendor's SDK can only live there. */
  readonly element: HTMLElement
  /** Inside the shadow root: the panel is drawn here. */
  readonly frame: HTMLElement
  /** Adds styles for what is in the frame, once each, under a strict Content-Security-Policy as well. */
  addStyles(css: string): void
  isOpen(): boolean
  /** The first frame, drawn in place of whatever else is in the frame. */
  drawFirstFrame(): FirstFrame
  /** Leaves the nodes of the first frame and what was typed to the caller, who draws over them. Undefined where it is not on the screen. */
  takeFirstFrame(): Typed | undefined
  close(): void
  /** Begins anew with the options of now. */
  restart(): void
  emit<T extends ChatEventType>(type: T, detail: ChatEventMap[T]): void
}

export interface WidgetHost extends ChatStand {
  readonly options: ResolvedOptions
}

/** The loaded chat. */
export interface WidgetCore {
  /** The visitor reaches for the launcher: a token is worth fetching now. */
  warmUp(): void
  /**
   * The panel was opened.
   * @param focus where the focus goes; without it, it stays where it is
   */
  opened(focus?: FocusPlace): void
  /** The panel was closed. */
  closed(): void
  /** The visitor goes back: closes what is in front, and the chat itself when nothing is. */
  goBack(): void
  send(text: string): Promise<void>
  newConversation(): Promise<void>
  identify(credentials?: { userToken?: string }): Promise<void>
  logout(): Promise<void>
  withdrawConsent(): Promise<void>
  setOptions(options: DrawnOptions): void
  destroy(): void
}

export interface WidgetModule {
  /** Resolves when everything is there that these options need.
   * @throws {CozeChatError} for options that cannot work, and where what they need does not come */
  prepareOptions(options: DrawnOptions): ResolvedOptions | Promise<ResolvedOptions>
  createWidgetCore(stand: ChatStand, options: ResolvedOptions): WidgetCore
}

export interface LauncherExtrasModule {
  /** Returns a function that is called with the options now and after each change of them. */
  createLauncherExtras(
    chat: ChatWidget,
    root: ShadowRoot,
    signal: AbortSignal,
    emit: Emitter<ChatEventMap>['emit'],
    reopen: () => void,
  ): (options: DrawnOptions) => void
}

/** The files that the element may fetch later, by name. */
export interface LaterFiles {
  chat: WidgetModule
  'launcher-extras': LauncherExtrasModule
}

/** Where the chat's file is, or that of a language. A bundler does not say. */
export type FileAddress = (name: 'chat' | OtherLanguage) => string

export type LoadFile = <Name extends keyof LaterFiles>(name: Name) => Promise<LaterFiles[Name]>
