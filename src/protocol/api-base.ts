/** Where the token endpoint says that the Open API of its tokens is. */
import { parseUrl } from '../platform/parse-url.ts'
import { isSafeUrl } from '../platform/safe-url.ts'

/** A host without its scheme would be read as a path of the token endpoint's own. */
const ADDRESS = /^(?:https?:|\.|\/)/i

/**
 * Reads `api_base` of a token answer. The token goes there, so it has to be https, this machine itself, or where the token came from.
 * Anything else counts as not said.
 *
 * @param endpoint address of the token endpoint, to which a relative address belongs
 * @returns an absolute address without a slash at its end
 */
export function readApiBase(value: unknown, endpoint = ''): string | undefined {
  if (typeof value !== 'string' || !ADDRESS.test(value)) return undefined
  const from = parseUrl(endpoint, globalThis.location?.href)
  const url = parseUrl(value, from?.href)
  if (!url || url.username || url.search || url.hash) return undefined
  if (!isSafeUrl(url.href) && url.origin !== from?.origin) return undefined
  return url.href.replace(/\/+$/, '')
}
