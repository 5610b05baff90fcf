/** Runs the simulator on a port. */
import type { AddressInfo } from 'node:net'
import { createAdaptorServer, type Http2Bindings, type HttpBindings } from '@hono/node-server'
import { type CozeSimulator, type CozeSimulatorOptions, createCozeSimulator } from './index.ts'

export interface StartSimulatorOptions extends CozeSimulatorOptions {
  /** 0, the default, takes any free port. */
  port?: number
  /** Default `127.0.0.1`. */
  host?: string
}

export interface RunningSimulator {
  /** Without a slash at its end: the `baseURL` for Coze's clients. */
  url: string
  simulator: CozeSimulator
  /** Also ends connections that are still open. */
  close(): Promise<void>
}

/** Connections that may wait to be accepted. A thousand at once overflow the default of 511, as `ListenOverflows` of `nstat` shows. */
const BACKLOG = 4_096

/** @throws Error of `node:net` when the port cannot be listened on */
export async function startSimulator(options: StartSimulatorOptions = {}): Promise<RunningSimulator> {
  const { port = 0, host = '127.0.0.1', ...simulatorOptions } = options
  const simulator = await createCozeSimulator(simulatorOptions)
  const server = createAdaptorServer({
    fetch: async (request: Request, { outgoing }: HttpBindings | Http2Bindings) =>
      breakQuietly(await simulator.fetch(request), () => outgoing.destroy()),
    overrideGlobalObjects: false,
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen({ port, host, backlog: BACKLOG }, resolve)
  })
  const address = server.address() as AddressInfo
  const shownHost = host === '0.0.0.0' || host === '::' ? 'localhost' : host
  return {
    url: `http://${shownHost.includes(':') ? `[${shownHost}]` : shownHost}:${address.port}`,
    simulator,
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error ? reject(error) : resolve()))
        if ('closeAllConnections' in server) server.closeAllConnections()
      }),
  }
}

/** Breaks the socket of a connection that is lost on purpose, without the error that the server would log. */
function breakQuietly(response: Response, breakSocket: () => void): Response {
  if (response.body === null || !response.headers.get('content-type')?.startsWith('text/event-stream')) return response
  const reader = response.body.getReader()
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const { done, value } = await reader.read()
        if (done) controller.close()
        else controller.enqueue(value)
      } catch {
        breakSocket()
        controller.close()
      }
    },
    cancel: (reason) => reader.cancel(reason),
  })
  return new Response(body, response)
}
