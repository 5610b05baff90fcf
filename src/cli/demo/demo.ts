/** `coze-chat-widget demo`: the site, the token service and a simulated Coze on this machine. */
import { listenFault } from '../listen-fault.ts'
import { onProcessEnd } from '../process-end.ts'
import { realBackend } from './demo-backend.ts'
import { type RunningSite, startDemo, startDemoSite } from './demo-server.ts'

export interface DemoCommandOptions {
  port: number
  /** Life of tokens in seconds. */
  tokenTtl: number
}

export async function demo({ port, tokenTtl }: DemoCommandOptions): Promise<void> {
  const running = await start(port, tokenTtl).catch((error: unknown) => {
    // Which of the two it was, the error knows.
    const wanted = error instanceof Error && 'port' in error ? Number(error.port) : port
    throw listenFault(error, { port: wanted, host: '127.0.0.1', names: ['--port', '--host'] })
  })
  console.log(`
  coze-chat-widget demo

    ${running.url}/             one script tag
    ${running.url}/shop         logged-in users
    ${running.url}/inline       inside a page
    ${running.url}/official     Coze's Chat SDK
    ${running.url}/csp          the strictest policy
    ${running.url}/playground   change options, copy the snippet

    ${running.summary}
    Stop with Ctrl+C.
`)
  onProcessEnd(() => void running.close().then(() => process.exit(0)))
}

async function start(port: number, tokenTtlSeconds: number): Promise<RunningSite & { summary: string }> {
  if (process.env['COZE_APP_ID'] === undefined) {
    return startDemo({ port, simulatorPort: port === 0 ? 0 : port + 1, tokenTtlSeconds })
  }
  const backend = await realBackend(process.env)
  const site = await startDemoSite(backend, { port, host: '127.0.0.1' })
  return { ...site, summary: backend.summary }
}
