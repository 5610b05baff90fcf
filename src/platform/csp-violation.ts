/** Collects what the page's Content-Security-Policy blocked; `blocked-directive.ts` reads it when a request has failed. */

export interface CspWatch {
  readonly violations: readonly SecurityPolicyViolationEvent[]
  stop(): void
}

export function watchCsp(): CspWatch {
  const page = globalThis.document as Document | undefined
  const violations: SecurityPolicyViolationEvent[] = []
  const ending = new AbortController()
  page?.addEventListener('securitypolicyviolation', (event) => violations.push(event), ending)
  return { violations, stop: () => ending.abort() }
}
