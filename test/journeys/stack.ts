/** The whole stack in one process and on one fake clock: a site, its token service, the simulated Coze, and browsers that visit. */
import { createHeadlessChat, type HeadlessChat, type HeadlessChatOptions } from '../../src/headless.ts'
import { createTokenService, type TokenService, type TokenServiceOptions } from '../../src/server/token-service.ts'
import { type CozeSimulator, createCozeSimulator, SIMULATOR_IDS } from '../../src/simulator/index.ts'
import { createFakeClock, type FakeClock } from '../support/fake-clock.ts'
import { createFakeOrigin, type FakeOrigin, type FakeTab } from '../support/fake-platform.ts'

export const SITE = 'https://shop.test'
export const TOKEN_URL = '/api/coze/token'
export const API_BASE = 'https://coze.test'

export interface TokenCall {
  body: Record<string, unknown>
  status: number
}

export interface Stack {
  readonly clock: FakeClock
  readonly simulator: CozeSimulator
  readonly service: TokenService
  /** What the site's cookie says. */
  user: string | null
  /** Every question to the token endpoint. */
  readonly tokenCalls: readonly TokenCall[]
  /** Calls to Coze that were refused, as `401 /v3/chat`. */
  readonly refusals: readonly string[]
  readonly origin: FakeOrigin
  /** One browser profile; another one has other storage. */
  openTab(copyOf?: FakeTab): FakeTab
  visit(tab?: FakeTab, options?: Partial<HeadlessChatOptions>): HeadlessChat
  close(): Promise<void>
}

export interface StackOptions {
  service?: Partial<TokenServiceOptions>
  /** Answers the token endpoint instead of our service. */
  backend?: (request: Request, simulator: CozeSimulator, clock: FakeClock) => Promise<Response>
  /** Chance of the browser, and of whatever else draws. */
  random?: () => number
}

/** One pair of keys for all tests of a file: making one takes a tenth of a second. */
let made: Promise<CozeSimulator> | undefined

export async function startStack(options: StackOptions = {}): Promise<Stack> {
  const clock = createFakeClock()
  // The simulator reads its clock through this seam, so that one simulator serves the clocks of all tests.
  currentClock = clock
  made ??= createCozeSimulator({ clock: sharedClock })
  const simulator = await made
  simulator.reset()
  const { credentials } = simulator
  const tokenCalls: TokenCall[] = []
  const refusals: string[] = []
  const service = createTokenService({
    appId: credentials.appId,
    keyId: credentials.keyId,
    privateKey: credentials.privateKeyPem,
    secret: new Uint8Array(32).fill(7),
    apiBase: API_BASE,
    fetch: async (input, init) => simulator.fetch(new Request(input, init)),
    identify: () => stack.user,
    clock,
    ...options.service,
  })

  async function ask(request: Request): Promise<Response> {
    const body = (await request.clone().json()) as Record<string, unknown>
    const answer = options.backend
      ? await options.backend(request, simulator, clock)
      : await service.fetch(request, { remoteAddress: '203.0.113.7' })
    tokenCalls.push({ body, status: answer.status })
    return answer
  }

  const fetch = async (url: string, init: RequestInit) => {
    if (url !== TOKEN_URL) {
      const response = await simulator.fetch(new Request(url, init))
      if (!response.ok) refusals.push(`${response.status} ${new URL(url).pathname}`)
      return response
    }
    const headers = { ...(init.headers as Record<string, string>), origin: SITE, 'sec-fetch-site': 'same-origin' }
    return ask(new Request(SITE + url, { ...init, headers }))
  }

  const origin = createFakeOrigin(clock, { random: options.random ?? (() => 0.5) })
  const openTab: Stack['openTab'] = (copyOf) => origin.openTab({ fetch, ...(copyOf && { copyOf }) })
  const stack: Stack = {
    clock,
    simulator,
    service,
    user: null,
    tokenCalls,
    refusals,
    origin,
    openTab,
    visit: (tab = openTab(), more = {}) =>
      createHeadlessChat({
        botId: SIMULATOR_IDS.botId,
        tokenUrl: TOKEN_URL,
        apiBase: API_BASE,
        lang: 'zh-CN',
        platform: tab.platform,
        ...more,
      }),
    close: () => service.close(),
  }
  return stack
}

let currentClock: FakeClock = createFakeClock()
const sharedClock: FakeClock = {
  now: () => currentClock.now(),
  monotonic: () => currentClock.monotonic(),
  setTimeout: (callback, delayMs) => currentClock.setTimeout(callback, delayMs),
  clearTimeout: (handle) => currentClock.clearTimeout(handle),
  advance: (ms) => currentClock.advance(ms),
  jumpWall: (ms) => currentClock.jumpWall(ms),
  sleep: (ms, monotonicToo) => currentClock.sleep(ms, monotonicToo),
  get pending() {
    return currentClock.pending
  },
}

/** Winds the clock on until `work` has ended, slowly enough for what runs beside the clock (Web Crypto, streams) to keep up. */
export async function letRun<T>({ clock }: Pick<Stack, 'clock'>, work: Promise<T>, stepMs = 500): Promise<T> {
  let ended = false
  const end = () => {
    ended = true
  }
  work.then(end, end)
  while (!ended) {
    await new Promise((resolve) => setTimeout(resolve, 2))
    if (!ended) await clock.advance(stepMs)
  }
  return work
}

export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 1))
}

export const texts = ({ store }: HeadlessChat) => store.getState().messages.map(({ text }) => text)

/** What Coze keeps for one session, by role. */
export function keptBy(stack: Pick<Stack, 'simulator'>, sessionName?: string) {
  return stack.simulator
    .dump()
    .sessions.filter((session) => sessionName === undefined || session.sessionName === sessionName)
    .flatMap(({ conversations }) => conversations)
    .flatMap(({ messages }) => messages)
}
