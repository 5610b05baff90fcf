/** What the site's owner can do about each error; printed to the console. */
import type { ErrorCode } from '../../errors.ts'
import { ownerReadsChinese } from '../../platform/owner-language.ts'
import { CURES_ZH, PAGE_FUNCTION_ZH, VENDOR_LIMIT_ZH } from './console-words.zh.ts'

const CURES: Partial<Record<ErrorCode, string>> = {
  insecure_context:
    'Signed-in users need https: on plain http anybody on the way reads their token. Serve the page over https, or set allowInsecure while you develop.',
  misconfigured: 'Check tokenUrl; where the token service answers this, its own log names the setting.',
  identity_in_body:
    'The page must not say who its visitor is: let identify(request) of the token service find out, and leave tokenField alone.',
  signed_out:
    'Call identify() after the sign-in; on another origin pass userToken, for cookies do not get there. If you did, the token service has refused it: its log names the claim.',
  anonymous_disabled: 'The token service admits users only: set user="required", or allow anonymous visitors there.',
  origin_not_allowed: "Add this page's origin to origins of the token service.",
  identity_unavailable: 'identify(request) of the token service failed or took too long; see its log.',
  upstream_unavailable: 'The token service could not get a token from Coze; see its log.',
  rate_limited: 'The token service limits how often a visitor may ask; see its option limits.',
  network:
    "Look for the failed request in the browser's network panel: its address is wrong (tokenUrl, apiBase), or http on an https page, nobody answers there, connect-src of the page's Content-Security-Policy leaves it out, or it is on another origin and does not allow this page's by CORS (of the token service: CHAT_ORIGINS, origins).",
  timeout: 'The other side took longer than this.',
  bad_response: 'The token endpoint should answer 200 with {"access_token":"…","expires_in":900}, or 401.',
  token_expired: 'Tokens arrive expired: let expires_in be the seconds left, and no cache keep the answer.',
  token_rejected:
    'Coze refuses new tokens as well: leave region and apiBase off the page, for the token service says where its Coze is (a token endpoint of your own by api_base), and check that the OAuth app may use this agent.',
  unauthorized:
    'Leave region and apiBase off the page, for the token service says where its Coze is; a token endpoint of your own says it by api_base.',
  permission_denied: "Give the OAuth app the chat and conversation permissions, and access to the agent's workspace.",
  agent_not_found: 'Check botId (or appId and workflowId) and region.',
  not_published: 'Publish the agent to the channel "API" or "Chat SDK" in Coze.',
  quota_exceeded: "The account's quota is used up; look at its plan in Coze.",
  account_problem: 'Look at the state and the balance of the account in Coze.',
  internal: 'This is a fault of coze-chat-widget; please report it with its cause.',
}

export interface LoggedError {
  code: ErrorCode
  /** For the site's developer. */
  message?: string
  upstreamCode?: string | undefined
}

/** @returns a function that prints each error once, however often it comes in a row */
export function createErrorLog(): (error: LoggedError) => void {
  let printed = ''
  return ({ code, message, upstreamCode }) => {
    // The error of the token was printed with its message; the problem of the chat that follows from it says less.
    if (!message && !upstreamCode && printed.startsWith(code)) return
    const words = message ?? (upstreamCode ? `Coze answered with code ${upstreamCode}.` : '')
    if (printed === code + words) return
    printed = code + words
    console.error(`[coze-chat-widget] ${withCure(code, words, upstreamCode)}`)
  }
}

const told = new Set<string>()

/** The cure of options that are refused. The script prints the error itself, in English alone; each is told once in the life of the page. */
export function tellRefused({ code }: LoggedError): void {
  const cure = ownerReadsChinese() && CURES_ZH[code]
  if (!cure || told.has(code)) return
  told.add(code)
  console.warn(`[coze-chat-widget] ${code}：${cure}`)
}

function cureOf(code: ErrorCode, words: string, upstreamCode: string | undefined): string {
  const isChinese = ownerReadsChinese()
  if (code === 'rate_limited' && upstreamCode)
    return isChinese ? VENDOR_LIMIT_ZH : 'Coze limits how often the account or its model may be asked.'
  if (OF_THE_PAGE.test(words)) return isChinese ? PAGE_FUNCTION_ZH : 'The chat goes on once it gives a token.'
  return (isChinese ? CURES_ZH : CURES)[code] ?? ''
}

/** A function of the page that fails counts as the network for the visitor, who may try again; but no request has failed (`host-callbacks.ts`). */
const OF_THE_PAGE = /^The function \w+ of the page failed/

/** One line for the console: the code, the few words of the error, and what to do about it. */
export function withCure(code: ErrorCode, words: string, upstreamCode?: string): string {
  return `${[code, words.replace(/\.$/, '')].filter(Boolean).join(': ')}. ${cureOf(code, words, upstreamCode)}`.trim()
}
