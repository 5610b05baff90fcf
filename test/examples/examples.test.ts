import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { Miniflare, Response as MiniflareResponse } from 'miniflare'
import { build } from 'vite'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { type VerifyOptions, verify } from '../../src/cli/verify/verify.ts'
import type { TokenAnswer } from '../../src/protocol/token-endpoint.ts'
import { SIMULATOR_IDS } from '../../src/simulator/index.ts'
import { type RunningSimulator, startSimulator } from '../../src/simulator/node.ts'
import { freePort } from '../server/support/redis-server.ts'
import { SECRET } from '../server/support/test-service.ts'

/** Resolves the package's own name by its `exports`, that is to the built files. */
const { resolve: locate } = createRequire(import.meta.url)
const root = fileURLToPath(new URL('../..', import.meta.url))

const [GUIDE_AND_BROWSER_ATTACKS, FULL_FLOOD] = [
  ['guide', 'T1', 'T2', 'T4', 'T7', 'T8', 'T9', 'T20'],
  ['T11', 'T12'],
]

// Each example is a process or a bundle of its own, which takes its time on a busy machine.
const START_TIMEOUT_MS = 30_000
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

let coze: RunningSimulator
let workshop: string
beforeAll(async () => {
  coze = await startSimulator()
  workshop = mkdtempSync(join(tmpdir(), 'examples-'))
})
afterAll(async () => {
  await coze.close()
  rmSync(workshop, { recursive: true })
})

const children = new Set<ChildProcess>()
afterEach(() => {
  for (const child of children) child.kill()
  children.clear()
})

function environment() {
  const { appId, keyId, privateKeyPem } = coze.simulator.credentials
  return {
    COZE_APP_ID: appId,
    COZE_KEY_ID: keyId,
    COZE_PRIVATE_KEY: privateKeyPem,
    COZE_API_BASE: coze.url,
    CHAT_SECRET: SECRET,
  }
}

/** Runs an example as its reader would, and waits until it listens. */
async function start(file: string): Promise<string> {
  const port = await freePort()
  const child = spawn(process.execPath, [join(root, 'examples', file)], {
    env: { ...environment(), PORT: String(port) },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  children.add(child)
  const url = `http://127.0.0.1:${port}`
  const ended = once(child, 'exit').then(() => {
    throw new Error(`${file} ended before it listened.`)
  })
  const listening = vi.waitUntil(async () => (await fetch(`${url}/api/coze/healthz`).catch(() => undefined))?.ok, {
    timeout: START_TIMEOUT_MS,
  })
  await Promise.race([ended, listening])
  return url
}

/** Bundles a TypeScript example with the built package, as its framework would. */
async function bundle(file: string, target: 'node' | 'webworker'): Promise<string> {
  const name = `${file.replace(/\W/g, '-')}.mjs`
  await build({
    configFile: false,
    root,
    logLevel: 'error',
    resolve: { alias: { 'coze-chat-widget/server': locate('coze-chat-widget/server') } },
    ssr: { noExternal: true, target },
    build: {
      ssr: join(root, 'examples', file),
      outDir: workshop,
      emptyOutDir: false,
      rolldownOptions: { output: { entryFileNames: name } },
    },
  })
  return join(workshop, name)
}

function examine(url: string, options: Partial<VerifyOptions> = {}) {
  return verify({
    tokenUrl: `${url}/api/coze/token`,
    apiBase: coze.url,
    botId: SIMULATOR_IDS.botId,
    only: GUIDE_AND_BROWSER_ATTACKS,
    ...options,
  })
}

async function expectNoHole(report: ReturnType<typeof verify>): Promise<void> {
  expect((await report).findings.filter(({ outcome }) => outcome !== 'ok')).toEqual([])
}

describe('the examples', () => {
  for (const file of ['node-http.mjs', 'hono.mjs', 'koa.mjs', 'fastify.mjs']) {
    it(`${file}: gives every visitor a session of their own, within limits`, async () => {
      const url = await start(file)
      await expectNoHole(examine(url))
      await expectNoHole(examine(url, { only: FULL_FLOOD }))
    })
  }

  it('express.mjs: knows who is signed in, and keeps users and visitors apart', async () => {
    const url = await start('express.mjs')
    const signIn = async (user: string) => {
      const answer = await fetch(`${url}/login`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ user }),
      })
      return answer.headers.getSetCookie()[0]?.split(';')[0] ?? ''
    }
    const cookie = [await signIn('alice'), await signIn('bob')]
    const answer = await fetch(`${url}/api/coze/token`, {
      method: 'POST',
      headers: { origin: url, 'content-type': 'application/json', 'x-chat-token': '1', cookie: cookie[0] ?? '' },
      body: '{"expect":"user"}',
    })
    expect(await answer.json()).toMatchObject({ kind: 'user' })
    await expectNoHole(examine(url, { cookie, only: ['T6', ...GUIDE_AND_BROWSER_ATTACKS] }))
  })

  it('nextjs/route.ts: answers through its exported methods', async () => {
    for (const [name, value] of Object.entries(environment())) vi.stubEnv(name, value)
    const route = (await import(pathToFileURL(await bundle('nextjs/route.ts', 'node')).href)) as Record<
      'GET' | 'OPTIONS' | 'POST',
      (request: Request) => Promise<Response>
    >
    const site = 'https://shop.example'
    const fetch: VerifyOptions['fetch'] = async (input, init) => {
      const request = new Request(input, init)
      if (!request.url.startsWith(site)) return globalThis.fetch(request)
      const method = route[request.method as 'POST'] as typeof route.POST | undefined
      const headers = new Headers(request.headers)
      headers.set('x-real-ip', '203.0.113.7')
      // What Next.js returns for a method that the route does not export.
      return method?.(new Request(request, { headers })) ?? new Response(null, { status: 405 })
    }
    await expectNoHole(examine(site, { fetch, only: ['guide', 'T1', 'T7', 'T8', 'T11', 'T12'] }))
    expect((await route.GET(new Request(`${site}/api/coze/healthz`))).status).toBe(200)
    vi.unstubAllEnvs()
  })

  it('the TypeScript ones pass the strictest compiler settings', () => {
    const { stdout, status } = spawnSync(
      process.execPath,
      [join(root, 'node_modules/@typescript/native/bin/tsc'), '-p', 'examples'],
      {
        cwd: root,
        encoding: 'utf8',
      },
    )
    expect([status, stdout]).toEqual([0, ''])
  })
})

describe('cloudflare-worker.ts in workerd', () => {
  let worker: Miniflare
  let url: string
  /** Requests of the worker to Coze wait for this. */
  let gate = Promise.resolve()
  let departed = () => {}
  beforeAll(async () => {
    const script = await bundle('cloudflare-worker.ts', 'webworker')
    worker = new Miniflare({
      modules: [{ type: 'ESModule', path: 'worker.mjs', contents: readFileSync(script, 'utf8') }],
      compatibilityDate: '2025-07-18',
      bindings: environment(),
      outboundService: async (request) => {
        departed()
        await gate
        const { method, url: address, headers } = request
        const answer = await fetch(address, { method, headers: [...headers], body: await request.text() })
        return new MiniflareResponse(await answer.text(), { status: answer.status, headers: [...answer.headers] })
      },
    })
    url = (await worker.ready).origin
  })
  afterAll(() => worker.dispose())

  function ask(body: object, signal?: AbortSignal): Promise<Response> {
    return fetch(`${url}/api/coze/token`, {
      method: 'POST',
      headers: { origin: url, 'content-type': 'application/json', 'x-chat-token': '1' },
      body: JSON.stringify(body),
      ...(signal && { signal }),
    })
  }
  const exchanges = () => coze.simulator.requests.filter(({ path }) => path.endsWith('/oauth2/token')).length

  it('gives every visitor a session of their own', async () => {
    await expectNoHole(examine(url))
  })

  /** A visitor whose token Coze takes no longer, while the gate holds the exchange for the next one. */
  async function coldSession() {
    const { session_id } = (await (await ask({})).json()) as TokenAnswer
    const before = exchanges()
    let open = () => {}
    gate = new Promise((resolve) => {
      open = resolve
    })
    const asked = new Promise<void>((resolve) => {
      departed = resolve
    })
    return { body: { session_id, renew: true }, asked, open, exchanged: () => exchanges() - before }
  }

  it('F55 F59: asks Coze once for twenty requests of a cold session, each with a lifetime of its own', async () => {
    const { body, asked, open, exchanged } = await coldSession()
    const asking = Promise.all(Array.from({ length: 20 }, () => ask(body)))
    await asked
    open()
    const answers = await Promise.all((await asking).map(async (answer) => (await answer.json()) as TokenAnswer))
    expect(new Set(answers.map(({ access_token }) => access_token)).size).toBe(1)
    expect(answers[0]?.access_token).toMatch(/^czs_/)
    expect(exchanged()).toBe(1)
  })

  it('F56 F59: a visitor who leaves takes nobody with them', async () => {
    const { body, asked, open } = await coldSession()
    const leaving = new AbortController()
    const left = ask(body, leaving.signal).catch(() => 'left')
    await asked
    const staying = ask(body)
    leaving.abort()
    expect(await left).toBe('left')
    open()
    expect((await staying).status).toBe(200)
    expect((await ask(body)).status).toBe(200)
  })
})
