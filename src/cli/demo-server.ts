/** Runs the demo: the site and the token service on one port, the simulator on another, so that the browser's calls to Coze are cross-origin, as in life. */
import { randomBytes } from 'node:crypto'
import type { AddressInfo } from 'node:net'
import { serve } from '@hono/node-server'
import { createTokenService } from '../server/token-service.ts'
import { SIMULATOR_IDS, type SimulatorKnobsInput } from '../simulator/index.ts'
import { type RunningSimulator, startSimulator } from '../simulator/node.ts'
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

export interface RunningDemo {
  /** Without a slash at its end. */
  url: string
  simulator: RunningSimulator
  /** Which Coze answers, in one sentence. */
  backend: string
  close(): Promise<void>
}

const REPLICA_NOTE =
  'There is no network in this demo, so what you see is a replica of the Chat SDK with the original’s defects. Set COZE_APP_ID, COZE_KEY_ID, COZE_PRIVATE_KEY and COZE_BOT_IDS to load the real one.'

export async function startDemo(options: DemoOptions): Promise<RunningDemo> {
  const { port, simulatorPort, tokenTtlSeconds, host = '127.0.0.1', knobs = { tokenDelayMs: 18 } } = options
  const simulator = await startSimulator({ port: simulatorPort, host, knobs })
  const { credentials } = simulator.simulator
  const simulatorAt = (pageHost: string) => `http://${pageHost}:${new URL(simulator.url).port}`
  const sdkAttribute = (pageHost: string) =>
    `data-sdk-url="/dist/chat-sdk-replica.js?api=${encodeURIComponent(simulatorAt(pageHost))}"`

  const site = createDemoSite({
    botId: SIMULATOR_IDS.botId,
    apiBase: simulatorAt,
    agent: 'simulated: it runs on this machine, remembers what you tell it and needs no account',
    sdkKind: 'replica',
    sdkNote: REPLICA_NOTE,
    sdkAttribute,
  })
  const service = createTokenService({
    appId: credentials.appId,
    keyId: credentials.keyId,
    privateKey: credentials.privateKeyPem,
    secret: randomBytes(32),
    apiBase: simulator.url,
    tokenTtlSeconds,
    identify: site.identify,
  })
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
    simulator,
    backend: `Coze is simulated at ${simulator.url}; a token lives ${tokenTtlSeconds} s.`,
    async close() {
      if ('closeAllConnections' in server) server.closeAllConnections()
      await Promise.all([new Promise((resolve) => server.close(resolve)), service.close(), simulator.close()])
    },
  }
}
