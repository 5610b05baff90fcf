import { OPTIONS, type OptionName } from './option-table.ts'
import type { ResolvedOptions } from './resolve-options.ts'

const IDENTITY_OPTIONS = (Object.keys(OPTIONS) as OptionName[]).filter((name) => OPTIONS[name].group === 'identity')

/** False when an option that says who talks to whom has another value: then the chat has to start anew. */
export function isSameChat(before: ResolvedOptions, after: ResolvedOptions): boolean {
  return IDENTITY_OPTIONS.every((name) => before[name] === after[name])
}
