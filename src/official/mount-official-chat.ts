/** The public way to one chat of Coze's SDK: with the table of Coze's codes in the same file. */
import { vendorCode } from '../coze/vendor-codes.ts'
import { type OfficialChat, type OfficialChatSetup, startOfficialChat } from './official-chat.ts'

/** @throws CozeChatError `sdk_load_failed`, `sdk_unusable`, `blocked_by_csp`, `aborted`, and whatever `visitor.getToken()` rejects with */
export function mountOfficialChat(setup: OfficialChatSetup): Promise<OfficialChat> {
  return startOfficialChat(setup, vendorCode)
}
