import { OPTION_RULES } from './option-rules.ts'
import type { OptionName } from './option-table.ts'
import type { ResolvedOptions } from './resolve-options.ts'

const IDENTITY_OPTIONS = (Object.keys(OPTION_RULES) as OptionName[]).filter((name) => OPTION_RULES[name].identity)

/** False when an option that says who talks to whom has another value: then the chat has to start anew. */
export function isSameChat(before: ResolvedOptions, after: ResolvedOptions): boolean {
  return IDENTITY_OPTIONS.every((name) => before[name] === after[name])
}
