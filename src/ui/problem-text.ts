/** An error code as a calm sentence and the one button that helps. */
import type { ChatProblem } from '../chat/chat-state.ts'
import type { ErrorCode } from '../errors.ts'
import type { AllStrings, MoreWords } from './strings.ts'

/** `edit`: give the question back to the composer. `new`: start a new conversation. `none`: nothing the visitor does would help. */
export type ProblemAction = 'retry' | 'edit' | 'new' | 'none'

type ProblemKey = Extract<keyof MoreWords, `problem${string}`>

const SENTENCES: Record<ErrorCode, ProblemKey> = {
  invalid_options: 'problemSetup',
  insecure_token: 'problemSetup',
  insecure_context: 'problemSetup',
  blocked_by_csp: 'problemSetup',
  misconfigured: 'problemSetup',
  bad_request: 'problemSetup',
  identity_in_body: 'problemSetup',
  signed_out: 'problemSignedOut',
  anonymous_disabled: 'problemSignedOut',
  origin_not_allowed: 'problemSetup',
  identity_unavailable: 'problemUnavailable',
  upstream_unavailable: 'problemUnavailable',
  rate_limited: 'problemRateLimited',
  network: 'problemNetwork',
  timeout: 'problemTimeout',
  bad_response: 'problemUnavailable',
  aborted: 'problemAborted',
  token_expired: 'problemSession',
  token_rejected: 'problemSession',
  unauthorized: 'problemSession',
  permission_denied: 'problemSetup',
  agent_not_found: 'problemSetup',
  not_published: 'problemNotPublished',
  conversation_not_found: 'problemConversationGone',
  conversation_busy: 'problemBusy',
  quota_exceeded: 'problemQuota',
  account_problem: 'problemPaused',
  input_too_long: 'problemTooLong',
  content_refused: 'problemRefused',
  invalid_request: 'problemInvalid',
  upload_refused: 'problemUpload',
  upstream_error: 'problemUnavailable',
  interrupted: 'problemInterrupted',
  stream_too_large: 'problemAnswerTooLong',
  sdk_load_failed: 'problemSetup',
  sdk_unusable: 'problemSetup',
  internal: 'problemInternal',
}

/** What differs from "try again". */
const ACTIONS: Partial<Record<ProblemKey, ProblemAction>> = {
  problemSetup: 'none',
  problemNotPublished: 'none',
  problemConversationGone: 'new',
  problemQuota: 'none',
  problemPaused: 'none',
  problemTooLong: 'edit',
  problemRefused: 'edit',
  problemInvalid: 'edit',
  problemUpload: 'edit',
  problemAnswerTooLong: 'none',
}

export function problemSentence(problem: ChatProblem, strings: AllStrings): string {
  return strings[SENTENCES[problem.code]]
}

export function problemAction(problem: ChatProblem): ProblemAction {
  return ACTIONS[SENTENCES[problem.code]] ?? 'retry'
}

/** What a visitor can read out to whoever helps him: our code, the vendor's code and its request id. */
export function problemDetails(problem: ChatProblem): string {
  return [problem.code, problem.upstreamCode, problem.logId].filter(Boolean).join(' · ')
}
