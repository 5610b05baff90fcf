import { afterEach, it, vi } from 'vitest'
import { cdn } from '../../src/cli/cdn/cdn.ts'
import { realBackend, simulatedBackend } from '../../src/cli/demo/demo-backend.ts'
import { simulate } from '../../src/cli/simulate/simulate.ts'
import { PRIVATE_KEY } from '../server/support/test-service.ts'
import { expectChinese, speakChinese } from './support/chinese.ts'

speakChinese()
afterEach(() => vi.restoreAllMocks())

const messageOf = (work: Promise<unknown>) => work.catch((error: unknown) => (error as Error).message)

/** Settings and tags, which are to be copied. */
const isCopied = (line: string) => /^[A-Z_]+=|^</.test(line)

it('simulate says in Chinese where it runs, and what to do with the settings', async () => {
  const printed = vi.spyOn(console, 'log').mockImplementation(() => {})
  const first = await simulate({ port: 0, env: {} })
  const { appId, keyId, privateKeyPem } = first.simulator.credentials
  const known = { COZE_APP_ID: appId, COZE_KEY_ID: keyId, COZE_PRIVATE_KEY: privateKeyPem }
  const second = await simulate({ port: 0, env: known })
  await Promise.all([first.close(), second.close()])
  const lines = printed.mock.calls.flat().join('\n').split('\n')
  expectChinese(lines.filter((line) => line !== '' && !isCopied(line)))
})

it('demo says in Chinese which Coze it talks to, or what is missing', async () => {
  const simulated = await simulatedBackend({ port: 0, host: '127.0.0.1', tokenTtlSeconds: 60, knobs: {} })
  await simulated.simulator.close()
  const settings = { COZE_APP_ID: '1', COZE_KEY_ID: 'k', COZE_PRIVATE_KEY: PRIVATE_KEY }
  const real = await realBackend({ ...settings, COZE_BOT_IDS: '1' })
  expectChinese([simulated.summary, real.summary])
  for (const env of [settings, { COZE_APP_ID: 'abc' }]) {
    expectChinese(String(await messageOf(realBackend(env))).split('\n'))
  }
})

it('cdn says in Chinese what is wrong with an address and with a folder', async () => {
  expectChinese([
    String(await messageOf(cdn({ base: 'cdn.example' }))),
    String(await messageOf(cdn({ directory: '/nowhere' }))),
  ])
})
