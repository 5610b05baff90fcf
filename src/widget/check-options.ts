import type { DrawnOptions } from '../options/drawn-options.ts'
import { hasUnknownNames } from '../options/option-table.ts'
import { type ResolvedOptions, resolveOptions } from '../options/resolve-options.ts'
import { consolePart } from './load.ts'

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
