/**
 * A local Coze that Coze's own clients accept unmodified: OAuth JWT, the Open API of a chat, event streams, isolation by session,
 * and an agent that remembers. It uses nothing but web standards, so a test can pass `simulator.fetch` wherever a `fetch` is wanted.
 */
import { type Clock, systemClock } from '../platform/clock.ts'
import { createApp } from './api/app.ts'
import { createRequestLog } from './api/call/request-log.ts'
import { dumpSimulation } from './api/dump.ts'
import { issueToken } from './api/oauth.ts'
import type { SimulatorControls } from './api/simulator-controls.ts'
import {
  ACCOUNT_ID,
  defaultApps,
  defaultBots,
  OAUTH_APP_ID,
  SECOND_ACCOUNT_ID,
  type SimulatedApp,
  type SimulatedBot,
} from './world/catalogue.ts'
import { createIdSource } from './world/ids.ts'
import { changeKnobs, defaultKnobs, type SimulatorKnobsInput } from './world/knobs.ts'
import { simulatedSigningKey } from './world/signing-key.ts'
import type { Simulation } from './world/simulation.ts'
import { createStore } from './world/store.ts'

export type { LoggedRequest } from './api/call/request-log.ts'
export type { DumpedConversation, DumpedSession, SimulatorDump } from './api/dump.ts'
export type { SimulatedApp, SimulatedBot } from './world/catalogue.ts'
export { SIMULATOR_IDS } from './world/catalogue.ts'
export type { SimulatorKnobs, SimulatorKnobsInput } from './world/knobs.ts'

export interface CozeSimulatorOptions {
  /** Default: the system's. */
  clock?: Clock
  /** Settings to begin with, and to return to after `reset()`. */
  knobs?: SimulatorKnobsInput
  /** Accounts that the OAuth app may act for; the first one owns it. Default: two. */
  accounts?: readonly string[]
  /** Default: two agents in both channels and one in none. */
  bots?: readonly SimulatedBot[]
  /** Default: one app with one chatflow. */
  apps?: readonly SimulatedApp[]
  /** More public keys of the OAuth app, by fingerprint, for tests of key rotation. */
  publicKeys?: Readonly<Record<string, CryptoKey>>
}

/** What the owner of an account gets from the vendor's console. */
export interface SimulatorCredentials {
  appId: string
  /** Fingerprint of the public key: the `kid` of an assertion. */
  keyId: string
  /** PKCS#8, made anew in each process. */
  privateKeyPem: string
  /** A `pat_` token: no session, everybody who uses it shares one history. */
  personalToken: string
}

export interface CozeSimulator extends SimulatorControls {
  fetch(request: Request): Promise<Response>
  readonly credentials: SimulatorCredentials
}

const DEFAULT_TOKEN_SECONDS = 900

/**
 * @throws TypeError for a knob or a value that does not exist
 * @example
 * const simulator = await createCozeSimulator({ knobs: { tokenSeconds: 20 } })
 * const { appId, keyId, privateKeyPem } = simulator.credentials
 * const service = createTokenService({
 *   appId, keyId, privateKey: privateKeyPem, secret,
 *   fetch: (input, init) => simulator.fetch(new Request(input, init)),
 * })
 */
export async function createCozeSimulator(options: CozeSimulatorOptions = {}): Promise<CozeSimulator> {
  const { clock = systemClock, accounts = [ACCOUNT_ID, SECOND_ACCOUNT_ID] } = options
  const [accountId = ACCOUNT_ID] = accounts
  const signingKey = await simulatedSigningKey()
  const initialKnobs = changeKnobs(defaultKnobs(), options.knobs)
  const personalToken = `pat_${'simulated'.repeat(4)}`
  const log = createRequestLog()

  const simulation: Simulation = {
    clock,
    nowSeconds: () => Math.floor(clock.now() / 1000) + simulation.knobs.clockOffsetSeconds,
    nextId: createIdSource(),
    knobs: initialKnobs,
    store: createStore(),
    oauthApps: new Map([
      [
        OAUTH_APP_ID,
        {
          appId: OAUTH_APP_ID,
          accountId,
          keys: new Map([[signingKey.keyId, signingKey.publicKey], ...Object.entries(options.publicKeys ?? {})]),
        },
      ],
    ]),
    accounts: new Set(accounts),
    bots: new Map((options.bots ?? defaultBots()).map((bot) => [bot.id, bot])),
    apps: new Map((options.apps ?? defaultApps()).map((app) => [app.id, app])),
  }
  const admitPersonalToken = () => {
    simulation.store.tokens.set(personalToken, {
      uid: accountId,
      sessionName: null,
      scope: null,
      expiresAt: Number.POSITIVE_INFINITY,
      revoked: false,
    })
  }
  admitPersonalToken()

  const simulator: CozeSimulator = {
    fetch: async (request) => app.fetch(request),
    credentials: {
      appId: OAUTH_APP_ID,
      keyId: signingKey.keyId,
      privateKeyPem: signingKey.privateKeyPem,
      personalToken,
    },
    get knobs() {
      return simulation.knobs
    },
    setKnobs(changes) {
      simulation.knobs = changeKnobs(simulation.knobs, changes)
    },
    get requests() {
      return log.entries
    },
    revoke({ token, sessionName } = {}) {
      let revoked = 0
      for (const [text, entry] of simulation.store.tokens) {
        if (entry.revoked || (token !== undefined && text !== token)) continue
        if (sessionName !== undefined && entry.sessionName !== sessionName) continue
        entry.revoked = true
        revoked++
      }
      return revoked
    },
    issueToken: (sessionName, seconds = DEFAULT_TOKEN_SECONDS) =>
      issueToken(simulation, {
        uid: accountId,
        sessionName,
        scope: null,
        expiresAt: simulation.nowSeconds() + seconds,
        revoked: false,
      }),
    reset() {
      simulation.knobs = initialKnobs
      simulation.store = createStore()
      log.clear()
      admitPersonalToken()
    },
    dump: () => dumpSimulation(simulation),
  }

  const app = createApp(simulation, simulator, log)
  return simulator
}
