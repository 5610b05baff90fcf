/** Tells a request that the page's Content-Security-Policy blocked from a dead network: `fetch` throws the same `TypeError` for both. */

export interface CspWatch {
  /** The directive that blocked the address since the watch began, e.g. `connect-src`. */
  readonly directive: string | undefined
  stop(): void
}

export function watchCsp(url: string): CspWatch {
  const page = globalThis.document as Document | undefined
  let directive: string | undefined
  const onViolation = (event: SecurityPolicyViolationEvent) => {
    if (event.disposition === 'report') return
    try {
      const { href, origin } = new URL(url, page?.baseURI)
      if (event.blockedURI === href.split('#')[0] || event.blockedURI === origin) directive = event.effectiveDirective
    } catch {
      // Not an address at all; `fetch` says so.
    }
  }
  page?.addEventListener('securitypolicyviolation', onViolation)
  return {
    get directive() {
      return directive
    },
    stop: () => page?.removeEventListener('securitypolicyviolation', onViolation),
  }
}
