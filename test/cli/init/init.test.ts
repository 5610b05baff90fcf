import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseEnv } from 'node:util'
import { describe, expect, it } from 'vitest'
import { DEPLOYMENTS } from '../../../src/cli/init/deployments.ts'
import { type InitOptions, init } from '../../../src/cli/init/init.ts'
import { loadServerConfig } from '../../../src/server/config/server-config.ts'
import { createCozeSimulator, SIMULATOR_IDS } from '../../../src/simulator/index.ts'

const emptyFolder = () => mkdtemp(join(tmpdir(), 'init-'))

async function run(options: InitOptions) {
  const directory = options.directory ?? (await emptyFolder())
  const result = await init({ directory, env: {}, ...options })
  const file = await readFile(join(directory, '.env'), 'utf8')
  return { ...result, directory, file, env: parseEnv(file) }
}

describe('init', () => {
  it('with a simulated Coze needs nothing, and what it writes starts a service', async () => {
    const { text, env, directory, report } = await run({ simulate: true, yes: true })
    expect(text).toContain('npx coze-chat-widget simulate')
    expect(text).toContain('npx coze-chat-widget serve')
    expect(text).toContain('<script async src="http://localhost:8787/embed.js"></script>')
    expect(report).toBeUndefined()
    const config = await loadServerConfig({ env, readFile: () => Promise.reject(new Error('no file')) })
    expect(config.botIds).toEqual([SIMULATOR_IDS.botId])
    expect((await stat(join(directory, '.env'))).mode & 0o777).toBe(0o600)
  })

  it('asks for what is missing, tries the exchange, and shows no secret', async () => {
    const simulator = await createCozeSimulator()
    const { appId, keyId, privateKeyPem } = simulator.credentials
    const keyFile = join(await emptyFolder(), 'private_key.pem')
    await writeFile(keyFile, privateKeyPem)
    const answers: Record<string, string> = { cn: 'cn', OAuth: appId, Fingerprint: keyId, Path: keyFile, agent: '' }
    const asked: string[] = []
    const { text, env, report } = await run({
      botId: SIMULATOR_IDS.botId,
      fetch: (input, options) => simulator.fetch(new Request(input, options)),
      async ask(question) {
        asked.push(question)
        return Object.entries(answers).find(([word]) => question.includes(word))?.[1] ?? ''
      },
    })
    expect(asked).toHaveLength(4)
    expect(report?.findings.find(({ id }) => id === 'app')?.outcome).toBe('ok')
    expect(env).toMatchObject({ COZE_APP_ID: appId, COZE_KEY_ID: keyId, COZE_REGION: 'cn' })
    for (const secret of [env['CHAT_SECRET'] ?? '?', 'PRIVATE KEY', privateKeyPem.slice(60, 90)]) {
      expect(text + asked.join()).not.toContain(secret)
    }
  })

  it('overwrites nothing, and writes nothing when something is missing', async () => {
    const { directory, file } = await run({ simulate: true })
    await expect(init({ directory, simulate: true, env: {} })).rejects.toMatchObject({ code: 'misconfigured' })
    expect(await readFile(join(directory, '.env'), 'utf8')).toBe(file)
    const empty = await emptyFolder()
    await expect(init({ directory: empty, yes: true, env: {} })).rejects.toMatchObject({
      message: expect.stringContaining('--app-id'),
    })
    await expect(
      init({ directory: empty, yes: true, env: {}, appId: '1', keyId: 'k', keyFile: '/nowhere', botId: '1' }),
    ).rejects.toMatchObject({ message: expect.stringContaining('/nowhere cannot be read') })
    expect(existsSync(join(empty, '.env'))).toBe(false)
  })

  it.each(DEPLOYMENTS)('for %s writes the files of that way and names its commands', async (deployment) => {
    const { text, directory } = await run({ simulate: true, deployment })
    const written = /Written: (.*)/.exec(text)?.[1]?.split(', ') ?? []
    expect(written[0]).toBe('.env')
    for (const path of written) expect((await readFile(join(directory, path), 'utf8')).length).toBeGreaterThan(100)
    expect(written).toHaveLength(deployment === 'node' ? 1 : ['worker', 'next'].includes(deployment) ? 3 : 2)
  })

  it('prints the tag of the service where it delivers the widget, and elsewhere one that names everything', async () => {
    expect((await run({ simulate: true, deployment: 'systemd' })).text).toContain(
      '<script async src="http://localhost:8787/embed.js"></script>',
    )
    const { version } = JSON.parse(await readFile(new URL('../../../package.json', import.meta.url), 'utf8')) as Record<
      string,
      string
    >
    const { text } = await run({ simulate: true, deployment: 'worker' })
    expect(text).toContain(
      `<script async src="https://cdn.jsdelivr.net/npm/coze-chat-widget@${version}/dist/browser/embed.js" data-bot-id="7300000000000000001" data-token-url="https://coze-chat-widget.YOUR-NAME.workers.dev/api/coze/token" data-ui="light"></script>`,
    )
  })

  it('for Next.js writes a component with the agent, and nothing that the service tells it, where the app has its pages', async () => {
    const { directory, text } = await run({ simulate: true, deployment: 'next' })
    const component = await readFile(join(directory, 'app/chat.tsx'), 'utf8')
    expect(component).toMatch(/<CozeChat\s+botId="7300000000000000001"\s+tokenUrl="\/api\/coze\/token"/)
    expect(component).not.toMatch(/apiBase|region/)
    expect(text).toContain('put <Chat /> of app/chat.tsx into app/layout.tsx')
    expect(text).not.toContain('CHAT_ORIGINS')

    const below = await emptyFolder()
    await mkdir(join(below, 'src/app'), { recursive: true })
    await run({ simulate: true, deployment: 'next', directory: below })
    expect(existsSync(join(below, 'app'))).toBe(false)
    expect(existsSync(join(below, 'src/app/api/coze/[...path]/route.ts'))).toBe(true)
  })

  it('says that the simulated Coze needs a terminal of its own, and where the chat can be tried', async () => {
    const { text } = await run({ simulate: true })
    expect(text).toMatch(
      /in one terminal.*\n {2}npx coze-chat-widget simulate\nand in another one:\n {2}npx coze-chat-widget serve/,
    )
    expect(text).toContain('open http://localhost:8787')
  })

  it.each([{ LANG: 'zh_CN.UTF-8' }, { LANG: 'en_US', LC_ALL: 'zh_TW' }])('speaks Chinese with %o', async (env) => {
    expect((await run({ simulate: true, env })).text).toContain('下一步')
  })
})
