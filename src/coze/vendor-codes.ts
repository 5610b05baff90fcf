/**
 * Every code that Coze refuses a call with and that we know: the one table that the chat, the gateway, the adapter of the Chat SDK and
 * the simulator read. Data only.
 *
 * Where no other source is named, a row is from https://www.coze.cn/docs/developer_guides/coze_error_codes .
 */
import type { ErrorCode } from '../errors.ts'

export interface VendorCode {
  /** The `code` of a body or of a stream's failure, or an HTTP status. */
  readonly number: number
  /** What the code is to our callers. */
  readonly error: ErrorCode
  /** Whether the same call may succeed later without anybody changing anything. Default `false`. */
  readonly retryable?: true
  /**
   * Whether the call may succeed with a fresh token. `yes`: the code says that the token is invalid or has expired. `perhaps`: it says
   * so now and then. Default: no.
   */
  readonly freshToken?: 'yes' | 'perhaps'
}

export const VENDOR_CODES = {
  badParameter: { number: 4000, error: 'invalid_request' },
  invalidChat: { number: 4001, error: 'conversation_not_found' },
  invalidConversation: { number: 4002, error: 'conversation_not_found' },
  metaDataLimit: { number: 4003, error: 'invalid_request' },
  additionalMessagesLimit: { number: 4004, error: 'invalid_request' },
  invalidMessage: { number: 4005, error: 'invalid_request' },
  invalidBot: { number: 4006, error: 'agent_not_found' },
  /** `stream: false` needs `auto_save_history: true`. */
  historyRequired: { number: 4007, error: 'invalid_request' },
  dailyQuota: { number: 4008, error: 'quota_exceeded' },
  systemBusy: { number: 4009, error: 'upstream_error', retryable: true },
  promptTooLong: { number: 4010, error: 'input_too_long' },
  tokenBalance: { number: 4011, error: 'account_problem' },
  invalidModel: { number: 4012, error: 'account_problem' },
  /**
   * Documented as a model error. Coze's own client takes it for too many calls at a time:
   * https://github.com/coze-dev/coze-js/blob/main/packages/coze-js/src/error.ts (`RateLimitError`).
   */
  modelConcurrency: { number: 4013, error: 'rate_limited', retryable: true },
  cannotAnswer: { number: 4014, error: 'upstream_error', retryable: true },
  notPublished: { number: 4015, error: 'not_published' },
  /** Another chat runs in the conversation. */
  conversationOccupied: { number: 4016, error: 'conversation_busy', retryable: true },
  volcanoBalance: { number: 4019, error: 'account_problem' },
  requestsPerMinute: { number: 4020, error: 'rate_limited', retryable: true },
  workflowNotConfigured: { number: 4021, error: 'invalid_request' },
  modelArrears: { number: 4022, error: 'account_problem' },
  /** 4027, 4028 and 4033 are not documented: Coze's Chat SDK (`@coze/chat-sdk`) knows them. */
  accountArrears: { number: 4027, error: 'account_problem' },
  pointsUsedUp: { number: 4028, error: 'quota_exceeded' },
  planLimit: { number: 4033, error: 'quota_exceeded' },
  authenticationInvalid: { number: 4100, error: 'unauthorized', freshToken: 'yes' },
  /**
   * A permission failure: documented as "the token has no permission to access this resource", and Coze's own client makes it a
   * `PermissionDeniedError` beside HTTP 403 (https://github.com/coze-dev/coze-js/blob/main/packages/coze-js/src/error.ts).
   * But Coze also answers it to a token that it does not know, with the words "The token you entered is incorrect"
   * (https://github.com/coze-dev/coze-go/issues/56), and its Chat SDK asks for a fresh token then. So one replay with a fresh token is
   * worth trying where nothing was shown yet, and what remains is a permission failure.
   */
  noPermission: { number: 4101, error: 'permission_denied', freshToken: 'perhaps' },
  riskControl: { number: 4102, error: 'content_refused' },
  /** The chat has ended, or waits for tool outputs. */
  cannotCancel: { number: 4104, error: 'invalid_request' },
  sensitiveContent: { number: 4105, error: 'content_refused' },
  notFound: { number: 4200, error: 'conversation_not_found' },
  noFile: { number: 4300, error: 'upload_refused' },
  tooManyFiles: { number: 4301, error: 'upload_refused' },
  fileTooLarge: { number: 4302, error: 'upload_refused' },
  fileType: { number: 4303, error: 'upload_refused' },
  invalidFile: { number: 4304, error: 'upload_refused' },
  executionNotFound: { number: 4314, error: 'invalid_request' },
  executionEnded: { number: 4315, error: 'invalid_request' },
  internal: { number: 5000, error: 'upstream_error', retryable: true },
  /** The page gives it as its example of a failure: "access token invalid". */
  accessTokenInvalid: { number: 700_012_006, error: 'unauthorized', freshToken: 'yes' },
  /** The agent is no longer bound to the channel; from Coze's Chat SDK. */
  unboundFromChannel: { number: 702_242_003, error: 'not_published' },
  /** Chatflows only, and spelled as a string there: https://www.coze.cn/docs/developer_guides/workflow_chat */
  unknownConversationName: { number: 720_702_204, error: 'conversation_not_found' },
  /** From Coze's Chat SDK. */
  volcanoArrears: { number: 788_788_103, error: 'account_problem' },

  // Open-source Coze Studio: https://github.com/coze-dev/coze-studio/tree/main/backend/types/errno
  studioBadParameter: { number: 103_000_000, error: 'invalid_request' },
  /** Conversation, chat, agent and the account of the token do not belong together. */
  studioNotYours: { number: 103_000_001, error: 'permission_denied' },
  studioConversationNotFound: { number: 103_000_002, error: 'conversation_not_found' },
  studioRunFailed: { number: 103_100_001, error: 'upstream_error', retryable: true },
  studioAgentNotFound: { number: 103_100_002, error: 'agent_not_found' },
  studioMessageNotFound: { number: 103_200_001, error: 'upstream_error', retryable: true },
  studioChatNotFound: { number: 103_200_003, error: 'upstream_error', retryable: true },
  studioCannotCancel: { number: 103_200_005, error: 'invalid_request' },
  /** The agent is not there, or not published to the channel. */
  studioAgentHidden: { number: 100_000_003, error: 'agent_not_found' },
  /** No conversation of this name has been created for the app in Studio, nor has any chat used the name. */
  studioUnknownConversationName: { number: 777_777_762, error: 'conversation_not_found' },
  studioWorkflowFailed: { number: 777_777_775, error: 'upstream_error', retryable: true },

  // HTTP statuses, where a body says nothing: https://www.rfc-editor.org/rfc/rfc9110#section-15
  httpBadRequest: { number: 400, error: 'invalid_request' },
  httpUnauthorized: { number: 401, error: 'unauthorized', freshToken: 'yes' },
  httpForbidden: { number: 403, error: 'permission_denied' },
  httpNotFound: { number: 404, error: 'conversation_not_found' },
  httpContentTooLarge: { number: 413, error: 'input_too_long' },
  httpTooManyRequests: { number: 429, error: 'rate_limited', retryable: true },
} as const satisfies Readonly<Record<string, VendorCode>>

export type VendorCodeName = keyof typeof VENDOR_CODES

/** What we do not know may be over soon. */
const UNKNOWN = { error: 'upstream_error', retryable: true } as const

const BY_NUMBER: ReadonlyMap<number, VendorCode> = new Map(
  Object.values<VendorCode>(VENDOR_CODES).map((row) => [row.number, row]),
)

/** @param code a body code, spelled as number or text, or an HTTP status. */
export function vendorCode(code: unknown): VendorCode {
  const number = Number(code)
  return BY_NUMBER.get(number) ?? { number, ...UNKNOWN }
}

/** The token was refused for certain: only another one can help. */
export function meansTokenRefused(code: unknown): boolean {
  return vendorCode(code).freshToken === 'yes'
}

/** A fresh token may help. */
export function mayFreshTokenHelp(code: unknown): boolean {
  return vendorCode(code).freshToken !== undefined
}
