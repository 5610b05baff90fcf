/** Everything the session and the token need from the world, as one value, so that a test or a host can pass its own. */
import { type Clock, systemClock } from './clock.ts'
import { type CspWatch, watchCsp } from './csp-violation.ts'
import { type PageSignals, pageSignals } from './page-signals.ts'
import { randomFraction, randomId } from './random.ts'
import { browserLocks, type Locks } from './shared-lock.ts'
import { type KeyValueStorage, openStorage } from './storage.ts'
import type { TabChannel, TabMessage } from './tab-channel.ts'
import { type DocumentClaim, documentClaims } from './tab-claim.ts'

export interface Platform {
  readonly clock: Clock
  readonly page: PageSignals
  readonly locks: Locks | undefined
  readonly claims: Map<string, DocumentClaim>
  fetch(url: string, init: RequestInit): Promise<Response>
  randomId(): string
  randomFraction(): number
  openStorage(kind: 'session' | 'local'): KeyValueStorage
  /** Default: `openTabChannel`, which comes with whatever needs it. */
  readonly openChannel?: (name: string, listener: (message: TabMessage) => void) => TabChannel
  watchCsp(): CspWatch
}

export const browserPlatform: Platform = {
  clock: systemClock,
  page: pageSignals,
  get locks() {
    return browserLocks()
  },
  get claims() {
    return documentClaims()
  },
  // Looked up when used: hosts patch it, and it may not be called as a method of anything else.
  fetch: (url, init) => globalThis.fetch(url, init),
  randomId,
  randomFraction,
  openStorage,
  watchCsp,
}
