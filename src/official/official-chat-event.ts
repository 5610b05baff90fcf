import type { CozeChatError } from '../errors.ts'

export type OfficialChatEvent =
  /** The visitor closed the panel by the SDK's own button. */
  | { readonly type: 'close' }
  /** The SDK reported a failure, or wanted to open an `alert()`. */
  | { readonly type: 'error'; readonly error: CozeChatError }
  /** The SDK could not start, and says so to the visitor: time for another chat. Its own button only starts it anew. */
  | { readonly type: 'start-failed'; readonly error: CozeChatError }
