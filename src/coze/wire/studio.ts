/**
 * Where the JSON of Coze Studio differs from Coze's, read as one: https://github.com/coze-dev/coze-studio , the `json` tags of its Go
 * structs under `backend/api/model`. Both are always read, because an address does not tell which of the two it is. Pure.
 */
import type { WireChatStatus } from './chat.ts'

/** Some of Studio's responses lack the tag that would name their data `data`. */
const DATA_NAMES = ['data', 'ConversationData', 'Messages', 'ChatV3ChatDetail']

/** What a response holds, by whatever name; undefined where it holds nothing. */
export function dataOf(body: Readonly<Record<string, unknown>>): unknown {
  return DATA_NAMES.map((name) => body[name]).find((data) => data !== undefined && data !== null)
}

/** The code of an error that Studio has printed as text into the message of another one, or in place of any JSON. */
export function printedCode(text: unknown): number | undefined {
  const code = /^code=(\d{9}) message=/.exec(typeof text === 'string' ? text : '')?.[1]
  return code === undefined ? undefined : Number(code)
}

/** A chat's status in Coze's spelling. Studio stores the name of an event as the status of a chat that was cancelled. */
export function statusOf(status: string): WireChatStatus {
  const name = status.replace('conversation.chat.', '')
  if (name === 'cancelled') return 'canceled'
  if (name === 'required_action') return 'requires_action'
  return name === 'expired' ? 'failed' : (name as WireChatStatus)
}
