/** Where the seal is kept that opens a visitor's kept messages. Pure. */
import type { IdentityKind } from '../../protocol/token-endpoint.ts'

/**
 * `served`: nowhere; the token service gives it out with each token.
 * `beside-memory`: with all that is remembered for an anonymous visitor, who is known by this browser alone.
 * `in-tab`: in the tab it was made in, while the rest stays on the computer: whoever signs in there next must not find it (T36).
 */
export type SealPlace = 'served' | 'beside-memory' | 'in-tab'

/** @param isServed it comes from the token service, not from this browser */
export function sealPlaceOf(kind: IdentityKind, isServed: boolean): SealPlace {
  if (isServed) return 'served'
  return kind === 'user' ? 'in-tab' : 'beside-memory'
}
