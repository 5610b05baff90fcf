import { parseUrl } from '../../platform/addresses/parse-url.ts'

/**
 * The address of an agent's picture, unless it lies on the page's own host: nobody is asked before it is loaded, and there a GET with the
 * visitor's cookies may do something (T35). Unlike a picture of an answer it may lie where the API is: a Coze Studio has its agents' pictures there.
 */
export function pictureAddress(address = ''): string | undefined {
  // Without a page, as in a program for Node, only what is no address is left out.
  const { host, href } = globalThis.location ?? {}
  return parseUrl(address, href)?.host === host ? undefined : address
}
