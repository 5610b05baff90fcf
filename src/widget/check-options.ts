import { CozeChatError } from '../errors.ts'
import { needsHttps } from '../options/check/needs-https.ts'
import type { DrawnOptions } from '../options/drawn-options.ts'
import { OPTION_RULES } from '../options/option-rules.ts'
import { type ResolvedOptions, resolveOptions } from '../options/resolve-options.ts'
import { ownFields } from '../platform/own-fields.ts'
import { consolePart } from './load.ts'

/** Whether a name among them is none of ours, so that it may be a misspelt one. */
export function hasUnknownNames(options: object): boolean {
  // Not by `in`: every object has a `constructor`.
  return Object.keys(options).some((name) => !Object.hasOwn(OPTION_RULES, name))
}

/** On plain http: the chat is there and says calmly that it cannot work, and no request leaves. The same function each time, or it were another chat. */
function getNoToken(): never {
  throw new CozeChatError('insecure_context', '')
}

/**
 * The check of the options, and a word to the owner about names that are misspelt and values that are passed over.
 * @throws {CozeChatError} as `resolveOptions` does, but for `insecure_context`: that is thrown where the chat asks for a token
 */
export function checkOptions(options: DrawnOptions): ResolvedOptions {
  const unsuited: string[] = []
  const { target } = options
  // By now the element is at the end of the page instead.
  if (typeof target === 'string' && !isThere(target)) unsuited.push('target')
  try {
    const given = isSecureContext || !needsHttps(options) ? options : ownFields({ ...options, getToken: getNoToken })
    return resolveOptions(given, (name) => unsuited.push(name))
  } finally {
    if (unsuited[0] || hasUnknownNames(options)) {
      // Without that part nothing is missing but the help.
      consolePart.load().then(
        ({ tellMisspelt, tellUnsuited }) => {
          tellMisspelt(options)
          tellUnsuited(unsuited)
        },
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
