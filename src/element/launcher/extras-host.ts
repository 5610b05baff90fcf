/** What each of the launcher's extras is given. */
import type { DrawnOptions } from '../../options/drawn-options.ts'
import type { Emitter } from '../../platform/emitter.ts'
import type { ChatEventMap, ChatWidget } from '../chat-widget.ts'

export interface ExtrasHost {
  readonly chat: ChatWidget
  readonly element: HTMLElement
  readonly root: ShadowRoot
  readonly button: HTMLButtonElement
  /** Opens the chat and leaves the focus where it is. */
  readonly reopen: () => void
  readonly emit: Emitter<ChatEventMap>['emit']
  /** Calls back when the page shows another address, by whatever means. */
  readonly onAddress: (listener: () => void) => void
  /** Aborted when the chat is destroyed. */
  readonly signal: AbortSignal
}

/** Called with the options at start and after each change of them or of the look. */
export type UpdateExtra = (options: DrawnOptions) => void
