import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { parse } from 'yaml'
import { planOf } from '../../src/cli/init/deployments.ts'
import { init } from '../../src/cli/init/init.ts'
import { knownKeys } from '../../src/cli/simulate/simulated-settings.ts'
import { type RunningSimulator, startSimulator } from '../../src/simulator/node.ts'
import { freePort, startRedis } from '../server/support/redis-server.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const read = (path: string) => readFileSync(join(root, path), 'utf8')

describe('what is put on a server', () => {
  it('the image and the unit start the same command, as nobody in particular', () => {
    const [image, unit] = [read('deploy/Dockerfile'), read('deploy/coze-chat-widget.service')]
    expect(image).toMatch(/^ENTRYPOINT \["node", "dist\/cli\/index\.js"\]\nCMD \["serve"\]$/m)
    expect(unit).toMatch(/^ExecStart=\/usr\/bin\/node \S+\/dist\/cli\/index\.js serve$/m)
    expect(existsSync(join(root, 'dist/cli/index.js'))).toBe(true)
    expect(image).toMatch(/^USER node$/m)
    expect(unit).toMatch(/^DynamicUser=yes$/m)
    // 2 is the exit code of a bad setting.
    expect(unit).toMatch(/^RestartPreventExitStatus=2$/m)
  })

  it('F83: the unit and the image trust the proxy in front, and let nobody else reach the port', () => {
    const [image, unit] = [read('deploy/Dockerfile'), read('deploy/coze-chat-widget.service')]
    expect(unit).toMatch(/^Environment=.*\bHOST=127\.0\.0\.1 CHAT_TRUST_PROXY=loopback\b/m)
    expect(image).toMatch(/^ENV NODE_ENV=production CHAT_TRUST_PROXY=loopback,private$/m)
    expect(image).toMatch(/^# docker run -p 127\.0\.0\.1:8787:8787 /m)
  })

  it('the image gets every script that the build runs', () => {
    const admitted = read('deploy/Dockerfile.dockerignore')
    const [, build = ''] = /^function build\(\) \{([\s\S]*?)^\}/m.exec(read('scripts/run.mjs')) ?? []
    const named = [
      ...read('vite.config.ts').matchAll(/'\.\/(scripts\/[^']+)'/g),
      ...build.matchAll(/'(scripts\/[^']+)'/g),
    ]
    const scripts = new Set(['scripts/run.mjs', ...named.map(([, path = '']) => path)])
    expect(scripts.size).toBeGreaterThan(4)
    expect([...scripts].filter((path) => !admitted.includes(`!${path}\n`))).toEqual([])
  })

  it('T19: no secret gets into the image', () => {
    const [first, ...admitted] = read('deploy/Dockerfile.dockerignore')
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'))
    expect(first).toBe('*')
    expect(admitted.every((line) => line.startsWith('!') && !/env|pem|key|\*/i.test(line))).toBe(true)
    expect(read('deploy/Dockerfile')).not.toMatch(/^(?:ARG|ENV) .*(?:KEY|SECRET|TOKEN)/m)
  })

  it('a worker is what wrangler.jsonc says, for the workerd that the tests run', async () => {
    const settings = JSON.parse(read('deploy/wrangler.jsonc').replace(/^\/\/.*$/gm, '')) as Record<string, string>
    expect(Object.keys((await planOf('worker', '.')).files)).toContain(settings['main'])
    const [, tested = ''] = /compatibilityDate: '([\d-]+)'/.exec(read('test/examples/examples.test.ts')) ?? []
    expect(settings['compatibility_date']).toBe(tested)
  })

  const systemdAnalyze = spawnSync('systemd-analyze', ['--version']).status === 0
  it.skipIf(!systemdAnalyze)('systemd finds the unit well formed and little exposed', () => {
    const directory = mkdtempSync(join(tmpdir(), 'unit-'))
    const unit = join(directory, 'coze-chat-widget.service')
    writeFileSync(unit, read('deploy/coze-chat-widget.service').replace('/usr/bin/node', process.execPath))
    const analyze = (...args: string[]) => spawnSync('systemd-analyze', [...args, unit], { encoding: 'utf8' })
    const complaints = analyze('verify')
      .stderr.split('\n')
      .filter((line) => line.includes('coze-chat-widget'))
    const [, exposure = '10'] = /exposure level .*?: ([\d.]+)/.exec(analyze('security', '--offline=yes').stdout) ?? []
    rmSync(directory, { recursive: true })
    expect(complaints).toEqual([])
    expect(Number(exposure)).toBeLessThan(2)
  })
})

interface ComposeService {
  readonly image: string
  readonly user: string
  readonly command: readonly string[]
  readonly environment?: Readonly<Record<string, string>>
  readonly volumes?: readonly string[]
  readonly ports?: readonly string[]
  readonly cap_drop: readonly string[]
  readonly security_opt: readonly string[]
  readonly healthcheck: { readonly test: readonly string[] }
}

describe('compose.yaml', () => {
  const { services, volumes } = parse(read('deploy/compose.yaml')) as {
    services: Readonly<Record<'chat' | 'redis', ComposeService>>
    volumes: Readonly<Record<string, null>>
  }

  it('runs as nobody in particular, with nothing granted, and shows the port to this machine alone', () => {
    for (const service of Object.values(services)) {
      expect(service.user).toMatch(/^(?:node|redis)$/)
      expect(service.cap_drop).toEqual(['ALL'])
      expect(service.security_opt).toEqual(['no-new-privileges:true'])
      expect(service.image).toMatch(/^[a-z]+:\d+-[a-z]+$/)
    }
    expect(services.chat.ports).toEqual(['127.0.0.1:8787:8787'])
    expect(services.redis.ports).toBeUndefined()
    // A major and minor version: an upgrade is a decision.
    expect(services.chat.command.join(' ')).toMatch(/ coze-chat-widget@\d+\.\d+ serve$/)
  })

  it('keeps files where the image has a folder of that user, since Docker gives a new volume its owner', () => {
    const [volume = '', folder = ''] = services.chat.volumes?.[0]?.split(':') ?? []
    expect(Object.keys(volumes)).toEqual([volume])
    expect(folder).toBe('/home/node')
    expect(services.chat.environment?.['CHAT_WIDGET_KEEP']).toMatch(/^\/home\/node\//)
  })

  const docker = spawnSync('docker', ['compose', 'version']).status === 0
  it.skipIf(!docker)('is well formed to Docker itself', () => {
    const folder = mkdtempSync(join(tmpdir(), 'compose-'))
    writeFileSync(join(folder, '.env'), 'CHAT_SECRET=x')
    writeFileSync(join(folder, 'compose.yaml'), read('deploy/compose.yaml'))
    const { status, stderr } = spawnSync('docker', ['compose', 'config', '--quiet'], { cwd: folder, encoding: 'utf8' })
    rmSync(folder, { recursive: true })
    expect([status, stderr]).toEqual([0, ''])
  })
})

describe('with the settings that init wrote, as Docker and systemd hand them over', () => {
  /** Docker's `--env-file` leaves quotes where they are; Compose and systemd take them off. */
  const READERS = {
    'with quotes': (value: string) => value,
    'without quotes': (value: string) => value.replace(/^"|"$/g, ''),
  }
  let folder: string
  let coze: RunningSimulator
  let redis: Awaited<ReturnType<typeof startRedis>>
  let lines: readonly (readonly [name: string, value: string])[]
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'settings-'))
    await init({ directory: folder, simulate: true, env: {} })
    lines = readFileSync(join(folder, '.env'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)] as const)
    const publicKeys = await knownKeys(
      Object.fromEntries(lines.map(([name, value]) => [name, READERS['without quotes'](value)])),
    )
    ;[coze, redis] = await Promise.all([startSimulator({ publicKeys }), startRedis()])
  })
  afterAll(async () => {
    await Promise.all([coze.close(), redis.stop()])
    rmSync(folder, { recursive: true })
  })

  /** Starts the command line as the image, the unit and compose.yaml do, and asks it for a token. */
  async function tokenOf(environment: Readonly<Record<string, string>>, healthcheck?: readonly string[]) {
    const port = String(await freePort())
    const child = spawn(process.execPath, [join(root, 'dist/cli/index.js'), 'serve'], {
      cwd: tmpdir(),
      env: { PATH: process.env['PATH'], ...environment, COZE_API_BASE: coze.url, PORT: port },
    })
    let printed = ''
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (printed += String(chunk)))
    const ended = once(child, 'exit').then(() => {
      throw new Error(printed)
    })
    ended.catch(() => undefined)
    const url = `http://127.0.0.1:${port}`
    const answering = vi.waitUntil(() => fetch(`${url}/embed.js`).catch(() => undefined), { timeout: 20_000 })
    await Promise.race([answering, ended])
    const answer = await fetch(`${url}/api/coze/token`, {
      method: 'POST',
      headers: { origin: url, 'content-type': 'application/json', 'x-chat-token': '1' },
      body: '{}',
    })
    const [command = '', ...args] = (healthcheck ?? []).slice(1).map((part) => part.replace('8787', port))
    const health = command === '' ? 0 : spawnSync(command, args, { env: { ...process.env, PORT: port } }).status
    child.kill('SIGTERM')
    await once(child, 'exit')
    return { status: answer.status, health, body: (await answer.json()) as unknown }
  }

  it.each(Object.entries(READERS))('compose.yaml: the service starts and is healthy, %s', async (_, read_) => {
    const { environment, healthcheck } = composeOf('chat')
    const settings = Object.fromEntries(lines.map(([name, value]) => [name, read_(value)]))
    const kept = join(folder, 'kept')
    const answer = await tokenOf(
      { ...settings, ...environment, REDIS_URL: redis.url, CHAT_WIDGET_KEEP: kept },
      healthcheck.test,
    )
    expect(answer).toMatchObject({ status: 200, health: 0, body: { access_token: expect.stringMatching(/^czs_/) } })
    expect(existsSync(join(kept, 'embed.js')) || readdirSync(kept).length > 0).toBe(true)
    const client = await redis.connect()
    expect((await client.keys('coze-chat:*')).length).toBeGreaterThan(0)
    client.destroy()
  })

  it('the unit: the service starts with its environment, whatever the folder', async () => {
    const unit = read('deploy/coze-chat-widget.service')
    const own = [...unit.matchAll(/^Environment=(.*)$/gm)].flatMap(([, pairs = '']) => pairs.split(' '))
    const settings = Object.fromEntries(lines.map(([name, value]) => [name, READERS['without quotes'](value)]))
    const environment = Object.fromEntries(own.map((pair) => pair.split('=') as [string, string]))
    expect(environment).toMatchObject({ HOST: '127.0.0.1', CHAT_TRUST_PROXY: 'loopback' })
    expect(await tokenOf({ ...settings, ...environment })).toMatchObject({ status: 200 })
    // What the unit starts is where the commands of init put it.
    const [, command = ''] = /^ExecStart=\S+ (\S+)\/dist/m.exec(unit) ?? []
    const { commands } = await planOf('systemd', '.')
    expect(commands.join('\n')).toContain(`npm install --prefix ${command.split('/node_modules/')[0]} coze-chat-widget`)
    expect(unit).toMatch(/^EnvironmentFile=\/etc\/coze-chat-widget\/env$/m)
    expect(commands.join('\n')).toContain('.env /etc/coze-chat-widget/env')
  })
})

function composeOf(name: 'chat' | 'redis'): ComposeService {
  return (parse(read('deploy/compose.yaml')) as { services: Record<string, ComposeService> }).services[
    name
  ] as ComposeService
}
