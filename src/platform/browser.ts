/** Everything that visitor and token need from the world, as one value, so that a test or a host can pass its own. */
import { type Clock, systemClock } from './clock.ts'
import { type CspWatch, watchCsp } from './page/csp-violations.ts'
import { type PageSignals, pageSignals } from './page/page-signals.ts'
import { pageSingleton } from './page/page-singleton.ts'
import { randomFraction, randomId } from './random.ts'
import { type KeyValueStorage, openStorage } from './storage/storage.ts'
import { openTabChannel, type TabChannel, type TabMessage } from './tab-channel.ts'
import { browserLocks, type Locks } from './waiting/shared-lock.ts'

export interface Platform {
  readonly clock: Clock
  readonly page: PageSignals
  /** Undefined where the browser has no Web Locks, as on plain http. */
  readonly locks: Locks | undefined
  fetch(url: string, init: RequestInit): Promise<Response>
  /** 126 random bits in 21 characters of `[A-Za-z0-9_-]`. */
  randomId(): string
  /** At least 0, below 1. */
  randomFraction(): number
  openStorage(kind: 'session' | 'local'): KeyValueStorage
  /** Messages between the tabs of this origin. */
  openChannel(name: string, listener: (message: TabMessage) => void): TabChannel
  watchCsp(): CspWatch
  pageSingleton<T>(name: string, create: () => T): T
}

export const browserPlatform: Platform = {
  clock: systemClock,
  page: pageSignals,
  get locks() {
    return browserLocks()
  },
  // Looked up at each call: hosts patch it, and it may not be called as a method of anything else.
  fetch: (url, init) => globalThis.fetch(url, init),
  randomId,
  randomFraction,
  openStorage,
  // `this` is the platform in use, whose page and storage a host may have replaced.
  openChannel(name, listener) {
    return openTabChannel(name, this, listener)
  },
  watchCsp,
  pageSingleton,
}
