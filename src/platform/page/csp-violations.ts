/**
 * Tells a request that the page's Content-Security-Policy blocked from a dead network: `fetch` rejects with the same `TypeError` for both,
 * but only a blocked one is reported by a `securitypolicyviolation` event (https://www.w3.org/TR/CSP3/#report-violation).
 */
import { parseUrl } from '../addresses/parse-url.ts'

export interface CspWatch {
  /**
   * @param url absolute, or relative to the page
   * @returns the directive that blocked a request to `url` since the watch began, e.g. `connect-src`; undefined if none did
   */
  blockedDirective(url: string): string | undefined
  stop(): void
}

/** Begins to watch; to be called before the request is sent. */
export function watchCsp(): CspWatch {
  const page = globalThis.document as Document | undefined
  const violations: SecurityPolicyViolationEvent[] = []
  const ending = new AbortController()
  page?.addEventListener('securitypolicyviolation', (event) => violations.push(event), ending)
  return {
    blockedDirective(url) {
      const address = parseUrl(url, page?.baseURI)
      if (!address) return undefined
      // After a redirect, browsers name the origin only.
      const names = [address.href.split('#')[0], address.origin]
      const violation = violations.find(
        ({ disposition, blockedURI }) => disposition !== 'report' && names.includes(blockedURI),
      )
      return violation?.effectiveDirective
    },
    stop: () => ending.abort(),
  }
}
