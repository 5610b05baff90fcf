/**
 * A local Coze that Coze's own clients accept unmodified: OAuth JWT, the Open API of a chat, event streams, isolation by session,
 * and an agent that remembers. Nothing but web standards, so a test passes `simulator.fetch` where a `fetch` is wanted.
 */
import { Hono } from 'hono'
import { cors } from 'hono/cors'
import { type Clock, systemClock } from '../platform/clock.ts'
import { addAgents } from './agents.ts'
import { addAssets } from './assets.ts'
import { addAudio } from './audio.ts'
import { addChats } from './chats.ts'
import { addControl } from './control.ts'
import { addConversations } from './conversations.ts'
import { dumpSimulation, type SimulatorDump } from './dump.ts'
import { addFiles } from './files.ts'
import { createIdSource, createLogId } from './ids.ts'
import { defaultKnobs, type SimulatorKnobs, type SimulatorKnobsInput, turnKnobs } from './knobs.ts'
import { addMessages } from './messages.ts'
import { addOAuth, createSigningKey, issueToken } from './oauth.ts'
import { ApiFailure, failure } from './replies.ts'
import { createRequestLog, type LoggedRequest, loggedBody } from './request-log.ts'
import { type Simulation, type SimulatorContext, type SimulatorEnv, sleep } from './simulation.ts'
import { createStore } from './store.ts'
import { addVariables } from './variables.ts'
import { addWorkflowChat } from './workflow-chat.ts'
import {
  ACCOUNT_ID,
  defaultApps,
  defaultBots,
  OAUTH_APP_ID,
  SECOND_ACCOUNT_ID,
  type SimulatedApp,
  type SimulatedBot,
} from './world.ts'

export type { DumpedConversation, DumpedSession, SimulatorDump } from './dump.ts'
export type { SimulatorKnobs, SimulatorKnobsInput } from './knobs.ts'
export type { LoggedRequest } from './request-log.ts'
export type { SimulatedApp, SimulatedBot } from './world.ts'
export { SIMULATOR_IDS } from './world.ts'

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

/** What the owner would carry home from the vendor's console. */
export interface SimulatorCredentials {
  appId: string
  /** Fingerprint of the public key: the `kid` of an assertion. */
  keyId: string
  /** PKCS#8, made anew for each simulator. */
  privateKeyPem: string
  /** A `pat_` token: no session, everybody who uses it shares one history. */
  personalToken: string
}

export interface CozeSimulator {
  fetch(request: Request): Promise<Response>
  readonly credentials: SimulatorCredentials
  readonly knobs: Readonly<SimulatorKnobs>
  /** @throws TypeError for a knob or a value that does not exist */
  setKnobs(changes: SimulatorKnobsInput): void
  /** The newest calls, oldest first; those to `/__simulator` and preflights left out. */
  readonly requests: readonly LoggedRequest[]
  /** Makes tokens worthless: one, those of a session, or all. Answers how many. */
  revoke(target?: { token?: string; sessionName?: string | null }): number
  /** A token without the exchange. `seconds` defaults to 900. */
  issueToken(sessionName: string | null, seconds?: number): string
  /** Forgets tokens, conversations, files and calls; knobs return to how they began. Keys and ids stay. */
  reset(): void
  dump(): SimulatorDump
}

const DEFAULT_TOKEN_SECONDS = 900
const MAX_BODY_BYTES = 20 * 1024 * 1024

export async function createCozeSimulator(options: CozeSimulatorOptions = {}): Promise<CozeSimulator> {
  const { clock = systemClock, accounts = [ACCOUNT_ID, SECOND_ACCOUNT_ID] } = options
  const [accountId = ACCOUNT_ID] = accounts
  const signingKey = await createSigningKey()
  const initialKnobs = turnKnobs(defaultKnobs(), options.knobs)
  const personalToken = `pat_${'simulated'.repeat(4)}`

  const simulation: Simulation = {
    clock,
    nowSeconds: () => Math.floor(clock.now() / 1000) + simulation.knobs.clockOffsetSeconds,
    nextId: createIdSource(),
    knobs: initialKnobs,
    store: createStore(),
    log: createRequestLog(),
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
      simulation.knobs = turnKnobs(simulation.knobs, changes)
    },
    get requests() {
      return simulation.log.entries
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
      simulation.log.clear()
      admitPersonalToken()
    },
    dump: () => dumpSimulation(simulation),
  }

  const app = createApp(simulation, simulator)
  return simulator
}

function createApp(simulation: Simulation, simulator: CozeSimulator): Hono<SimulatorEnv> {
  // The vendor's mini-program client calls `//v3/chat`.
  const getPath = (request: Request) => new URL(request.url).pathname.replace(/\/{2,}/g, '/')
  const app = new Hono<SimulatorEnv>({ getPath })

  app.use(async (c, next) => {
    c.set('logId', createLogId(simulation.clock.now()))
    c.set('sessionName', undefined)
    await next()
    c.header('x-tt-logid', c.get('logId'))
  })
  app.use(
    cors({
      origin: '*',
      allowMethods: ['GET', 'POST', 'PUT', 'DELETE', 'OPTIONS'],
      exposeHeaders: ['x-tt-logid', 'retry-after', 'date'],
      maxAge: 600,
    }),
  )
  addControl(app, simulator)
  addAssets(app)

  app.use(async (c, next) => {
    await sleep(simulation.clock, simulation.knobs.latencyMs)
    const text = await readText(c)
    await next()
    simulation.log.add({
      at: simulation.clock.now(),
      method: c.req.method,
      path: c.req.path,
      query: c.req.query(),
      headers: c.req.header(),
      body: loggedBody(text, c.req.header('content-type') ?? '', c.req.header('content-length') ?? '?'),
      sessionName: c.get('sessionName'),
      status: c.res.status,
    })
  })
  app.use(async (c, next) => failOnPurpose(c, simulation) ?? (await next()))

  addOAuth(app, simulation)
  addAgents(app, simulation)
  addConversations(app, simulation)
  addMessages(app, simulation)
  addChats(app, simulation)
  addWorkflowChat(app, simulation)
  addFiles(app, simulation)
  addAudio(app, simulation)
  addVariables(app, simulation)

  app.onError((error, c) => {
    if (error instanceof ApiFailure) return failure(c, simulation, error)
    console.error('The simulator failed:', error)
    return failure(c, simulation, new ApiFailure(5000))
  })
  return app
}

/** Reads the body once, for the log and the handler; a multipart body is left to its handler. */
async function readText(c: SimulatorContext): Promise<string | undefined> {
  if (/^multipart\//i.test(c.req.header('content-type') ?? '')) return undefined
  const text = await c.req.text()
  if (text.length > MAX_BODY_BYTES) throw new ApiFailure(4000, 'The request body is too large')
  return text
}

/** Carries the knob `failNext` out; undefined: the call goes its way. */
function failOnPurpose(c: SimulatorContext, simulation: Simulation): Response | undefined {
  const { failNext } = simulation.knobs
  if (failNext === null || failNext.times === 0) return undefined
  const { code, status, path, retryAfterSeconds } = failNext
  if (path === undefined ? !/^\/v[13]\//.test(c.req.path) : !c.req.path.startsWith(path)) return undefined
  simulation.knobs = { ...simulation.knobs, failNext: { ...failNext, times: failNext.times - 1 } }
  if (retryAfterSeconds !== undefined) c.header('retry-after', String(retryAfterSeconds))
  if (code === undefined) {
    const page = `<html><body><h1>${status ?? 500}</h1></body></html>`
    return c.body(page, (status ?? 500) as 500, { 'content-type': 'text/html' })
  }
  const answer = failure(c, simulation, new ApiFailure(code))
  return status === undefined ? answer : new Response(answer.body, { status, headers: answer.headers })
}
