/** The list of conversations and the menu. */
export const conversationListWords = {
  backToChat: 'Back to chat',
  noConversations: 'No conversations yet',
  untitled: 'Untitled conversation',
  loadMore: 'Show more',
  rename: 'Rename',
  remove: 'Delete',
  confirmRemove: 'Delete for good?',
  save: 'Save',
  clearContext: 'New topic in this conversation',
  searchConversations: 'Search conversations',
  nothingFound: 'Nothing found',
  removeConversation: 'Delete conversation',
  saveConversation: 'Save conversation',
  saveFailed: 'Not all messages could be loaded. Please try again.',
  you: 'You',
} as const
