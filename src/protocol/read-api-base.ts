/** Where the token endpoint says that the Open API of its tokens is. */
import { parseUrl } from '../platform/addresses/parse-url.ts'

/**
 * Reads `api_base` of a token answer. Anything but an address over http(s), or a relative one, counts as not said, and so does a host
 * without its scheme, which would be a path of the endpoint's own. From a page over https the browser itself refuses plain http.
 *
 * @param endpoint address of the token endpoint, to which a relative address belongs
 * @returns an absolute address
 */
export function readApiBase(value = '', endpoint = ''): string | undefined {
  if (!/^(?:https?:|[./])/i.test(value)) return undefined
  const from = parseUrl(endpoint, globalThis.location?.href)
  return parseUrl(value, from?.href)?.href
}
