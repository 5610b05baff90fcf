/** A site whose visitors are whoever their cookie says, with the token service, and the simulated Coze behind it. */
import { randomBytes } from 'node:crypto'
import type { AddressInfo } from 'node:net'
import { serve } from '@hono/node-server'
import { Hono } from 'hono'
import { simulatedBackend } from '../../src/cli/demo/demo-backend.ts'
import { createDemoSite } from '../../src/cli/demo/demo-site.ts'
import { createTokenService } from '../../src/server/index.ts'
import type { CozeSimulator } from '../../src/simulator/index.ts'

export const PERSON_COOKIE = 'person'

export interface SoakSite {
  url: string
  cozeUrl: string
  coze: CozeSimulator
  /** Tokens that Coze has issued to the service. */
  readonly exchanges: number
  close(): Promise<void>
}

export async function startSoakSite(tokenSeconds: number): Promise<SoakSite> {
  let exchanges = 0
  const backend = await simulatedBackend({
    port: 0,
    host: '127.0.0.1',
    tokenTtlSeconds: tokenSeconds,
    knobs: { pieceDelayMs: 20 },
  })
  const service = createTokenService({
    ...backend.service,
    secret: randomBytes(32),
    // All twenty tabs come from one address.
    limits: { address: false, issue: false },
    identify: (request) => /(?:^|;\s*)person=(\w+)/.exec(request.headers.get('cookie') ?? '')?.[1] ?? null,
    onEvent: (event) => {
      if (event.type === 'exchange' && event.outcome === 'ok') exchanges++
    },
  })
  const app = new Hono()
  app.all('/api/coze/*', (context) => service.fetch(context.req.raw))
  app.route('/', createDemoSite(backend.page).app)
  await service.ready()
  const { server, port } = await new Promise<{ server: ReturnType<typeof serve>; port: number }>((resolve) => {
    const starting = serve(
      { fetch: app.fetch, port: 0, hostname: '127.0.0.1', overrideGlobalObjects: false },
      (info: AddressInfo) => resolve({ server: starting, port: info.port }),
    )
  })
  return {
    url: `http://127.0.0.1:${port}`,
    cozeUrl: backend.simulator.url,
    coze: backend.simulator.simulator,
    get exchanges() {
      return exchanges
    },
    async close() {
      if ('closeAllConnections' in server) server.closeAllConnections()
      await Promise.all([new Promise((resolve) => server.close(resolve)), service.close(), backend.simulator.close()])
    },
  }
}
