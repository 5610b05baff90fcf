/** The one check of the options: refuses what cannot work, passes over other values of a wrong shape, and fills in the last defaults. */
import { CozeChatError } from '../errors.ts'
import { ownFields } from '../platform/own-fields.ts'
import { bothNames } from './attribute-names.ts'
import { hasShape, shapeOf } from './check/option-shape.ts'
import type { DrawnOptions } from './drawn-options.ts'
import { ELEMENT_DEFAULTS } from './element-options.ts'
import { allFeatures, type Feature } from './features.ts'
import { localized } from './localized.ts'
import { OPTION_RULES, type OptionRule } from './option-rules.ts'
import type { Defaulted, Spoken } from './widget-options.ts'

const RULES = Object.entries<OptionRule>(OPTION_RULES)
/** None from `Object.prototype` (F54). */
const DEFAULTS: Readonly<Record<string, unknown>> = ownFields(ELEMENT_DEFAULTS)

/** Options after the check: every default is filled in, words are in the language of the chat, and nobody writes to them. */
export type ResolvedOptions = Readonly<
  Omit<DrawnOptions, keyof Defaulted | keyof Spoken | 'features'> &
    Defaulted &
    Spoken & { features: Readonly<Record<Feature, boolean>> }
>

/**
 * Checks what the owner wrote and fills in the defaults. A value of a wrong shape counts as not given, so that nothing of a chat is lost
 * but what it was for. It is refused where it says who talks to whom or where, and where a visitor would be worse off without it. Names
 * that are no option are carried along; whether one of them is a misspelt option is told by `tellMisspelt`.
 * @param onFault called with the name of each option whose value counts as not given
 * @throws {CozeChatError} `invalid_options`, `insecure_token`
 */
export function resolveOptions(options: DrawnOptions, onFault: (name: string) => void): ResolvedOptions {
  checkForPersonalToken(options)
  const resolved = ownFields<Record<string, unknown>>({ ...options })
  for (const [name, rule] of RULES) {
    const value = rule.localized ? localized(resolved[name] as string, options.lang) : resolved[name]
    const isGiven = value != null
    const isSound = isGiven && hasShape(value, rule)
    if (isGiven && !isSound) {
      if ((rule.identity || rule.refused) && rule.is !== 'object')
        refuse(
          `${bothNames(name)} must be ${shapeOf(rule)}${typeof value === 'string' && !rule.is ? `, not ${value}` : ''}.`,
        )
      onFault(name)
    }
    resolved[name] = isSound ? (rule.type === 'list' ? listOf(value) : value) : (rule.default ?? DEFAULTS[name])
  }
  checkAgent(options)
  // One misspelt name switches on nothing that another one has taken away.
  resolved['features'] = allFeatures(options.features)
  return Object.freeze(resolved) as ResolvedOptions
}

/** As an attribute a list is text, separated by `|`, or by the full-width one of a Chinese keyboard. */
function listOf(value: unknown): unknown {
  return typeof value === 'string' ? value.split(/[|｜]/).map((item) => item.trim()) : value
}

/** A token of the owner's opens every conversation to every visitor. `token` is an option of Coze's SDK and of older widgets. */
function checkForPersonalToken(options: DrawnOptions): void {
  if ((options as { token?: unknown }).token === undefined && !/^[ps]at_/.test(options.tokenUrl ?? '')) return
  throw new CozeChatError(
    'insecure_token',
    'Everybody who opens this page can read the token in its options: revoke it, and set tokenUrl (data-token-url) to a token service instead.',
  )
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

function refuse(message: string): never {
  throw new CozeChatError('invalid_options', message)
}
