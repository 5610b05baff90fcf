/** Coze's own chat in place of ours. */
export { createOfficialChatView } from '../../official-chat-view.ts'
