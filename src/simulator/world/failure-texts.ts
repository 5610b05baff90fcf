/** What the vendor says beside each of its codes (docs/coze.md 7.1). */
import { VENDOR_CODES, type VendorCodeName } from '../../coze/vendor-codes.ts'

const FAILURE_TEXTS: Readonly<Partial<Record<VendorCodeName, string>>> = {
  badParameter: 'Request parameter error',
  invalidChat: 'Invalid chat. Please check the chat id.',
  invalidConversation: 'Invalid conversation. Please check the conversation id.',
  metaDataLimit: 'meta_data exceeds the limit',
  additionalMessagesLimit: 'additional_messages exceeds the limit',
  invalidMessage: 'Invalid message. Please check the message id and content.',
  invalidBot: 'Invalid bot. Please check the bot id and your access to it.',
  historyRequired: 'When stream is false, auto_save_history must be true',
  dailyQuota: 'The daily usage of the agent is exhausted',
  systemBusy: 'The system is busy, please try again later',
  promptTooLong: 'The prompt is too long',
  tokenBalance: 'The Coze token balance is insufficient',
  modelConcurrency: 'The model is receiving too many requests, please try again later',
  cannotAnswer: 'The question cannot be answered',
  notPublished: 'The bot_id is not published to this channel',
  conversationOccupied: 'Conversation occupied: another chat is running in it',
  requestsPerMinute: 'The RPM limit of the model is exceeded',
  accountArrears: 'Your account is in arrears',
  pointsUsedUp: 'Your free quota has been used up',
  authenticationInvalid: 'authentication is invalid',
  noPermission: 'The token you entered is incorrect or does not have permission to access this resource',
  riskControl: 'Blocked by risk control',
  cannotCancel: 'The chat cannot be cancelled in its current state',
  notFound: 'Requested resource not found',
  noFile: 'No file was uploaded',
  tooManyFiles: 'Only one file may be uploaded',
  fileTooLarge: 'The file is too large',
  fileType: 'This type of file is not supported',
  invalidFile: 'The file is invalid',
  internal: 'Internal error',
  accessTokenInvalid: 'access token invalid',
  unknownConversationName: 'The conversation name does not exist',
  studioUnknownConversationName:
    'Conversation not found. Please create a conversation before attempting to perform any related operations.',
  studioWorkflowFailed: 'Workflow operation failure: conversation name not found',
}

export function failureText(code: number): string {
  const [name] = Object.entries(VENDOR_CODES).find(([, { number }]) => number === code) ?? []
  return FAILURE_TEXTS[name as VendorCodeName] ?? `Simulated failure ${code}`
}
