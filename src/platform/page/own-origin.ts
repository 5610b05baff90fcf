/** Relative addresses of the page's owner, of which a `<base>` in the page says nothing. */
import { parseUrl } from '../addresses/parse-url.ts'

/**
 * A relative address leads to the page's own origin, also where a `<base>` names another one: whoever can put that element into the
 * page could have tokens sent to themselves (T44), and one that is there for pictures would break the chat.
 * @returns an absolute address; `address` itself where that is none
 */
export function onOwnOrigin(address: string): string {
  // Without a page, as in a program for Node, there is only the address itself.
  const page = globalThis.location?.href
  const own = parseUrl(address, page)
  if (own === undefined || page === undefined) return address
  const based = own.origin === parseUrl(page)?.origin ? parseUrl(address, document.baseURI) : own
  return (based?.origin === own.origin ? based : own).href
}
