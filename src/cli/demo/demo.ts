/** `coze-chat-widget demo`: the site, the token service and a simulated Coze on this machine. */
import { listenFault } from '../listen-fault.ts'
import { onProcessEnd } from '../process-end.ts'
import { say } from '../say.ts'
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
  ${say('coze-chat-widget demo', 'coze-chat-widget 演示')}

    ${running.url}/             ${say('one script tag', '一行脚本标签')}
    ${running.url}/shop         ${say('logged-in users', '登录用户')}
    ${running.url}/inline       ${say('inside a page', '嵌在网页里')}
    ${running.url}/official     ${say("Coze's Chat SDK", '扣子 Chat SDK')}
    ${running.url}/csp          ${say('the strictest policy', '最严格的内容安全策略（CSP）')}
    ${running.url}/playground   ${say('change options, copy the snippet', '调整选项，复制代码')}

    ${running.summary}
    ${say('Stop with Ctrl+C.', '按 Ctrl+C 停止。')}
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
