import { parseUrl } from '../../platform/parse-url.ts'

/**
 * The address of an agent's picture, unless it lies on the page's own site: nobody is asked before it is loaded, and there a GET with the
 * visitor's cookies may do something (T35). What is no text is for others to refuse.
 */
export function pictureAddress(address: string | undefined): string | undefined {
  if (typeof address !== 'string') return address
  const url = parseUrl(address)
  return url && url.host !== globalThis.location?.host ? address : undefined
}
