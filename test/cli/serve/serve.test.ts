import { once } from 'node:events'
import { connect } from 'node:net'
import { Writable } from 'node:stream'
import { pino } from 'pino'
import { afterEach, describe, expect, it } from 'vitest'
import { type RunningServer, type ServeOptions, serve } from '../../../src/cli/serve/serve.ts'
import { type RunningSimulator, startSimulator } from '../../../src/simulator/node.ts'
import { startRedis } from '../../server/support/redis-server.ts'
import { SECRET } from '../../server/support/test-service.ts'

const running: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of running.splice(0).reverse()) await close()
})

async function simulate(): Promise<RunningSimulator> {
  const started = await startSimulator()
  running.push(started.close)
  return started
}

async function start(
  { url, simulator }: RunningSimulator,
  env: Record<string, string> = {},
  options: ServeOptions = {},
) {
  let log = ''
  const sink = new Writable({
    write(chunk, _encoding, done) {
      log += String(chunk)
      done()
    },
  })
  const { appId, keyId, privateKeyPem } = simulator.credentials
  const server: RunningServer = await serve({
    env: {
      COZE_APP_ID: appId,
      COZE_KEY_ID: keyId,
      COZE_PRIVATE_KEY: privateKeyPem.replaceAll('\n', '\\n'),
      COZE_API_BASE: url,
      CHAT_SECRET: SECRET,
      PORT: '0',
      HOST: '127.0.0.1',
      ...env,
    },
    logger: pino({ level: 'trace' }, sink),
    ...options,
  })
  running.push(server.close)
  const ask = async (body: object = {}) => {
    const response = await fetch(`${server.url}/api/coze/token`, {
      method: 'POST',
      headers: { origin: server.url, 'content-type': 'application/json', 'x-chat-token': '1' },
      body: JSON.stringify(body),
    })
    return { status: response.status, json: (await response.json()) as Record<string, string> }
  }
  return { server, ask, log: () => log }
}

describe('serve', () => {
  it('T13: closes connections above MAX_CONNECTIONS, and the log says so', async () => {
    const { server, log } = await start(await simulate(), { MAX_CONNECTIONS: '1' })
    const { port } = new URL(server.url)
    const first = connect(Number(port), '127.0.0.1')
    await once(first, 'connect')
    const second = connect(Number(port), '127.0.0.1').on('error', () => undefined)
    await once(second, 'close')
    expect(log()).toMatch(/"level":40,.*"refused":1,.*: 1 are open \(MAX_CONNECTIONS\)/)
    first.destroy()
  })

  it('goes from the environment to a token that Coze accepts for this session and no other', async () => {
    const coze = await simulate()
    const { ask } = await start(coze)
    const [alice, bob] = [await ask(), await ask()]
    const call = async (token: string | undefined, path: string, method = 'GET', body?: object) => {
      const response = await fetch(coze.url + path, {
        method,
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        ...(body && { body: JSON.stringify(body) }),
      })
      return (await response.json()) as { code: number; data?: { id: string } }
    }
    const made = await call(alice.json['access_token'], '/v1/conversation/create', 'POST', {
      bot_id: '7300000000000000001',
    })
    expect(made.code).toBe(0)
    const path = `/v1/conversation/retrieve?conversation_id=${made.data?.id}`
    expect((await call(alice.json['access_token'], path)).code).toBe(0)
    expect((await call(bob.json['access_token'], path)).code).not.toBe(0)
  })

  it('F38 T9: logs no token, ticket, assertion or key at any level, and one line for each event', async () => {
    const coze = await simulate()
    const { ask, log } = await start(coze)
    const { json } = await ask()
    await ask({ session_id: json['session_id'], renew: true })
    await ask({ user_id: 'evil\r\nforged' })
    const assertions = coze.simulator.requests.flatMap((request) => Object.values(request.headers))
    const secrets = [
      json['access_token'],
      json['session_id'],
      'PRIVATE KEY',
      SECRET,
      'forged',
      ...assertions.filter((text) => text.startsWith('Bearer')),
    ]
    expect(secrets.length).toBeGreaterThan(5)
    for (const secret of secrets) expect(log()).not.toContain(String(secret).replace('Bearer ', ''))
    for (const line of log().trim().split('\n')) expect(JSON.parse(line)).toHaveProperty('msg')
    expect(log()).toContain('"type":"token_answered"')
  })

  it('warns at its start that no agent is named, and only then', async () => {
    const coze = await simulate()
    expect((await start(coze, { COZE_BOT_IDS: '' })).log()).toMatch(/"level":40,.*COZE_BOT_IDS is not set/)
    const named = (await start(coze, { COZE_BOT_IDS: '7300000000000000001' })).log()
    expect(named).toContain('The chat can be tried at')
    expect(named).not.toContain('COZE_BOT_IDS is not set')
  })

  it('stops before it listens when a value is bad, naming the variable', async () => {
    const coze = await simulate()
    await expect(start(coze, { COZE_KEY_ID: '' })).rejects.toThrow(/COZE_KEY_ID is missing/)
    await expect(start(coze, { COZE_PRIVATE_KEY: 'x!' })).rejects.toThrow(/COZE_PRIVATE_KEY/)
    await expect(start(coze, { CHAT_SECRET: 'short' })).rejects.toThrow(/CHAT_SECRET/)
  })

  it('F76: closes on SIGTERM once the open requests are answered, and leaves no listener', async () => {
    const coze = await simulate()
    const before = process.listenerCount('SIGTERM')
    const { server, ask } = await start(coze)
    expect(process.listenerCount('SIGTERM')).toBe(before + 1)
    const open = ask()
    process.emit('SIGTERM')
    await Promise.allSettled([open])
    await server.close()
    expect(process.listenerCount('SIGTERM')).toBe(before)
    await expect(ask()).rejects.toThrow()
  })

  it('F55 F64: shares tokens over REDIS_URL, and starts and serves without its Redis', async () => {
    const redis = await startRedis()
    running.push(redis.stop)
    const coze = await simulate()
    const [one, two] = [await start(coze, { REDIS_URL: redis.url }), await start(coze, { REDIS_URL: redis.url })]
    const health = async () => (await (await fetch(`${one.server.url}/api/coze/healthz`)).json()) as { store: string }
    const first = await one.ask()
    let again = await two.ask({ session_id: first.json['session_id'] })
    // The connection is made in the background: until then each process keeps to itself.
    for (let i = 0; i < 100 && again.json['access_token'] !== first.json['access_token']; i++) {
      await new Promise((resolve) => setTimeout(resolve, 100))
      const { json } = await one.ask()
      again = await two.ask({ session_id: json['session_id'] })
      first.json['access_token'] = String(json['access_token'])
    }
    expect(again.json['access_token']).toBe(first.json['access_token'])
    await redis.kill()
    expect((await one.ask()).status).toBe(200)
    expect((await health()).store).toBe('degraded')
    expect((await (await start(coze, { REDIS_URL: redis.url })).ask()).status).toBe(200)
  })

  it('F81, F83: goes by CHAT_TRUST_PROXY and CHAT_PUBLIC_URL, and logs a proxy that it was not told of', async () => {
    const coze = await simulate()
    const through = async (env: Record<string, string>, headers: Record<string, string>) => {
      const { server, log } = await start(coze, env)
      const response = await fetch(`${server.url}/api/coze/token`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-chat-token': '1', ...headers },
        body: '{}',
      })
      return { status: response.status, log: log() }
    }
    const origin = 'https://shop.example'
    const forwarded = {
      'x-forwarded-for': '203.0.113.7',
      'x-forwarded-proto': 'https',
      'x-forwarded-host': 'shop.example',
    }
    const refused = await through({}, { origin, ...forwarded })
    expect(refused.status).toBe(403)
    expect(refused.log).toMatch(/"level":40.*https:\/\/shop\.example was refused.*127\.0\.0\.1.*CHAT_PUBLIC_URL/)
    const own = await through({}, { origin, ...forwarded, 'sec-fetch-site': 'same-origin' })
    expect([own.status, /"level":40.*"problem":"untrusted".*CHAT_TRUST_PROXY/.test(own.log)]).toEqual([200, true])
    expect((await through({ CHAT_PUBLIC_URL: origin }, { origin })).status).toBe(200)
    const trusted = await through({ CHAT_TRUST_PROXY: '"loopback"' }, { origin, ...forwarded })
    expect([trusted.status, trusted.log.includes('proxy_problem')]).toEqual([200, false])
    expect(trusted.log).toMatch(/"level":40.*The quotes around the value of CHAT_TRUST_PROXY were taken off/)
  })

  it('takes hooks that the environment cannot say', async () => {
    const { ask } = await start(await simulate(), {}, { service: { identify: () => 'alice' } })
    expect((await ask()).json['kind']).toBe('user')
  })
})
