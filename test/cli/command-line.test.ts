import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import type { Report } from '../../src/cli/report/findings.ts'
import { SIMULATOR_IDS } from '../../src/simulator/index.ts'
import { type RunningSimulator, startSimulator } from '../../src/simulator/node.ts'
import { startGuideService } from '../bad-example/guide-service.ts'
import { SECRET } from '../server/support/test-service.ts'
import { expectChinese } from './support/chinese.ts'

/** The built command as it is installed, so a build must come first. */
const COMMAND = fileURLToPath(new URL('../../dist/cli/index.js', import.meta.url))

// Each command is a process of its own, which takes its time on a busy machine.
vi.setConfig({ testTimeout: 60_000 })

let coze: RunningSimulator
beforeAll(async () => {
  if (!existsSync(COMMAND)) throw new Error('These tests run the built command: run `npm run build` first.')
  coze = await startSimulator()
})
afterAll(() => coze.close())

const children = new Set<ChildProcess>()
afterEach(() => {
  for (const child of children) child.kill('SIGKILL')
  children.clear()
})

interface Running {
  child: ChildProcess
  output(): string
  /** Resolves with the first match in the output. @throws Error when the command ends without one */
  until(pattern: RegExp): Promise<RegExpExecArray>
  ended: Promise<{ code: number | null; stdout: string; stderr: string }>
}

function start(args: readonly string[], env: Record<string, string> = {}): Running {
  const child = spawn(process.execPath, [COMMAND, ...args], { env: { PATH: process.env['PATH'] ?? '', ...env } })
  children.add(child)
  let [stdout, stderr] = ['', '']
  let changed = () => {}
  child.stdout.on('data', (chunk) => {
    stdout += String(chunk)
    changed()
  })
  child.stderr.on('data', (chunk) => {
    stderr += String(chunk)
    changed()
  })
  const ended = once(child, 'close').then(([code]) => ({ code: code as number | null, stdout, stderr }))
  return {
    child,
    output: () => stdout,
    ended,
    until: (pattern) =>
      new Promise((resolve, reject) => {
        changed = () => {
          const match = pattern.exec(stdout)
          if (match !== null) resolve(match)
        }
        changed()
        void ended.then(() => reject(new Error(`ended before it said ${pattern}: ${stdout}${stderr}`)))
      }),
  }
}

const run = (args: readonly string[], env: Record<string, string> = {}) => start(args, env).ended

function environment(): Record<string, string> {
  const { appId, keyId, privateKeyPem } = coze.simulator.credentials
  return {
    COZE_APP_ID: appId,
    COZE_KEY_ID: keyId,
    COZE_PRIVATE_KEY: privateKeyPem.replaceAll('\n', '\\n'),
    COZE_API_BASE: coze.url,
    COZE_BOT_IDS: SIMULATOR_IDS.botId,
    CHAT_SECRET: SECRET,
    HOST: '127.0.0.1',
    PORT: '0',
  }
}

async function startService(args: readonly string[] = []) {
  const running = start(['serve', ...args], environment())
  const [, url = ''] = await running.until(/"url":"([^"]+)","msg":"listening"/)
  return { ...running, url, tokenUrl: `${url}/api/coze/token` }
}

describe('coze-chat-widget', () => {
  it('lists its commands and exit codes, and each command its options', async () => {
    const commands = ['demo', 'serve', 'simulate', 'cdn', 'doctor', 'verify']
    const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as Record<
      string,
      string
    >
    expect(await run(['--version'])).toMatchObject({ code: 0, stdout: `${version}\n` })
    const help = await run(['--help'])
    expect(help.code).toBe(0)
    for (const command of commands) expect(help.stdout).toMatch(new RegExp(`^  ${command} `, 'm'))
    expect(help.stdout).toMatch(/Exit codes:\n {2}0 .*\n {2}1 .*\n {2}2 /)
    for (const text of await Promise.all(commands.map((command) => run([command, '--help'])))) {
      expect(text.code).toBe(0)
      expect(text.stdout).toMatch(/Usage: coze-chat-widget \w+ \[options\]/)
    }
  })

  it('speaks Chinese in a Chinese terminal: each line of help, and each refusal', async () => {
    const env = { LC_ALL: 'zh_CN.UTF-8' }
    const commands = ['demo', 'init', 'serve', 'simulate', 'cdn', 'doctor', 'verify']
    const help = await Promise.all(
      [[], ...commands.map((command) => [command])].map((args) => run([...args, '--help'], env)),
    )
    for (const { code, stdout } of help) {
      expect(code).toBe(0)
      expectChinese([stdout, ...(stdout.match(/^ {2}(?:-|[a-z]+ \[).*$/gm) ?? [])])
      // Commander wraps at spaces, which Chinese has none of.
      const [, options = ''] = /选项：\n([\s\S]*?)\n\n/.exec(`${stdout}\n`) ?? []
      const widths = options.split('\n').map((line) => line.replace(/[\p{Script=Han}（），、；：]/gu, '  ').length)
      expect(widths.length).toBeGreaterThan(1)
      expect(Math.max(...widths)).toBeLessThanOrEqual(80)
    }
    const refused: [string[], Record<string, string>][] = [
      [['nonsense'], {}],
      [['serv'], {}],
      [['verify'], {}],
      [['verify', '--token-url'], {}],
      [['verify', '--token-url', 'x'], {}],
      [['cdn', '--nonsense'], {}],
      [['demo', 'nonsense'], {}],
      [['serve', '--port', '70000'], {}],
      [['serve', '--ui', 'nonsense'], {}],
      [['demo'], { PORT: 'http' }],
      [['serve'], { ...environment(), CHAT_GATEWAY: 'perhaps' }],
    ]
    const results = await Promise.all(refused.map(([args, further]) => run(args, { ...further, ...env })))
    for (const { code, stderr } of results) {
      expectChinese(stderr.trim().split('\n'))
      expect(code).toBe(2)
    }
  })

  it('ends with 2 and one sentence, without a stack, when it is used wrongly', async () => {
    const taken = createServer().listen(0, '127.0.0.1')
    await once(taken, 'listening')
    const port = String((taken.address() as AddressInfo).port)
    const wrong: [string[], Record<string, string>, RegExp][] = [
      [['nonsense'], {}, /unknown command 'nonsense'/],
      [['verify'], {}, /--token-url <url>' not specified/],
      [['verify', '--token-url', 'x'], {}, /--token-url must be a whole address/],
      [['serve', '--port', '70000'], {}, /whole number from 0 to 65535/],
      [['serve'], {}, /COZE_APP_ID is missing: it must be the id of the OAuth app/],
      [['serve', '--config', '/nowhere.json'], {}, /--config must be the path of a coze_oauth_config\.json/],
      [['serve'], { ...environment(), CHAT_GATEWAY: 'perhaps' }, /CHAT_GATEWAY must be true or false/],
      [['serve', '--port', port], environment(), /PORT \d+ is taken by another process/],
      [['simulate', '--port', port], {}, /--port \d+ is taken by another process/],
      [['demo', '--port', port], {}, /--port \d+ is taken by another process/],
    ]
    const results = await Promise.all(wrong.map(([args, env]) => run(args, env)))
    taken.close()
    for (const [i, { code, stderr }] of results.entries()) {
      expect(stderr).toMatch(wrong[i]?.[2] ?? /never/)
      expect(stderr).not.toMatch(/^\s+at /m)
      expect(code).toBe(2)
    }
  })

  it('serve: answers, tells its health and its numbers, and ends with 0 on SIGTERM', async () => {
    const { child, url, ended, output } = await startService()
    const token = await fetch(`${url}/api/coze/token`, {
      method: 'POST',
      headers: { origin: url, 'content-type': 'application/json', 'x-chat-token': '1' },
      body: '{}',
    })
    expect(token.status).toBe(200)
    expect(await (await fetch(`${url}/api/coze/healthz`)).json()).toEqual({ status: 'ok', store: 'ok', upstream: 'ok' })
    expect(await (await fetch(`${url}/api/coze/metrics`)).text()).toContain('coze_chat_tickets_issued_total 1')
    child.kill('SIGTERM')
    expect((await ended).code).toBe(0)
    for (const line of output().trim().split('\n')) expect(JSON.parse(line)).toHaveProperty('msg')
    expect(output()).toContain('"msg":"closed"')
  })

  it('serve: has a gateway with CHAT_GATEWAY=true, and none with false', async () => {
    for (const [value, status] of [
      ['true', 401],
      ['false', 404],
    ] as const) {
      const { until } = start(['serve'], { ...environment(), CHAT_GATEWAY: value })
      const [, url = ''] = await until(/"url":"([^"]+)","msg":"listening"/)
      const answer = await fetch(`${url}/api/coze/v1/conversations?bot_id=1`, { headers: { origin: url } })
      expect([value, answer.status]).toEqual([value, status])
    }
  })

  it('serve: says where the chat can be tried, with an address that browsers open', async () => {
    const { until } = start(['serve'], { ...environment(), HOST: '0.0.0.0' })
    const [, url = ''] = await until(/tried at (http:\/\/localhost:\d+\/)/)
    expect(await (await fetch(url)).text()).toContain('Your chat is running')
  })

  it('T12: serve believes X-Forwarded-For of the proxies it is told, and of no others', async () => {
    const [plain, behindOne] = [await startService(), await startService(['--trust-proxy', 'loopback'])]
    const verify = (tokenUrl: string) =>
      run(['verify', '--token-url', tokenUrl, '--api-base', coze.url, '--only', 'T12', '--json'])
    const [[held], [passed]] = (await Promise.all([verify(plain.tokenUrl), verify(behindOne.tokenUrl)])).map(
      ({ stdout }) => (JSON.parse(stdout) as Report).findings,
    ) as [Report['findings'], Report['findings']]
    expect(held?.outcome).toBe('ok')
    // Here the attacker has the address of the trusted proxy.
    expect(passed).toMatchObject({
      outcome: 'hole',
      found: expect.stringMatching(/^x-forwarded-for(?:, forwarded)? with/),
    })
  })

  it('F92: serve ends with the npx that started it, and under nohup it stays', async () => {
    const start = async (env: Record<string, string>) => {
      // A shell between npx and the service, as npm puts it there, which dies without passing anything on.
      const shell = spawn('sh', ['-c', `"${process.execPath}" "${COMMAND}" serve & echo "pid $!"; wait`], {
        env: { PATH: process.env['PATH'] ?? '', ...environment(), ...env },
      })
      children.add(shell)
      let output = ''
      const url = await new Promise<string>((resolve) => {
        shell.stdout.on('data', (chunk) => {
          output += String(chunk)
          const [, listening] = /"url":"([^"]+)","msg":"listening"/.exec(output) ?? []
          if (listening !== undefined) resolve(listening)
        })
      })
      const isUp = () =>
        fetch(`${url}/api/coze/healthz`).then(
          ({ ok }) => ok,
          () => false,
        )
      return { shell, isUp, service: Number(/^pid (\d+)$/m.exec(output)?.[1]) }
    }
    const [stays, ends] = await Promise.all([start({}), start({ npm_lifecycle_event: 'npx' })])
    // The one that stays loses its parent first, so that it had more time to end than the one that does.
    for (const { shell } of [stays, ends]) {
      shell.kill('SIGKILL')
      await once(shell, 'exit')
    }
    await vi.waitUntil(async () => !(await ends.isUp()), { timeout: 30_000, interval: 50 })
    expect(await stays.isUp()).toBe(true)
    process.kill(stays.service, 'SIGKILL')
  })

  it('F85: serve names every wrong setting in one run, and doctor has a finding for each', async () => {
    const env = {
      ...environment(),
      COZE_APP_ID: 'abc',
      CHAT_ORIGINS: 'shop.example',
      PORT: 'http',
      CHAT_TRUST_PROXY: 'me',
    }
    const serve = await run(['serve'], env)
    expect([serve.code, serve.stdout]).toEqual([2, ''])
    expect(serve.stderr.match(/^- [A-Z_]+ must/gm)).toEqual([
      ...['- COZE_APP_ID must', '- CHAT_ORIGINS must', '- CHAT_TRUST_PROXY must', '- PORT must'],
    ])
    const doctor = JSON.parse((await run(['doctor', '--json'], env)).stdout) as Report
    expect(doctor.findings.filter(({ outcome }) => outcome === 'problem')).toHaveLength(4)
  })

  it('verify: 0 for our service and 1 for one built like the guide’s, as a table or as JSON', async () => {
    const service = await startService()
    const { appId, keyId, privateKeyPem } = coze.simulator.credentials
    const guide = await startGuideService({ appId, keyId, privateKeyPem, apiBase: coze.url })
    const common = ['--api-base', coze.url, '--bot-id', SIMULATOR_IDS.botId]
    const good = await run(['verify', '--token-url', service.tokenUrl, ...common])
    const bad = await run(['verify', '--token-url', guide.url, ...common, '--json'])
    await guide.close()
    expect([good.code, good.stderr]).toEqual([0, ''])
    expect(good.stdout).toMatch(/ {2}ok {7}T1 {5}A request names a user: none of 26 ways is believed\n/)
    expect(good.stdout).toMatch(/14 ok, 0 wrong, 2 not applicable\n/)
    const report = JSON.parse(bad.stdout) as Report
    expect([bad.code, report.ok]).toEqual([1, false])
    expect(report.findings.find(({ id }) => id === 'T1')).toEqual({
      id: 'T1',
      title: 'A request names a user',
      tried: expect.stringContaining('user_id, userId'),
      outcome: 'hole',
      found: 'the service believes user_id in body: whoever knows a name reads its history',
      cure: expect.stringContaining('identify'),
    })
  })

  it('doctor: 0 when all is well and 1 with the cure when something is not', async () => {
    const well = await run(['doctor'], environment())
    expect(well.stdout).toMatch(/ ok, 0 wrong, 1 not applicable\n/)
    expect(well.code).toBe(0)
    const ill = await run(['doctor', '--bot-id', '1', '--no-chat', '--json'], environment())
    expect(ill.code).toBe(1)
    expect((JSON.parse(ill.stdout) as Report).findings).toContainEqual(
      expect.objectContaining({ id: 'agent 1', outcome: 'problem', cure: expect.stringContaining('Copy the id') }),
    )
  })

  it('simulate: prints the variables with which serve and doctor work', async () => {
    const { child, until, output, ended } = start(['simulate', '--port', '0'])
    await until(/COZE_BOT_IDS=/)
    const printed = Object.fromEntries(
      [...output().matchAll(/^(COZE_\w+)="?(.*?)"?$/gm)].map(([, name, value]) => [name, value]),
    )
    expect((await run(['doctor'], { ...printed, CHAT_SECRET: SECRET })).code).toBe(0)
    child.kill('SIGTERM')
    expect((await ended).code).toBe(0)
  })
})
