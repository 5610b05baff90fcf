/** The one check at the door, with a cure for each fault, and the defaults of everything that is not looks. */
import { CozeChatError } from './errors.ts'
import type { DrawnOptions, Region, UiKind } from './options.ts'

const DEFAULTS = {
  ui: 'official' as UiKind,
  officialFallback: true,
  session: 'tab' as 'tab' | 'device',
  user: 'auto' as 'auto' | 'required' | 'anonymous',
  tokenField: 'session_id',
  region: 'cn' as Region,
  connectorId: '999',
  allowInsecure: false,
}

/** Options after the check: every default filled in, nobody writes to it. */
export type ResolvedOptions = Readonly<
  Omit<DrawnOptions, keyof typeof DEFAULTS> & typeof DEFAULTS & { apiBase: string }
>

const CHOICES: { readonly [option: string]: readonly string[] } = {
  ui: ['official', 'light'],
  session: ['tab', 'device'],
  user: ['auto', 'required', 'anonymous'],
  region: ['cn', 'com'],
  theme: ['auto', 'light', 'dark'],
  position: ['bottom-right', 'bottom-left'],
}

const refuse = (message: string) => new CozeChatError('invalid_options', message)

function check(options: DrawnOptions, page: { secure: boolean }): void {
  const values = options as Readonly<Record<string, unknown>>
  const { botId, appId, workflowId, tokenUrl, getToken } = options
  if (values['token'] !== undefined || /^(pat|sat)_/.test(tokenUrl ?? '')) {
    throw new CozeChatError(
      'insecure_token',
      'There is a token in the page: with it everybody reads everybody\'s chat. Revoke it in Coze, run "npx coze-chat-widget serve" and set data-token-url (tokenUrl) to it.',
    )
  }
  for (const [option, choices] of Object.entries(CHOICES)) {
    const value = values[option]
    if (value !== undefined && !choices.includes(String(value))) {
      throw refuse(`${option} is "${value}"; write ${choices.join(' or ')}.`)
    }
  }
  for (const option of ['offsetX', 'offsetY', 'zIndex']) {
    if (!Number.isFinite(values[option] ?? 0)) throw refuse(`${option} must be a number.`)
  }
  for (const [option, id] of Object.entries({ botId, appId, workflowId })) {
    if (id !== undefined && !(typeof id === 'string' && /^\d+$/.test(id))) {
      throw refuse(`${option} must be the decimal id from Coze's address bar, as text: it is too long for a number.`)
    }
  }
  if (!botId && !(appId && workflowId)) {
    throw refuse('There is no agent: set data-bot-id (botId), or data-app-id and data-workflow-id for a chatflow.')
  }
  if (!tokenUrl && !getToken) {
    throw refuse(
      'There is no token endpoint: set data-token-url (tokenUrl), e.g. "/api/coze/token", or getToken. "npx coze-chat-widget serve" runs one.',
    )
  }
  if ((options.user === 'required' || options.userToken) && !page.secure && !options.allowInsecure) {
    throw new CozeChatError(
      'insecure_context',
      'A chat of signed-in users needs https: on plain http anybody on the way reads their token. Serve the page over https, or set allowInsecure while you develop.',
    )
  }
}

/**
 * Checks what the owner wrote and fills in the defaults.
 * @param page.secure `isSecureContext`.
 * @throws {CozeChatError} `invalid_options`, `insecure_token`, `insecure_context`; the message says what to write instead.
 */
export function resolveOptions(options: DrawnOptions, page: { secure: boolean }): ResolvedOptions {
  check(options, page)
  const apiBase = options.apiBase ?? `https://api.coze.${options.region ?? DEFAULTS.region}`
  return Object.freeze({ ...DEFAULTS, ...options, apiBase: apiBase.replace(/\/+$/, '') })
}
