/**
 * Other conversations and earlier visits: the list and what can be done with it, and the messages that are kept in the browser; the
 * menus, and the finger that closes the chat.
 */
export { createConversations } from '../../chat/conversations.ts'
export { createLastMessages } from '../../chat/last-messages.ts'
export { ConversationDrawer } from '../../ui/conversations/conversation-drawer.tsx'
export { AddMenu } from '../../ui/menus/add-menu.tsx'
export { HeaderMenu } from '../../ui/menus/header-menu.tsx'
export { followSwipe } from '../../ui/panel/frame/swipe-to-close.ts'
export { conversationListWords as words } from '../../ui/strings/english/conversations.ts'
