/** Tells a request that the page's Content-Security-Policy blocked from a dead network: `fetch` throws the same `TypeError` for both. */
import type { CspWatch } from './csp-violation.ts'

/** The directive that blocked the address, e.g. `connect-src`. */
export function blockedDirective(url: string, { violations }: Pick<CspWatch, 'violations'>): string | undefined {
  const page = globalThis.document as Document | undefined
  let href: string
  let origin: string
  try {
    ;({ href, origin } = new URL(url, page?.baseURI))
  } catch {
    // Not an address at all; `fetch` says so.
    return undefined
  }
  const blocked = [href.split('#')[0], origin]
  return violations.find(({ disposition, blockedURI }) => disposition !== 'report' && blocked.includes(blockedURI))
    ?.effectiveDirective
}
