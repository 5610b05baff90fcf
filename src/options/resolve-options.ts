/** The one check of the options, with a message for the owner that says what to write instead, and the last defaults. */
import { CozeChatError } from '../errors.ts'
import { ownFields } from '../platform/own-fields.ts'
import { bothNames } from './attribute-names.ts'
import type { DrawnOptions } from './drawn-options.ts'
import type { ELEMENT_DEFAULTS } from './element-options.ts'
import { allFeatures, type Feature, readSwitches } from './features.ts'
import { localized } from './localized.ts'
import { OPTION_RULES, type OptionRule } from './option-rules.ts'
import type { Defaulted, Spoken } from './widget-options.ts'

const RULES = Object.entries<OptionRule>(OPTION_RULES)

/** Those that the element has not filled in. */
const DEFAULTS = Object.fromEntries(
  RULES.flatMap(([name, { default: value }]) => (value === undefined ? [] : [[name, value]])),
) as Omit<Defaulted, keyof typeof ELEMENT_DEFAULTS>

/** Options after the check: every default is filled in, words are in the language of the chat, and nobody writes to them. */
export type ResolvedOptions = Readonly<
  Omit<DrawnOptions, keyof Defaulted | keyof Spoken | 'features'> &
    Defaulted &
    Spoken & { features: Readonly<Record<Feature, boolean>> }
>

/**
 * Checks what the owner wrote and fills in the defaults. Names that are no option are carried along; whether one of
 * them is a misspelt option is told by `tellMisspelt`.
 * @param page.secure `isSecureContext` of the page
 * @throws {CozeChatError} `invalid_options`, `insecure_token`, `insecure_context`
 */
export function resolveOptions(options: DrawnOptions, page: { readonly secure: boolean }): ResolvedOptions {
  checkForPersonalToken(options)
  for (const [name, rule] of RULES) {
    checkValue(name, rule, (options as Readonly<Record<string, unknown>>)[name])
  }
  checkAgent(options)
  checkSecurity(options, page)
  const resolved = ownFields<Record<string, unknown>>({
    ...DEFAULTS,
    ...options,
    features: allFeatures(options.features),
  })
  for (const [name, rule] of RULES) {
    if (rule.localized) resolved[name] = localized(resolved[name] as string | readonly unknown[], options.lang)
    if (rule.type === 'list') resolved[name] = listOf(resolved[name])
  }
  return Object.freeze(resolved) as ResolvedOptions
}

/** As an attribute a list is text, separated by `|`. */
function listOf(value: unknown): unknown {
  return typeof value === 'string' ? value.split('|').map((item) => item.trim()) : value
}

/** A token of the owner's opens every conversation to every visitor. `token` is an option of Coze's SDK and of older widgets. */
function checkForPersonalToken(options: DrawnOptions): void {
  if ((options as { token?: unknown }).token === undefined && !/^[ps]at_/.test(options.tokenUrl ?? '')) return
  throw new CozeChatError(
    'insecure_token',
    'Everybody who opens this page can read the token in its options: revoke it, and set tokenUrl (data-token-url) to a token service instead.',
  )
}

function checkValue(name: string, { type, values, most, css }: OptionRule, value: unknown): void {
  if (value === undefined || value === null) return
  const names = type === 'switches' ? Object.keys(readSwitches(value as string)) : [value]
  if (values && !names.every((each) => values.includes(each as string))) {
    refuse(`${bothNames(name)} must be one of ${values.map((allowed) => `"${allowed}"`).join(', ')}.`)
  }
  if (type === 'id' && !(typeof value === 'string' && /^\d+$/.test(value))) {
    refuse(
      `${bothNames(name)} must be the digits of an id as text, such as "7300000000000000001": a JavaScript number cannot hold them all.`,
    )
  }
  if (most && !(/^\d+$/.test(String(value)) && Number(value) <= most)) {
    refuse(`${bothNames(name)} must be a number of pixels from 0 to ${most}.`)
  }
  // In a list, because `inherit` and its like are fit for nothing: the chat inherits nothing of the page. Servers have no CSS.
  if (css && globalThis.CSS?.supports(css, `${value}, a`) === false) {
    refuse(`${bothNames(name)} must be a ${css} as in CSS, such as "Inter, sans-serif".`)
  }
  if (type === 'number' && !Number.isFinite(value)) {
    refuse(`${bothNames(name)} must be a number.`)
  }
}

function checkAgent({ botId, appId, workflowId, tokenUrl, getToken }: DrawnOptions): void {
  if (!botId && !(appId && workflowId)) {
    refuse('Set botId (data-bot-id) to the id of your agent, or appId and workflowId to those of your chatflow.')
  }
  if (!tokenUrl && !getToken) {
    refuse(
      'Set tokenUrl (data-token-url) to the address of your token endpoint, or getToken to a function that returns a token.',
    )
  }
}

function checkSecurity({ user, userToken, allowInsecure }: DrawnOptions, page: { readonly secure: boolean }): void {
  const expectsUser = user === 'required' || userToken
  if (!expectsUser || page.secure || allowInsecure) return
  throw new CozeChatError(
    'insecure_context',
    'Signed-in users need a page that is served over https; while you develop, allowInsecure (data-allow-insecure) lifts this.',
  )
}

function refuse(message: string): never {
  throw new CozeChatError('invalid_options', message)
}
