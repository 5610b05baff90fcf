/** What a visitor meets when the panel opens: our light chat, or Coze's own. */
import type { ResolvedOptions } from '../resolve-options.ts'

export interface Face {
  opened(): void
  closed(): void
  send(text: string): Promise<void>
  newConversation(): Promise<void>
  setOptions(options: ResolvedOptions): void
  /** Somebody else is there, or nobody: everything of the last visitor is gone already. */
  visitorChanged(): void
  /** Hide what is shown until it is clear that the visitor is still the same. */
  setChecking(checking: boolean): void
  destroy(): void
}
