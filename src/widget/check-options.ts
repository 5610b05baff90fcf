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
 * The check of the options, and a word to the owner about names that are misspelt and values that are passed over.
 * @throws {CozeChatError} as `resolveOptions` does
 */
export function checkOptions(options: DrawnOptions): ResolvedOptions {
  const unsuited: string[] = []
  let refusal: unknown
  const { target } = options
  // By now the element is at the end of the page instead.
  if (typeof target === 'string' && !isThere(target)) unsuited.push('target')
  try {
    return resolveOptions(options, (name) => unsuited.push(name))
  } catch (error) {
    refusal = error
    throw error
  } finally {
    if (refusal || unsuited[0] || hasUnknownNames(options)) {
      // Without that part nothing is missing but the help.
      consolePart.load().then(
        ({ tellOptions }) => tellOptions(options, unsuited, refusal),
        () => {},
      )
    }
  }
}

function isThere(selector: string): boolean {
  try {
    return Boolean(document.querySelector(selector))
  } catch {
    return false
  }
}
