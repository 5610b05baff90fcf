/** The one check at the door, with a cure for each fault, and the defaults of everything that is not looks. */
import { CozeChatError, type ErrorCode } from './errors.ts'
import type { DrawnOptions, Region, UiKind } from './options.ts'

const DEFAULTS = {
  ui: 'official' as UiKind,
  officialFallback: true,
  session: 'tab' as 'tab' | 'device',
  tokenField: 'session_id',
  region: 'cn' as Region,
  connectorId: '999',
}

/** Options after the check: every default filled in, nobody writes to it. */
export type ResolvedOptions = Readonly<
  Omit<DrawnOptions, keyof typeof DEFAULTS> & typeof DEFAULTS & { apiBase: string }
>

/** Ids are text, for they are too long for a number. */
const DIGITS = /^\d+$/

/** What an option's text has to look like; the pattern itself is the cure. */
const PATTERNS: { readonly [option: string]: RegExp } = {
  ui: /^(official|light)$/,
  session: /^(tab|device)$/,
  user: /^(auto|required|anonymous)$/,
  region: /^(cn|com)$/,
  theme: /^(auto|light|dark)$/,
  position: /^bottom-(right|left)$/,
  botId: DIGITS,
  appId: DIGITS,
  workflowId: DIGITS,
}

/** How many options there are where a page has written an agent and a token endpoint: nothing is misspelt there. */
const PLAIN = 18

/** The names of all options are more than the check itself: they come where one may be wrong. */
function spell(options: object): void {
  import('./option-spelling.ts').then(
    ({ tellMisspelt }) => tellMisspelt(options),
    () => {},
  )
}

/** Few words, for every page carries them. */
function check(options: DrawnOptions, page: { secure: boolean }): void {
  const values = options as Readonly<Record<string, unknown>>
  const { botId, appId, workflowId, tokenUrl } = options
  const refuse = (cure: string, code: ErrorCode = 'invalid_options') => {
    spell(options)
    throw new CozeChatError(code, cure)
  }
  if (values['token'] !== undefined || /^[ps]at_/.test(tokenUrl ?? '')) {
    refuse('Everybody reads it: revoke it, set tokenUrl.', 'insecure_token')
  }
  for (const [option, pattern] of Object.entries(PATTERNS)) {
    const value = values[option] ?? pattern
    if (value !== pattern && !(typeof value === 'string' && pattern.test(value))) {
      refuse(`${option}: write text like ${pattern.source}`)
    }
  }
  for (const option of ['offsetX', 'offsetY', 'zIndex']) {
    if (!Number.isFinite(values[option] ?? 0)) refuse(`${option}: write a number.`)
  }
  if (!botId && !(appId && workflowId)) refuse('Set botId (data-bot-id), or appId and workflowId.')
  if (!tokenUrl && !options.getToken) {
    refuse('Set tokenUrl (data-token-url) or getToken.')
  }
  if ((options.user === 'required' || options.userToken) && !page.secure && !options.allowInsecure) {
    refuse('Users need https, or allowInsecure.', 'insecure_context')
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
  const resolved = Object.assign(Object.create(null), DEFAULTS, options, { apiBase: apiBase.replace(/\/+$/, '') })
  if (Object.keys(resolved).length > PLAIN) spell(resolved)
  return Object.freeze(resolved)
}
