/** Entry `./official`: Coze's own Chat SDK, driven with a visitor's session and an always fresh token. */
export { CozeChatError, type ErrorCode, isCozeChatError } from '../errors.ts'
export { createOfficialChat, type OfficialChatConfig, type OfficialChatHandle } from './create-official-chat.ts'
export {
  mountOfficialChat,
  type OfficialChat,
  type OfficialChatEvent,
  type OfficialChatSetup,
} from './mount-official-chat.ts'
export type { OfficialChatOptions } from './sdk-options.ts'
export { purgeSdkStorage } from './sdk-storage.ts'
export type { OfficialVisitor } from './sdk-token.ts'
