import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type DoctorOptions, doctor } from '../../../src/cli/doctor/doctor.ts'
import { formatReport, type Report } from '../../../src/cli/report/findings.ts'
import { serve } from '../../../src/cli/serve/serve.ts'
import { systemClock } from '../../../src/platform/clock.ts'
import { SIMULATOR_IDS, type SimulatorKnobsInput } from '../../../src/simulator/index.ts'
import { type RunningSimulator, startSimulator } from '../../../src/simulator/node.ts'
import { freePort, startRedis } from '../../server/support/redis-server.ts'
import { PRIVATE_KEY, SECRET } from '../../server/support/test-service.ts'
import { expectChinese, speakChinese } from '../support/chinese.ts'

const { botId, unpublishedBotId } = SIMULATOR_IDS
let coze: RunningSimulator
let studio: RunningSimulator
speakChinese()
beforeAll(async () => {
  coze = await startSimulator()
  studio = await startSimulator({ knobs: { flavour: 'studio' } })
})
afterAll(() => Promise.all([coze.close(), studio.close()]))

const environment = (): Record<string, string> => ({
  COZE_APP_ID: coze.simulator.credentials.appId,
  COZE_KEY_ID: coze.simulator.credentials.keyId,
  COZE_PRIVATE_KEY: coze.simulator.credentials.privateKeyPem,
  COZE_API_BASE: coze.url,
  COZE_BOT_IDS: botId,
  CHAT_SECRET: SECRET,
})

/** Holds that every text of the report is Chinese, and gives the outcome of each finding. */
async function examine({ env = {}, knobs = {}, ...options }: DoctorOptions & { knobs?: SimulatorKnobsInput } = {}) {
  coze.simulator.reset()
  coze.simulator.setKnobs(knobs)
  const report = await doctor({ env: { ...environment(), ...env }, ...options })
  expectReportInChinese(report)
  return report.findings.map(({ id, outcome }) => `${id} ${outcome}`)
}

function expectReportInChinese(report: Report): void {
  const texts = report.findings.flatMap(({ title, tried, found, cure }) => [title, tried, found, cure ?? title])
  expectChinese([report.subject, ...texts])
  for (const line of formatReport(report).split('\n')) if (line.trim() !== '') expectChinese([line])
}

/** Answers in place of Coze, or undefined where Coze is to answer. */
const insteadOfCoze =
  (answer: (url: URL) => Response | undefined): typeof fetch =>
  async (input, init) =>
    answer(new URL(new Request(input).url)) ?? fetch(input, init)

describe('doctor in Chinese', () => {
  it('when all is well', async () => {
    const redis = await startRedis()
    const env = { REDIS_URL: redis.url, CHAT_ORIGINS: 'https://shop.example', COZE_BOT_IDS: `"${botId}"` }
    const outcomes = await examine({ env })
    await redis.stop()
    expect(outcomes).toHaveLength(10)
    expect(outcomes.every((outcome) => outcome.endsWith(' ok'))).toBe(true)
  })

  it('for settings that are missing or wrong, and for a key that is none', async () => {
    expectReportInChinese(await doctor({ env: {} }))
    expectReportInChinese(await doctor({ config: '/nowhere.json', env: { CHAT_SECRET: SECRET } }))
    const wrong = { COZE_APP_ID: 'abc', COZE_PRIVATE_KEY: 'nonsense!', CHAT_ORIGINS: 'shop.example', PORT: 'http' }
    expect(await examine({ env: wrong })).toEqual([
      ...['settings problem', 'key problem', 'settings problem', 'settings problem'],
    ])
  })

  it('puts what is wrong with a setting before what to do about it', async () => {
    const { findings } = await doctor({ env: { ...environment(), COZE_KEY_ID: '', PORT: 'http://x' } })
    expect(findings.map(({ found, cure }) => [found, cure])).toEqual([
      ['缺少 COZE_KEY_ID', '应为公钥指纹，与扣子控制台显示的一致。'],
      ['PORT 现在是 "http://x"', '应为 0 到 65535 之间的端口号。'],
    ])
  })

  it('for a Coze that is away, breaks off or tells no time, and for a clock that is wrong', async () => {
    const away = `http://127.0.0.1:${await freePort()}`
    expect(await examine({ env: { COZE_API_BASE: away } })).toContain('reach problem')
    const unreachable = insteadOfCoze(() => {
      throw new TypeError('cut')
    })
    expect(await examine({ env: { COZE_API_BASE: '' }, fetch: unreachable })).toContain('reach problem')
    const cut = insteadOfCoze(({ pathname }) => {
      if (pathname.includes('/message/list')) throw new TypeError('cut')
      return undefined
    })
    expect(await examine({ fetch: cut })).toContain('calls problem')
    const timeless = insteadOfCoze(({ pathname }) => (pathname === '/' ? new Response('') : undefined))
    expect(await examine({ fetch: timeless })).toContain('clock not_applicable')
    for (const off of [600_000, -600_000]) {
      expect(await examine({ clock: { ...systemClock, now: () => Date.now() + off } })).toContain('clock problem')
    }
  })

  it.each(['invalid_client', 'access_deny', 'invalid_request', 'internal_error'] as const)(
    'for an app that Coze refuses with %s',
    async (oauthError) => expect(await examine({ knobs: { oauthError } })).toContain('app problem'),
  )

  it('for credentials of the other region, and of another app', async () => {
    const refuse = () => Response.json({ error_code: 'invalid_client' }, { status: 401 })
    const other = insteadOfCoze(({ host, pathname }) => {
      if (pathname === '/') return new Response('')
      return host === 'api.coze.cn' ? refuse() : Response.json({ access_token: 'czs_x', expires_in: 2 ** 32 })
    })
    expect(await examine({ env: { COZE_API_BASE: '' }, fetch: other })).toContain('app problem')
    const neither = insteadOfCoze(({ pathname }) => (pathname === '/' ? new Response('') : refuse()))
    expect(await examine({ env: { COZE_API_BASE: '' }, fetch: neither })).toContain('app problem')
    const codeless = insteadOfCoze(({ pathname }) => (pathname === '/' ? undefined : new Response('', { status: 400 })))
    expect(await examine({ fetch: codeless })).toContain('app problem')
  })

  it('for permissions that are missing, and for agents that are away, unnamed, unpublished or fail', async () => {
    const denied = ['listMessage', 'chat', 'cancelChat', 'editConversation', 'getMetadata']
    expect(await examine({ knobs: { deniedPermissions: denied } })).toContain('permissions problem')
    const outcomes = await examine({ botId: ['7300000000000000099', unpublishedBotId] })
    expect(outcomes.filter((outcome) => /^agent .* problem$/.test(outcome))).toHaveLength(2)
    expect(await examine({ env: { COZE_BOT_IDS: '' } })).toContain('agent not_applicable')
    expect(await examine({ env: { COZE_BOT_IDS: '7300000000000000099' } })).toContain('chat not_applicable')
    const failing = { failNext: { times: 1, code: 4028, path: '/v3/chat' } }
    expect(await examine({ knobs: failing })).toContain('chat problem')
    const odd = { failNext: { times: 1, code: 700, path: `/v1/bots/${botId}` } }
    expect(await examine({ knobs: odd })).toContain(`agent ${botId} problem`)
  })

  it('for origins that are not let in', async () => {
    const service = await serve({
      env: { ...environment(), CHAT_ORIGINS: 'https://shop.example', LOG_LEVEL: 'silent' },
      port: 0,
    })
    const tokenUrl = `${service.url}/api/coze/token`
    const env = { CHAT_ORIGINS: 'https://shop.example,https://a.example,https://b.example,http://old.example' }
    const outcomes = await examine({ env, tokenUrl })
    await service.close()
    expect(outcomes).toEqual(expect.arrayContaining(['origins problem', 'origin http://old.example problem']))
    const closed: typeof fetch = async (input, init) =>
      init?.method === 'OPTIONS' ? new Response(null, { status: 204 }) : fetch(input, init)
    const one = { CHAT_ORIGINS: 'https://shop.example' }
    expect(await examine({ env: one, fetch: closed })).toContain('origin https://shop.example problem')
  })

  it('for a Redis that is away, or wants a password', async () => {
    const away = { REDIS_URL: `redis://127.0.0.1:${await freePort()}` }
    expect(await examine({ env: away })).toContain('redis problem')
    const redis = await startRedis()
    const client = await redis.connect()
    await client.sendCommand(['CONFIG', 'SET', 'requirepass', 'sesame'])
    expect(await examine({ env: { REDIS_URL: redis.url } })).toContain('redis problem')
    client.destroy()
    await redis.stop()
  })

  it('for Coze Studio', async () => {
    const env = {
      COZE_API_BASE: studio.url,
      COZE_PERSONAL_TOKEN: studio.simulator.credentials.personalToken,
      COZE_BOT_IDS: botId,
    }
    expectReportInChinese(await doctor({ env }))
    expectReportInChinese(await doctor({ env: { ...env, COZE_PERSONAL_TOKEN: 'pat_unknown' } }))
    expectReportInChinese(await doctor({ env: { ...env, COZE_API_BASE: 'http://studio.example' } }))
    expectReportInChinese(await doctor({ env, fetch: async () => new Response('<html></html>') }))
  })

  it('for a service with two keys', async () => {
    const { keyId, privateKeyPem } = coze.simulator.credentials
    const keys = { COZE_KEY_ID: `${keyId},other`, COZE_PRIVATE_KEY: `${privateKeyPem}\n${PRIVATE_KEY}` }
    expect(await examine({ env: keys })).toContain('key ok')
  })
})
