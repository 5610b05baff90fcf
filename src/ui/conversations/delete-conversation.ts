import type { PanelContext } from '../panel-context.ts'

/** The visitor has said twice that they want it, and the page hears of it. */
export function deleteConversation({ store, emit }: PanelContext, id: string): void {
  void store.deleteConversation(id)
  emit?.('conversation', { action: 'delete', id })
}
