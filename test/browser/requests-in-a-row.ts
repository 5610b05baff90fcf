/** A site, its token service and a simulated Coze that keep every browser waiting a little and write down who asked for what, and when. */
import { randomBytes } from 'node:crypto'
import { createDemoSite } from '../../src/cli/demo/demo-site.ts'
import { createTokenService, type TokenServiceOptions } from '../../src/server/token-service.ts'
import { createCozeSimulator, SIMULATOR_IDS } from '../../src/simulator/index.ts'
import { listen } from '../support/local-server.ts'
import { guestHtml } from './guest-page.ts'

/** Longer than a busy machine needs between two requests that do not wait for each other. */
const HELD_MS = 800

export interface SeenRequest {
  /** `POST /v3/chat`, and `chat.js` for our files. */
  readonly name: string
  readonly arrivedAt: number
  /** Undefined while it is open. */
  answeredAt: number | undefined
  /** How many requests had to be made one after the other up to and including this one. */
  readonly row: readonly string[]
}

export interface WatchedSite {
  readonly url: string
  /** In the order in which they came. */
  readonly seen: SeenRequest[]
  close(): Promise<void>
}

/** @param gateway whether browsers ask Coze through the service, or straight */
export async function startWatchedSite(
  gateway: boolean,
  options: Partial<TokenServiceOptions> = {},
): Promise<WatchedSite> {
  const seen: SeenRequest[] = []
  const simulator = await createCozeSimulator({ knobs: { pieceDelayMs: 0 } })
  const { appId, keyId, privateKeyPem } = simulator.credentials
  const { botId } = SIMULATOR_IDS

  /** Whoever asks waits, and is entered with the longest row of requests whose responses had come by then. */
  async function watched(request: Request, respond: () => Promise<Response> | Response): Promise<Response> {
    const { pathname } = new URL(request.url)
    const name = pathname.startsWith('/dist/')
      ? pathname.replace(/^.*\//, '').replace(/-[\w-]{8}(?=\.js$)/, '')
      : `${request.method} ${pathname.replace(/^\/api\/coze/, '')}`
    const arrivedAt = performance.now()
    const before = seen
      .filter(({ answeredAt = Number.POSITIVE_INFINITY }) => answeredAt < arrivedAt)
      .map(({ row }) => row)
      .reduce((longest, row) => (row.length >= longest.length ? row : longest), [])
    const entry: SeenRequest = { name, arrivedAt, answeredAt: undefined, row: [...before, name] }
    seen.push(entry)
    const response = await respond()
    await new Promise((resolve) => setTimeout(resolve, HELD_MS))
    entry.answeredAt = performance.now()
    return response
  }

  const coze = await listen((request) => watched(request, () => simulator.fetch(request)))
  const site = createDemoSite({
    botId,
    apiBase: () => coze.url,
    agent: '',
    sdkKind: 'replica',
    sdkNote: '',
    sdkAttribute: () => '',
    sdkScript: '',
  })
  const service = createTokenService({
    appId,
    keyId,
    privateKey: privateKeyPem,
    secret: randomBytes(32),
    apiBase: 'https://coze.test',
    bots: [botId],
    fetch: async (input, init) => simulator.fetch(new Request(input, init)),
    ...(gateway && { gateway: true as const }),
    ...options,
  })
  // What is fetched ahead is the question of other tests.
  const page = guestHtml(gateway ? '/api/coze' : coze.url, { tag: { preload: 'false' } })
  const server = await listen((request) => {
    const { pathname } = new URL(request.url)
    if (pathname === '/') return new Response(page, { headers: { 'content-type': 'text/html' } })
    return watched(request, () => (pathname.startsWith('/dist/') ? site.app.fetch(request) : service.fetch(request)))
  })
  return {
    url: server.url,
    seen,
    close: async () => void (await Promise.all([server.close(), coze.close(), service.close()])),
  }
}
