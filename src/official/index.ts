/** Entry `./official`: Coze's own Chat SDK with a visitor's session and a token that is always fresh. */
export { CozeChatError, type ErrorCode, isCozeChatError } from '../errors.ts'
export { createOfficialChat, type OfficialChatConfig, type OfficialChatHandle } from './create-official-chat.ts'
export { mountOfficialChat, type OfficialChat, type OfficialChatSetup } from './mount-official-chat.ts'
export type { OfficialChatEvent } from './official-chat-event.ts'
export type { OfficialChatOptions } from './sdk/sdk-options.ts'
export { purgeSdkStorage } from './sdk/sdk-storage.ts'
export type { OfficialVisitor } from './sdk/sdk-token.ts'
