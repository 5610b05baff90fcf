import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type DoctorOptions, doctor } from '../../../src/cli/doctor/doctor.ts'
import { formatReport } from '../../../src/cli/report/findings.ts'
import { serve } from '../../../src/cli/serve/serve.ts'
import { systemClock } from '../../../src/platform/clock.ts'
import { SIMULATOR_IDS } from '../../../src/simulator/index.ts'
import { type RunningSimulator, startSimulator } from '../../../src/simulator/node.ts'
import { freePort, startRedis } from '../../server/support/redis-server.ts'
import { SECRET } from '../../server/support/test-service.ts'

const { botId, secondBotId, unpublishedBotId } = SIMULATOR_IDS
let coze: RunningSimulator
beforeAll(async () => {
  coze = await startSimulator({
    bots: [
      { ...bot(botId), publishedTo: ['1024', '999'] },
      { ...bot(secondBotId), publishedTo: ['1024'] },
      { ...bot(unpublishedBotId), publishedTo: [] },
    ],
  })
})
afterEach(() => coze.simulator.reset())
afterAll(() => coze.close())

function bot(id: string) {
  const none = { zh: '', en: '' }
  return {
    id,
    name: { zh: '摩卡', en: 'Mocha' },
    description: none,
    prologue: none,
    suggestedQuestions: { zh: [], en: [] },
    prompt: '',
  }
}

function environment(): Record<string, string> {
  const { appId, keyId, privateKeyPem } = coze.simulator.credentials
  return {
    COZE_APP_ID: appId,
    COZE_KEY_ID: keyId,
    COZE_PRIVATE_KEY: privateKeyPem,
    COZE_API_BASE: coze.url,
    COZE_BOT_IDS: botId,
    CHAT_SECRET: SECRET,
  }
}

async function examine({ env = {}, ...options }: DoctorOptions = {}) {
  const report = await doctor({ env: { ...environment(), ...env }, ...options })
  const byId = new Map(report.findings.map((finding) => [finding.id, finding]))
  const problems = report.findings.filter(({ outcome }) => outcome === 'problem')
  return { report, finding: (id: string) => byId.get(id), problems: problems.map(({ id }) => id) }
}

describe('doctor', () => {
  it('finds everything in order, and leaves no conversation behind', async () => {
    const redis = await startRedis()
    const { report } = await examine({ env: { REDIS_URL: redis.url, CHAT_ORIGINS: 'https://shop.example' } })
    await redis.stop()
    expect(report.findings.map(({ id, outcome }) => `${id} ${outcome}`)).toEqual([
      'settings ok',
      'key ok',
      'reach ok',
      'clock ok',
      'app ok',
      `agent ${botId} ok`,
      'permissions ok',
      'chat ok',
      'origin https://shop.example ok',
      'redis ok',
    ])
    expect(report.ok).toBe(true)
    expect(coze.simulator.dump().sessions.flatMap(({ conversations }) => conversations)).toEqual([])
  })

  it('never shows the key, the secret or a token', async () => {
    const { report } = await examine()
    const text = formatReport(report) + JSON.stringify(report)
    expect(text).not.toMatch(/PRIVATE KEY|czs_/)
    expect(text).not.toContain(SECRET)
  })

  it('settings: names the variable that is missing, and stops there', async () => {
    const { report, finding } = await examine({ env: { COZE_KEY_ID: '' } })
    expect(report.findings).toHaveLength(1)
    expect(finding('settings')).toMatchObject({
      outcome: 'problem',
      found: 'COZE_KEY_ID is missing',
      cure: 'it must be the fingerprint of the public key, as the Coze console shows it.',
    })
  })

  it('settings: reads the file that Coze’s console writes, and says when it cannot', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'doctor-'))
    const config = join(directory, 'coze_oauth_config.json')
    const { appId, keyId, privateKeyPem } = coze.simulator.credentials
    writeFileSync(
      config,
      JSON.stringify({
        client_type: 'jwt',
        client_id: appId,
        public_key_id: keyId,
        private_key: privateKeyPem,
        coze_api_base: coze.url,
      }),
    )
    const report = await doctor({ config, env: { CHAT_SECRET: SECRET } })
    expect(report.ok).toBe(true)
    rmSync(directory, { recursive: true })
    expect((await doctor({ config, env: { CHAT_SECRET: SECRET } })).findings[0]).toMatchObject({
      id: 'settings',
      outcome: 'problem',
      found: expect.stringContaining('--config must be the path'),
    })
  })

  it('key: says what is wrong with it, without showing it', async () => {
    const { finding } = await examine({ env: { COZE_PRIVATE_KEY: '-----BEGIN PRIVATE KEY-----\nMIIEvQ' } })
    expect(finding('key')).toMatchObject({
      outcome: 'problem',
      cure: expect.stringContaining('paste the whole private_key.pem'),
    })
  })

  it('reach: stops asking Coze when there is no way to it', async () => {
    const { report, problems, finding } = await examine({
      env: { COZE_API_BASE: `http://127.0.0.1:${await freePort()}` },
    })
    expect(problems).toEqual(['reach'])
    expect(finding('reach')?.found).toMatch(/ECONNREFUSED/)
    expect(report.findings.map(({ id }) => id)).toEqual(['settings', 'key', 'reach', 'redis'])
  })

  it('clock: measures how far it is off, and tries the rest as the service does', async () => {
    const clock = { ...systemClock, now: () => Date.now() + 600_000 }
    const { problems, finding } = await examine({ clock })
    expect(problems).toEqual(['clock'])
    expect(finding('clock')?.found).toMatch(/(599|600|601) s ahead of Coze/)
  })

  const refusals = [
    ['invalid_client', /from one OAuth app/],
    ['access_deny', /administrator authorise/],
    ['invalid_request', /COZE_TOKEN_TTL/],
    ['internal_error', /support of Coze/],
  ] as const
  for (const [code, cure] of refusals) {
    it(`app: has a cure for ${code}, and the log id`, async () => {
      coze.simulator.setKnobs({ oauthError: code })
      const { finding, problems } = await examine()
      expect(problems).toEqual(['app'])
      expect(finding('app')?.found).toMatch(new RegExp(`^Coze returns ${code} \\(log id \\d{14}`))
      expect(finding('app')?.cure).toMatch(cure)
    })
  }

  it('app: notices that the credentials belong to the other region', async () => {
    const fetch: typeof globalThis.fetch = (input, init) => {
      const url = new URL(new Request(input).url)
      if (url.host === 'api.coze.com') return globalThis.fetch(coze.url + url.pathname + url.search, init)
      if (url.pathname === '/') return globalThis.fetch(`${coze.url}/`, init)
      return Promise.resolve(Response.json({ error_code: 'invalid_client' }, { status: 401 }))
    }
    const { finding } = await examine({ env: { COZE_API_BASE: '' }, fetch })
    expect(finding('app')?.cure).toBe('These credentials belong to https://api.coze.com: set COZE_REGION=com.')
  })

  it('permissions: names every one that the app lacks', async () => {
    const denied = ['listMessage', 'chat', 'cancelChat', 'editConversation', 'getMetadata']
    coze.simulator.setKnobs({ deniedPermissions: denied })
    const { finding, problems } = await examine()
    expect(problems).toEqual(['permissions'])
    const found = finding('permissions')?.found ?? ''
    expect([...found.matchAll(/[a-z]+[A-Z]\w+|\bchat\b/g)].map(([name]) => name).sort()).toEqual([...denied].sort())
  })

  it('agent: tells an unknown one from one that is not published, and to which channel', async () => {
    const { finding, problems } = await examine({ botId: ['7300000000000000099', secondBotId, unpublishedBotId] })
    expect(problems).toHaveLength(3)
    expect(finding('agent 7300000000000000099')?.found).toMatch(/no such agent/)
    expect(finding(`agent ${secondBotId}`)?.found).toMatch(/not published to Chat SDK /)
    expect(finding(`agent ${unpublishedBotId}`)?.found).toMatch(/not published to API and Chat SDK/)
  })

  it('agent: says so when none is named', async () => {
    const { report, finding } = await examine({ env: { COZE_BOT_IDS: '' } })
    expect(finding('agent')?.outcome).toBe('not_applicable')
    expect(report.ok).toBe(true)
  })

  it('calls: reports a line that breaks in the middle', async () => {
    const fetch: typeof globalThis.fetch = (input, init) =>
      String(input).includes('/message/list') ? Promise.reject(new TypeError('cut')) : globalThis.fetch(input, init)
    const { finding, problems } = await examine({ fetch })
    expect(problems).toEqual(['calls'])
    expect(finding('calls')?.found).toBe('the calls broke off (TypeError)')
  })

  it('chat: an agent that is not there is told once, and not as a matter of money', async () => {
    const { finding, problems } = await examine({ env: { COZE_BOT_IDS: '7300000000000000999' } })
    expect(problems).toEqual(['agent 7300000000000000999'])
    expect(finding('chat')?.outcome).toBe('not_applicable')
  })

  it('chat: reports the code of an agent that cannot answer, and asks nothing when told so', async () => {
    coze.simulator.setKnobs({ failNext: { times: 1, code: 4028, path: '/v3/chat' } })
    expect((await examine()).finding('chat')?.found).toBe('Coze returns code 4028')
    expect((await examine({ chat: false })).finding('chat')).toBeUndefined()
  })

  it('origin: asks the running service for each one', async () => {
    const origins = 'https://shop.example,https://blog.example,http://old.example'
    const service = await serve({
      env: { ...environment(), CHAT_ORIGINS: 'https://shop.example', LOG_LEVEL: 'silent' },
      port: 0,
    })
    const { finding, problems } = await examine({
      env: { CHAT_ORIGINS: origins },
      tokenUrl: `${service.url}/api/coze/token`,
    })
    await service.close()
    expect(problems).toEqual(['origin https://blog.example', 'origin http://old.example'])
    expect(finding('origin https://shop.example')?.found).toBe('admitted by the service and by Coze')
    expect(finding('origin https://blog.example')?.cure).toMatch(/restart it with these settings/)
    expect(finding('origin http://old.example')?.cure).toMatch(/over https/)
  })

  it('origin: tells of many that fare alike at once, with the cure for a service of any kind', async () => {
    const service = await serve({ env: { ...environment(), LOG_LEVEL: 'silent' }, port: 0 })
    const many = Array.from({ length: 16 }, (_, index) => `http://localhost:${3000 + index}`)
    const env = { CHAT_ORIGINS: many.join(',') }
    const { finding, problems } = await examine({ env, tokenUrl: `${service.url}/api/coze/token` })
    await service.close()
    expect(problems).toEqual(['origins'])
    expect(finding('origins')?.found).toContain(many.join(', '))
    expect(finding('origins')?.cure).toMatch(/serve.*createTokenService/)
    const unasked = (await examine({ env })).finding('origins')
    expect(unasked).toMatchObject({ outcome: 'ok', found: expect.stringContaining('--token-url') })
  })

  it('settings: sends whoever has none to init', async () => {
    const { findings } = await doctor({ env: {} })
    expect(findings[0]).toMatchObject({ found: 'Nothing is set here', cure: expect.stringContaining(' init') })
    expect(findings[0]?.tried).toContain('.env')
    const begun = await doctor({ env: { CHAT_SECRET: SECRET } })
    expect(begun.findings.map(({ found }) => found)).not.toContain('Nothing is set here')
  })

  it('origin: notices an Open API that lets no other origin read', async () => {
    const fetch: typeof globalThis.fetch = async (input, init) => {
      const answer = await globalThis.fetch(input, init)
      const headers = new Headers(answer.headers)
      headers.delete('access-control-allow-origin')
      return new Response(answer.status === 204 ? null : answer.body, { status: answer.status, headers })
    }
    const { problems, finding } = await examine({ env: { CHAT_ORIGINS: 'https://shop.example' }, fetch })
    expect(problems).toEqual(['origin https://shop.example'])
    expect(finding('origin https://shop.example')?.cure).toMatch(/gateway/)
  })

  it('redis: tells one that is away from one that wants a password', async () => {
    const away = await examine({ env: { REDIS_URL: `redis://127.0.0.1:${await freePort()}` } })
    expect(away.finding('redis')).toMatchObject({ outcome: 'problem', found: expect.stringContaining('ECONNREFUSED') })
    const redis = await startRedis()
    const client = await redis.connect()
    await client.sendCommand(['CONFIG', 'SET', 'requirepass', 'sesame'])
    const locked = await examine({ env: { REDIS_URL: redis.url } })
    expect(locked.finding('redis')).toMatchObject({ outcome: 'problem', cure: expect.stringContaining('password') })
    const opened = await examine({ env: { REDIS_URL: redis.url.replace('redis://', 'redis://:sesame@') } })
    expect(opened.finding('redis')?.outcome).toBe('ok')
    client.destroy()
    await redis.stop()
  })
})
