import type { DrawnOptions } from '../options/drawn-options.ts'
import { OPTION_RULES } from '../options/option-rules.ts'
import { type ResolvedOptions, resolveOptions } from '../options/resolve-options.ts'
import { consolePart } from './load.ts'

/** Whether a name among them is none of ours, so that it may be a misspelt one. */
export function hasUnknownNames(options: object): boolean {
  // Not by `in`: every object has a `constructor`.
  return Object.keys(options).some((name) => !Object.hasOwn(OPTION_RULES, name))
}

/**
 * The check of the options, and a word to the owner about names that are misspelt.
 * @throws {CozeChatError} as `resolveOptions` does
 */
export function checkOptions(options: DrawnOptions, page: { readonly secure: boolean }): ResolvedOptions {
  if (hasUnknownNames(options)) {
    // Without that part nothing is missing but the help.
    consolePart.load().then(
      ({ tellMisspelt }) => tellMisspelt(options),
      () => {},
    )
  }
  return resolveOptions(options, page)
}
