import { Writable } from 'node:stream'
import { pino } from 'pino'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { type ServeOptions, serve } from '../../../src/cli/serve/serve.ts'
import { startSimulator } from '../../../src/simulator/node.ts'
import { SECRET } from '../../server/support/test-service.ts'
import { expectChinese } from '../support/chinese.ts'

const running: (() => Promise<unknown>)[] = []
afterEach(async () => {
  vi.unstubAllEnvs()
  for (const close of running.splice(0).reverse()) await close()
})

async function start(env: Record<string, string> = {}, options: ServeOptions = {}) {
  const coze = await startSimulator()
  running.push(coze.close)
  let log = ''
  const sink = new Writable({
    write(chunk, _encoding, done) {
      log += String(chunk)
      done()
    },
  })
  const { appId, keyId, privateKeyPem } = coze.simulator.credentials
  const server = await serve({
    env: {
      COZE_APP_ID: appId,
      COZE_KEY_ID: keyId,
      COZE_PRIVATE_KEY: privateKeyPem,
      COZE_API_BASE: coze.url,
      CHAT_SECRET: SECRET,
      PORT: '0',
      HOST: '127.0.0.1',
      ...env,
    },
    logger: pino({ level: 'info' }, sink),
    ...options,
  })
  running.push(server.close)
  const says = (pattern: RegExp) => vi.waitFor(() => expect(log).toMatch(pattern), { timeout: 15_000 })
  const health = async () => (await (await fetch(`${server.url}/api/coze/healthz`)).json()) as Record<string, unknown>
  return { coze, says, health, log: () => log }
}

describe('F89: serve asks Coze at its start', () => {
  it('F89: and says that it agrees', async () => {
    const { says, health } = await start()
    await says(/"msg":"Coze gives tokens to app \d+\."/)
    expect(await health()).toEqual({ status: 'ok', store: 'ok', upstream: 'ok' })
  })

  it('F89: a wrong app id is told with the cure of doctor and in health, before the first visitor comes', async () => {
    const { says, health, log } = await start({ COZE_APP_ID: '999' })
    await says(
      /"level":50.*Coze returns invalid_client.*run \\"npx coze-chat-widget simulate\\" in the folder of the \.env.*must come from one/,
    )
    expect(await health()).toMatchObject({
      status: 'degraded',
      upstream: 'refused',
      lastUpstreamFailure: { cause: 'invalid_client', secondsAgo: expect.any(Number) },
    })
    expect(log()).not.toContain('PRIVATE KEY-----')
  })

  it('F89: a Coze that cannot be reached is told with host and cause', async () => {
    const { says, health } = await start({ COZE_API_BASE: 'http://127.0.0.1:9' })
    await says(
      /"host":"127\.0\.0\.1:9".*Coze at 127\.0\.0\.1:9 does not answer \(\w+\).*run \\"npx coze-chat-widget simulate\\"/,
    )
    expect(await health()).toMatchObject({
      status: 'degraded',
      upstream: 'unreachable',
      lastUpstreamFailure: { host: '127.0.0.1:9', cause: expect.stringMatching(/^\w+$/) },
    })
  })

  it('F89: with check: false (--no-check) nothing is asked', async () => {
    const { coze, log } = await start({}, { check: false })
    // By the time that a service which does ask has its answer, this one would have asked, too.
    const asking = await start()
    await asking.says(/Coze gives tokens/)
    expect(coze.simulator.requests).toHaveLength(0)
    expect(log()).not.toContain('Coze gives tokens')
  })

  it('F89: in a Chinese terminal what the owner reads is also in Chinese, and msg stays English', async () => {
    vi.stubEnv('LC_ALL', 'zh_CN.UTF-8')
    const agreed = await start({ COZE_BOT_IDS: '"7300000000000000001"' })
    await agreed.says(/Coze gives tokens/)
    const refused = await start({ COZE_APP_ID: '999' })
    await refused.says(/no visitor can chat/)
    const lines = (agreed.log() + refused.log()).trim().split('\n')
    const parsed = lines.map((line) => JSON.parse(line) as { msg: string; zh?: string })
    for (const { msg } of parsed) expect(msg).not.toMatch(/\p{Script=Han}/u)
    const said = parsed.flatMap(({ zh }) => (zh === undefined ? [] : [zh]))
    // The quotes, where to try the chat, that Coze agrees; no agent, and that Coze refuses.
    expect(said).toHaveLength(5)
    expectChinese(said)
  })
})
