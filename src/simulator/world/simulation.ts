/** The simulated Coze as a whole: its clock, its settings, what it remembers and what its owner has built. */
import type { Clock } from '../../platform/clock.ts'
import type { SimulatedApp, SimulatedBot } from './catalogue.ts'
import type { SimulatorKnobs } from './knobs.ts'
import type { Store } from './store.ts'

/** An OAuth app as the vendor's console makes it: whoever holds one of its private keys may sign assertions. */
export interface OAuthApp {
  appId: string
  accountId: string
  /** Public keys by fingerprint, the `kid` of an assertion. */
  keys: ReadonlyMap<string, CryptoKey>
}

export interface Simulation {
  readonly clock: Clock
  /** The vendor's clock in Unix seconds, which the knob `clockOffsetSeconds` puts ahead of `clock`. */
  nowSeconds(): number
  nextId(): string
  /** Replaced as a whole when a knob changes. */
  knobs: SimulatorKnobs
  /** Replaced as a whole by a reset. */
  store: Store
  /** By app id. */
  readonly oauthApps: ReadonlyMap<string, OAuthApp>
  /** Accounts that the OAuth app may act for. */
  readonly accounts: ReadonlySet<string>
  /** Agents by id. */
  readonly bots: ReadonlyMap<string, SimulatedBot>
  /** Apps by id. */
  readonly apps: ReadonlyMap<string, SimulatedApp>
}

export function sleep(clock: Clock, ms: number): Promise<void> {
  return ms === 0 ? Promise.resolve() : new Promise((resolve) => clock.setTimeout(resolve, ms))
}
