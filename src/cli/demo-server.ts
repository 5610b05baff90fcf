/** Runs the demo: the site and the token service on one port, the simulator on another, so that the browser's calls to Coze are cross-origin, as in life. */
import type { AddressInfo } from 'node:net'
import { serve } from '@hono/node-server'
import { createTokenService } from '../server/token-service.ts'
import type { SimulatorKnobsInput } from '../simulator/index.ts'
import type { RunningSimulator } from '../simulator/node.ts'
import { type DemoBackend, simulatedBackend } from './demo-backend.ts'
import { createDemoSite } from './demo-site.ts'

export interface DemoOptions {
  /** Of the site; 0 takes any free port. */
  port: number
  simulatorPort: number
  /** Short, so that renewal can be watched. Seconds. */
  tokenTtlSeconds: number
  /** Default `127.0.0.1`. */
  host?: string
  /** How the simulated Coze behaves. Default: it writes at a human pace. */
  knobs?: SimulatorKnobsInput
}

export interface RunningSite {
  /** Without a slash at its end. */
  url: string
  close(): Promise<void>
}

export interface RunningDemo extends RunningSite {
  simulator: RunningSimulator
  /** Which Coze answers, in one sentence. */
  summary: string
}

/** The demo on the simulated Coze. */
export async function startDemo(options: DemoOptions): Promise<RunningDemo> {
  const { port, simulatorPort, tokenTtlSeconds, host = '127.0.0.1', knobs = { tokenDelayMs: 18 } } = options
  const backend = await simulatedBackend({ port: simulatorPort, host, tokenTtlSeconds, knobs })
  const site = await startDemoSite(backend, { port, host })
  return {
    url: site.url,
    simulator: backend.simulator,
    summary: backend.summary,
    close: async () => void (await Promise.all([site.close(), backend.simulator.close()])),
  }
}

export async function startDemoSite(
  { service: options, page }: DemoBackend,
  { port, host }: { port: number; host: string },
): Promise<RunningSite> {
  const site = createDemoSite(page)
  const service = createTokenService({ ...options, identify: site.identify })
  site.app.all('/api/coze/*', (context) => service.fetch(context.req.raw))
  await service.ready()
  const { server, address } = await new Promise<{ server: ReturnType<typeof serve>; address: AddressInfo }>(
    (resolve, reject) => {
      const starting = serve({ fetch: site.app.fetch, port, hostname: host, overrideGlobalObjects: false }, (info) =>
        resolve({ server: starting, address: info }),
      )
      starting.once('error', reject)
    },
  )
  return {
    url: `http://${host}:${address.port}`,
    async close() {
      if ('closeAllConnections' in server) server.closeAllConnections()
      await Promise.all([new Promise((resolve) => server.close(resolve)), service.close()])
    },
  }
}
