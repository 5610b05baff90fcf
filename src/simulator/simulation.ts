/** What every part of the simulator works on. */
import type { Context } from 'hono'
import type { Clock } from '../platform/clock.ts'
import type { SimulatorKnobs } from './knobs.ts'
import type { RequestLog } from './request-log.ts'
import type { Store } from './store.ts'
import type { SimulatedApp, SimulatedBot } from './world.ts'

/** An app of the vendor's console that may sign assertions. */
export interface OAuthApp {
  appId: string
  accountId: string
  /** Public keys by fingerprint (`kid`). */
  keys: Map<string, CryptoKey>
}

export interface Simulation {
  readonly clock: Clock
  /** The vendor's clock in Unix seconds. */
  nowSeconds(): number
  nextId(): string
  knobs: SimulatorKnobs
  store: Store
  readonly log: RequestLog
  readonly oauthApps: Map<string, OAuthApp>
  readonly accounts: ReadonlySet<string>
  readonly bots: ReadonlyMap<string, SimulatedBot>
  readonly apps: ReadonlyMap<string, SimulatedApp>
}

/** Variables of one request. */
export interface SimulatorEnv {
  Variables: {
    logId: string
    /** Session of the call, for the log: undefined until a token was recognised. */
    sessionName: string | null | undefined
  }
}

export type SimulatorContext = Context<SimulatorEnv>

export function sleep(clock: Clock, ms: number): Promise<void> {
  return ms === 0 ? Promise.resolve() : new Promise((resolve) => clock.setTimeout(resolve, ms))
}
