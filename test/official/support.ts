/** A page, Coze's script host and Coze itself, all in this process. */
import { vi } from 'vitest'
import type { OfficialVisitor } from '../../src/official/index.ts'
import { installReplica } from '../../src/simulator/chat-sdk/install-replica.ts'
import { createFakeClock, type FakeClock } from '../support/fake-clock.ts'

export const SDK_URL = 'https://cdn.test/chat-sdk.js'
const API = 'https://api.test'

export async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve))
}

/** Whatever the script host does with a request for the SDK. */
export type ScriptAnswer = 'replica' | 'missing' | 'silent' | 'html' | ((script: HTMLScriptElement) => void)

/** Lets script elements reach the head without happy-dom fetching them, and answers in the host's place. */
export function serveScripts(answers: ScriptAnswer[]): HTMLScriptElement[] {
  const asked: HTMLScriptElement[] = []
  const append = (node: string | Node) => document.head.appendChild(node as Node)
  vi.spyOn(document.head, 'append').mockImplementation((...nodes) => {
    for (const node of nodes) {
      if (!(node instanceof HTMLScriptElement)) {
        append(node)
        continue
      }
      const src = node.src
      node.removeAttribute('src')
      Object.defineProperty(node, 'src', { value: src, configurable: true })
      append(node)
      const answer = answers[Math.min(asked.length, answers.length - 1)] ?? 'missing'
      asked.push(node)
      setImmediate(() => {
        if (answer === 'silent' || !node.isConnected) return
        if (answer === 'missing') return void node.dispatchEvent(new Event('error'))
        Object.defineProperty(document, 'currentScript', { value: node, configurable: true })
        if (answer === 'replica') installReplica(window, API)
        else if (answer !== 'html') answer(node)
        // As in a browser: observers hear of what the script did while it is current, and nothing else runs before `load`.
        process.nextTick(() =>
          queueMicrotask(() =>
            process.nextTick(() => {
              Reflect.deleteProperty(document, 'currentScript')
              node.dispatchEvent(new Event('load'))
            }),
          ),
        )
      })
    }
  })
  return asked
}

/** A token service and a Coze that know each other: tokens live `lifeMs`, each chat is answered by its own text. */
export function createWorld(lifeMs = 60_000) {
  const clock: FakeClock = createFakeClock()
  const minted: { text: string; untilMs: number }[] = []
  const revoked = new Set<string>()
  const requests: { path: string; token: string; status: number }[] = []
  const questions: string[] = []
  const renewedListeners = new Set<(token: { text: string }) => void>()
  const knobs = { authStatus: 401, latencyMs: 0 }

  function mint(): { text: string } {
    const token = { text: `czs_canary_${minted.length + 1}`, untilMs: clock.monotonic() + lifeMs }
    minted.push(token)
    for (const listener of renewedListeners) listener(token)
    return token
  }
  const isGood = (text: string) =>
    !revoked.has(text) && minted.some((token) => token.text === text && token.untilMs > clock.monotonic())

  const visitor = {
    subject: 's_visitor',
    asked: 0,
    getToken: async (request) => {
      visitor.asked++
      const newest = minted.at(-1)
      if (newest && request?.rejected !== newest.text && newest.untilMs - clock.monotonic() > lifeMs / 5) return newest
      return mint()
    },
    onTokenRenewed(listener) {
      renewedListeners.add(listener)
      return () => renewedListeners.delete(listener)
    },
  } satisfies OfficialVisitor & { asked: number }

  const json = (body: unknown, status = 200) =>
    new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json' } })

  function answer(url: URL, method: string, body: string | undefined): Response {
    const { pathname } = url
    if (pathname.startsWith('/v1/bots/')) return json({ code: 0, data: { bot_id: '73', name: 'Agent' } })
    if (pathname === '/v1/apps/71') return json({ code: 0, data: { app_id: '71', name: 'App' } })
    if (pathname === '/v1/workflows/72') return json({ code: 0, data: { role: { id: '1', workflow_id: '72' } } })
    if (pathname === '/v1/conversations') return json({ code: 0, data: { has_more: false, conversations: [] } })
    if (pathname === '/v1/conversation/create') return json({ code: 0, data: { id: '75', created_at: 1 } })
    if (pathname === '/v1/conversation/message/list') {
      return json({ code: 0, data: [], first_id: '0', last_id: '0', has_more: false })
    }
    if (pathname !== '/v3/chat' && pathname !== '/v1/workflows/chat') return json({ code: 0, data: { method } })
    const question = (JSON.parse(body ?? '{}') as { additional_messages: { content: string }[] }).additional_messages[0]
    const text = question?.content ?? ''
    questions.push(text)
    const message = { id: `m${questions.length}`, type: 'answer', role: 'assistant', content: `re: ${text}` }
    const events = [
      ['conversation.chat.created', { id: `c${questions.length}` }],
      ['conversation.message.delta', message],
      ['conversation.message.completed', message],
      ['conversation.chat.completed', {}],
      ['done', '[DONE]'],
    ] as const
    return new Response(events.map(([name, data]) => `event:${name}\ndata:${JSON.stringify(data)}\n\n`).join(''), {
      headers: { 'content-type': 'text/event-stream' },
    })
  }

  async function coze(input: RequestInfo | URL, init?: RequestInit): Promise<Response> {
    const request = input instanceof Request ? input : undefined
    const url = new URL(String(request ? request.url : input))
    const headers = new Headers(init?.headers ?? request?.headers)
    const token = (headers.get('authorization') ?? '').replace('Bearer ', '')
    const body = typeof init?.body === 'string' ? init.body : await request?.text()
    if (init?.signal?.aborted) throw new DOMException('aborted', 'AbortError')
    const good = isGood(token)
    requests.push({ path: url.pathname, token, status: good ? 200 : knobs.authStatus })
    if (good) return answer(url, init?.method ?? request?.method ?? 'GET', body)
    return json({ code: 4100, msg: 'authentication is invalid' }, knobs.authStatus)
  }

  return { clock, visitor, minted, revoked, requests, questions, knobs, coze, mint, renewedListeners }
}

export type World = ReturnType<typeof createWorld>

/** Just enough of XMLHttpRequest, on top of whatever `coze` is. */
export function xhrOver(coze: World['coze']): typeof XMLHttpRequest {
  class InProcessXhr extends EventTarget {
    status = 0
    responseType = ''
    responseText = ''
    onload: (() => void) | null = null
    onerror: (() => void) | null = null
    onabort: (() => void) | null = null
    #method = ''
    #url = ''
    #headers: Record<string, string> = {}
    #stop = new AbortController()
    get response(): string {
      return this.responseText
    }
    open(method: string, url: string): void {
      this.#method = method
      this.#url = url
      this.#headers = {}
    }
    setRequestHeader(name: string, value: string): void {
      this.#headers[name] = value
    }
    send(body: string | null): void {
      const init = { method: this.#method, headers: this.#headers, signal: this.#stop.signal, ...(body && { body }) }
      coze(this.#url, init)
        .then(async (response) => {
          this.responseText = await response.text()
          this.status = response.status
          this.onload?.()
        })
        .catch(() => this.onerror?.())
        .finally(() => this.dispatchEvent(new Event('loadend')))
    }
    abort(): void {
      this.#stop.abort()
      this.onabort?.()
    }
  }
  return InProcessXhr as unknown as typeof XMLHttpRequest
}

const CONSOLE = ['log', 'info', 'debug', 'warn', 'error', 'trace', 'dir', 'table'] as const

/** A fresh page with `world` behind it. */
export function openPage(world: World) {
  document.head.replaceChildren()
  document.body.replaceChildren()
  localStorage.clear()
  sessionStorage.clear()
  Reflect.deleteProperty(window, 'CozeWebSDK')
  const printed: unknown[][] = []
  for (const name of CONSOLE)
    vi.spyOn(console, name).mockImplementation((...args: unknown[]) => void printed.push(args))
  const alert = vi.fn()
  vi.stubGlobal('alert', alert)
  vi.stubGlobal('fetch', vi.fn(world.coze))
  vi.stubGlobal('XMLHttpRequest', xhrOver(world.coze))
  const container = document.createElement('div')
  document.body.append(container)
  return {
    container,
    alert,
    /** Everything that reached the console, one line a call. */
    get printed() {
      return printed.map((args) => args.map((arg) => (typeof arg === 'string' ? arg : inspect(arg))).join(' '))
    },
    async ask(text: string): Promise<void> {
      const input = document.querySelector<HTMLTextAreaElement>('.coze-replica textarea')
      if (!input) throw new Error('no composer on the page')
      input.value = text
      input.dispatchEvent(new Event('input', { bubbles: true }))
      document
        .querySelector('.coze-replica form')
        ?.dispatchEvent(new Event('submit', { bubbles: true, cancelable: true }))
      await settle()
    },
    get log() {
      return [...document.querySelectorAll('.coze-replica-bubble')].map((node) => node.textContent)
    },
    get marks() {
      return document.querySelectorAll('.coze-replica-failed').length
    },
  }
}

/** Text of a value as developer tools would show it, nodes left out. */
function inspect(value: unknown): string {
  const seen = new Set<unknown>()
  return (
    JSON.stringify(value, (_key, inner: unknown) => {
      if (typeof inner !== 'object' || inner === null) return inner
      if (inner instanceof Node || seen.has(inner)) return undefined
      seen.add(inner)
      return inner
    }) ?? ''
  )
}
