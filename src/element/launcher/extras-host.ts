/** What each of the launcher's extras has to do with. */
import type { DrawnOptions } from '../../options.ts'
import type { ChatWidget } from '../chat-controller.ts'

export interface ExtrasHost {
  readonly chat: ChatWidget
  readonly element: HTMLElement
  readonly root: ShadowRoot
  readonly button: HTMLButtonElement
  /** Aborted when the chat is destroyed. */
  readonly signal: AbortSignal
}

/** Called with the options at start and after each change of them or of the look. */
export type UpdateExtra = (options: DrawnOptions) => void
