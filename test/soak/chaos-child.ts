/** One running `chaos-service.ts`, and what its visitors ask of it. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import type { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import type { TokenAnswer } from '../../src/protocol/token-endpoint.ts'
import { SIMULATOR_IDS } from '../../src/simulator/index.ts'
import type { ChaosMessage } from './chaos-service.ts'

/** Longer than a browser waits. */
const ANSWER_LIMIT_MS = 15_000

export interface Answer {
  /** 0: none came. */
  readonly status: number
  readonly json: Partial<TokenAnswer> & Record<string, unknown>
  readonly tookMs: number
}

export interface ChaosChild {
  readonly url: string
  readonly process: ChildProcess
  readonly log: Readable | undefined
  /** What it wrote to its second output, which should be nothing. */
  errors(): string
  tell(message: ChaosMessage): void
  call(method: string, path: string, init?: { bearer?: string; body?: object }): Promise<Answer>
  token(body: object, bearer?: string): Promise<Answer>
  health(): Promise<Answer>
  /** A question to the agent, through the gateway. */
  ask(pass: string, limitMs: number): Promise<Reply>
}

export interface Reply {
  /** 0: nothing came in time. */
  readonly status: number
  /** `whole`: the agent has ended it. `refused`: no answer has begun. `broken`: it has, and one can tell that it is not whole. */
  readonly end: 'whole' | 'refused' | 'broken'
  readonly tookMs: number
}

/** @param stdout a file descriptor, or `pipe` */
export async function startChild(env: Readonly<Record<string, string>>, stdout: number | 'pipe'): Promise<ChaosChild> {
  const script = fileURLToPath(new URL('./chaos-service.js', import.meta.url))
  const child = spawn(process.execPath, [script], {
    env: { PATH: process.env['PATH'], ...env },
    stdio: ['ignore', stdout, 'pipe', 'ipc'],
  })
  let errors = ''
  child.stderr?.on('data', (chunk) => {
    errors += String(chunk)
  })
  const [message] = (await Promise.race([
    once(child, 'message'),
    once(child, 'exit').then(() => Promise.reject(new Error(`The service did not start: ${errors}`))),
  ])) as [{ url: string }]
  const { url } = message

  async function call(method: string, path: string, { bearer, body }: { bearer?: string; body?: object } = {}) {
    const started = performance.now()
    try {
      const response = await fetch(url + path, {
        method,
        headers: {
          origin: url,
          'x-chat-token': '1',
          ...(body && { 'content-type': 'application/json' }),
          ...(bearer !== undefined && { authorization: `Bearer ${bearer}` }),
        },
        ...(body && { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(ANSWER_LIMIT_MS),
      })
      const text = await response.text()
      return { status: response.status, json: text === '' ? {} : JSON.parse(text), tookMs: performance.now() - started }
    } catch {
      return { status: 0, json: {}, tookMs: performance.now() - started }
    }
  }

  async function ask(pass: string, limitMs: number): Promise<Reply> {
    const started = performance.now()
    const signal = AbortSignal.timeout(limitMs)
    let status = 0
    let text = ''
    try {
      const response = await fetch(`${url}/api/coze/v3/chat`, {
        method: 'POST',
        headers: { origin: url, 'content-type': 'application/json', authorization: `Bearer ${pass}` },
        body: JSON.stringify({
          bot_id: SIMULATOR_IDS.botId,
          stream: true,
          additional_messages: [{ role: 'user', type: 'question', content: 'hello', content_type: 'text' }],
        }),
        signal,
      })
      status = response.status
      const decoder = new TextDecoder()
      for await (const chunk of response.body ?? []) text += decoder.decode(chunk, { stream: true })
    } catch {
      text += '\n(cut)'
    }
    const end = /event:\s*conversation\.chat\.completed/.test(text)
      ? 'whole'
      : /^\s*\{/.test(text)
        ? 'refused'
        : 'broken'
    return { status, end, tookMs: performance.now() - started }
  }

  return {
    url,
    ask,
    process: child,
    log: child.stdout ?? undefined,
    errors: () => errors,
    tell: (told) => void (child.connected && child.send(told)),
    call,
    token: (body, bearer) => call('POST', '/api/coze/token', { body, ...(bearer !== undefined && { bearer }) }),
    health: () => call('GET', '/api/coze/healthz'),
  }
}
