/** An error code as a calm sentence and the one button that helps. */
import type { ChatProblem } from '../../chat/chat-state.ts'
import type { ErrorCode } from '../../errors.ts'
import type { PanelContext } from '../panel-context.ts'
import type { ProblemAction } from '../parts.ts'
import type { Strings } from '../strings/strings.ts'

type ProblemKey = Extract<keyof Strings, `problem${string}`>

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

/** Where another button helps than "try again". */
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

/** Where a person can help and another try cannot; `final`: unless another try may. */
const BEYOND_THE_AGENT: Partial<Record<ProblemKey, 'always' | 'final'>> = {
  problemSetup: 'always',
  problemSignedOut: 'always',
  problemNotPublished: 'always',
  problemQuota: 'always',
  problemPaused: 'always',
  problemRefused: 'always',
  problemInvalid: 'always',
  problemUnavailable: 'final',
  problemTimeout: 'final',
  problemInterrupted: 'final',
  problemInternal: 'final',
}

/** Whether the way to a person is offered beside it: where the owner has given one, and the visitor cannot help themselves. */
export function offersHandoff(problem: ChatProblem, owner: Pick<PanelContext, 'handoff' | 'signInUrl' | 'onSignIn'>) {
  const when = BEYOND_THE_AGENT[SENTENCES[problem.code]]
  const canSignIn = asksToSignIn(problem) && (owner.signInUrl || owner.onSignIn)
  return owner.handoff && !canSignIn && (when === 'always' || (when === 'final' && !problem.retryable))
}

/** Whether somebody has to sign in. */
export function asksToSignIn({ code }: ChatProblem): boolean {
  return SENTENCES[code] === 'problemSignedOut'
}

export function problemSentence(problem: ChatProblem, strings: Pick<Strings, ProblemKey>): string {
  return strings[SENTENCES[problem.code]]
}

/**
 * @param shut nobody can chat at all, instead of one question that failed: then there is no question to edit, and whoever waited until
 * the owner has mended the chat must not have to load the page again
 */
export function problemAction({ code }: Pick<ChatProblem, 'code'>, shut: boolean): ProblemAction {
  const action = ACTIONS[SENTENCES[code]] ?? 'retry'
  return shut && action !== 'new' ? 'retry' : action
}

/** What visitors can read out to whoever helps them: our code, the vendor's code and its request id. */
export function problemDetails(problem: ChatProblem): string {
  return [problem.code, problem.upstreamCode, problem.logId].filter(Boolean).join(' · ')
}
