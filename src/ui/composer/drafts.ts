/** What is typed and not yet sent, for each conversation. */
export interface Drafts {
  get(conversationId: string | undefined): string
  set(conversationId: string | undefined, text: string): void
}

export function createDrafts(): Drafts {
  const drafts = new Map<string | undefined, string>()
  return {
    // Words typed while the conversation is still being opened go along into it.
    get: (conversationId) => drafts.get(conversationId) || drafts.get(undefined) || '',
    set(conversationId, text) {
      drafts.delete(undefined)
      drafts.set(conversationId, text)
    },
  }
}
