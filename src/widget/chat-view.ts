/** What a visitor meets when the panel opens: our light chat, or Coze's own. */
import type { FocusPlace } from '../options/focus-on-open.ts'
import type { ResolvedOptions } from '../options/resolve-options.ts'

export interface ChatView {
  /** @param focus where the focus goes; without it, it stays where it is */
  opened(focus?: FocusPlace): void
  closed(): void
  send(text: string): Promise<void>
  newConversation(): Promise<void>
  setOptions(options: ResolvedOptions): void
  /** Somebody else is there, or nobody: nothing of the last visitor may be left on the screen. */
  visitorChanged(): void
  /** Hides what is shown until it is clear that the visitor is still the same. */
  setChecking(checking: boolean): void
  destroy(): void
}
