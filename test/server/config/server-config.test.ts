import { describe, expect, it } from 'vitest'
import { ConfigFaults } from '../../../src/server/config/config-faults.ts'
import { loadServerConfig } from '../../../src/server/config/server-config.ts'
import { importPrivateKey } from '../../../src/server/upstream/assertion/private-key.ts'
import { PRIVATE_KEY, PUBLIC_KEY, SECRET } from '../support/test-service.ts'

const GOOD = { COZE_APP_ID: '1100', COZE_KEY_ID: 'key-1', COZE_PRIVATE_KEY: PRIVATE_KEY, CHAT_SECRET: SECRET }
const readFile = async (path: string) => {
  if (path !== '/run/secrets/key.pem') throw new Error(`ENOENT ${path}`)
  return PRIVATE_KEY
}
const load = (env: Record<string, string | undefined>, oauthConfig?: string) =>
  loadServerConfig({ env, oauthConfig, readFile })

describe('the environment', () => {
  it('needs four variables and has a default for every other', async () => {
    expect(await load(GOOD)).toEqual({
      service: { appId: '1100', keyId: 'key-1', privateKey: PRIVATE_KEY.trim(), otherKeys: [], secret: SECRET },
      botIds: [],
      redisUrl: undefined,
      port: 8787,
      host: '0.0.0.0',
      maxConnections: 10_000,
      logLevel: 'info',
      notes: [],
    })
  })

  it('sets everything it names', async () => {
    const config = await load({
      ...GOOD,
      COZE_PRIVATE_KEY: '',
      COZE_PRIVATE_KEY_FILE: '/run/secrets/key.pem',
      COZE_REGION: 'com',
      COZE_API_BASE: 'http://127.0.0.1:8788',
      COZE_TOKEN_TTL: '60',
      COZE_BOT_IDS: '7300000000000000001, 7300000000000000002',
      CHAT_ORIGINS: 'https://shop.example, https://www.shop.example',
      CHAT_IDENTITY_ISSUER: 'https://shop.example',
      CHAT_IDENTITY_AUDIENCE: 'coze-chat',
      CHAT_IDENTITY_SECRET: 'x'.repeat(32),
      REDIS_URL: 'redis://127.0.0.1:6379',
      PORT: '0',
      HOST: '127.0.0.1',
      MAX_CONNECTIONS: '500',
      LOG_LEVEL: 'warn',
    })
    expect(config).toMatchObject({
      service: {
        region: 'com',
        apiBase: 'http://127.0.0.1:8788',
        tokenTtlSeconds: 60,
        origins: ['https://shop.example', 'https://www.shop.example'],
        identify: expect.any(Function),
      },
      botIds: ['7300000000000000001', '7300000000000000002'],
      redisUrl: 'redis://127.0.0.1:6379',
      port: 0,
      host: '127.0.0.1',
      maxConnections: 500,
      logLevel: 'warn',
    })
  })

  it('F68: several key ids go with as many PEM blocks', async () => {
    const two = await load({ ...GOOD, COZE_KEY_ID: 'new,old', COZE_PRIVATE_KEY: PRIVATE_KEY + PRIVATE_KEY })
    expect([two.service.keyId, two.service.otherKeys?.[0]?.keyId]).toEqual(['new', 'old'])
    await expect(load({ ...GOOD, COZE_KEY_ID: 'new,old' })).rejects.toThrow(/COZE_PRIVATE_KEY must hold one PEM block/)
  })

  it('takes Coze\u2019s own configuration file, and a variable wins over it', async () => {
    const file = JSON.stringify({
      client_type: 'jwt',
      client_id: '2200',
      public_key_id: 'key-of-file',
      private_key: PRIVATE_KEY,
      coze_www_base: 'https://www.coze.com',
      coze_api_base: 'https://api.coze.com',
    })
    const { service } = await load({ CHAT_SECRET: SECRET, COZE_APP_ID: '1100' }, file)
    expect(service).toMatchObject({ appId: '1100', keyId: 'key-of-file', apiBase: 'https://api.coze.com' })
    for (const bad of ['{', 'null', '{"client_type":"web"}']) await expect(load(GOOD, bad)).rejects.toThrow(/--config/)
  })

  it('T19, F85: names the variable, its value unless that is secret, and the cure', async () => {
    const canary = 'canary-value'
    const rows: [env: Record<string, string>, message: string, shown: boolean][] = [
      [{ COZE_APP_ID: '' }, 'COZE_APP_ID is missing', false],
      [
        { COZE_APP_ID: canary },
        'COZE_APP_ID must be the id of the OAuth app, digits only; it is "canary-value".',
        true,
      ],
      [{ COZE_KEY_ID: '' }, 'COZE_KEY_ID is missing', false],
      [{ COZE_KEY_ID: `"${canary}` }, 'COZE_KEY_ID must', true],
      [
        { COZE_PRIVATE_KEY: '' },
        'COZE_PRIVATE_KEY is missing: it must be the content of private_key.pem, or set COZE_PRIVATE_KEY_FILE to its path.',
        false,
      ],
      [{ COZE_PRIVATE_KEY: `${canary}!` }, 'COZE_PRIVATE_KEY has no', false],
      [{ COZE_PRIVATE_KEY: '', COZE_PRIVATE_KEY_FILE: `/${canary}` }, 'COZE_PRIVATE_KEY_FILE must', true],
      [{ COZE_PRIVATE_KEY: '', COZE_PRIVATE_KEY_FILE: PRIVATE_KEY }, 'and not the key itself', false],
      [{ COZE_REGION: canary }, 'COZE_REGION must', true],
      [{ COZE_API_BASE: `http://${canary}.example` }, 'COZE_API_BASE must', true],
      [{ COZE_API_BASE: `http://${canary}:${canary}@x.example` }, 'it is "http://…@x.example"', false],
      [
        { COZE_TOKEN_TTL: '86400' },
        'COZE_TOKEN_TTL must be a number of seconds from 1 to 86399; it is "86400".',
        false,
      ],
      [{ COZE_TOKEN_TTL: canary }, 'COZE_TOKEN_TTL must', true],
      [{ COZE_BOT_IDS: canary }, 'COZE_BOT_IDS must', true],
      [{ CHAT_SECRET: '' }, 'CHAT_SECRET is missing', false],
      [{ CHAT_SECRET: canary }, 'CHAT_SECRET must', false],
      [{ CHAT_ORIGINS: `https://${canary}.example/path` }, `write https://${canary}.example.`, true],
      [{ CHAT_ORIGINS: '*' }, 'it has "*": it is a pattern; list each origin whole', false],
      [{ CHAT_ORIGINS: `${canary}.example` }, `such as https://${canary}.example.`, true],
      [{ CHAT_ORIGINS: 'https://a.example https://b.example' }, 'CHAT_ORIGINS must', false],
      [{ CHAT_PUBLIC_URL: `https://${canary}.example/api/coze/token` }, `write https://${canary}.example.`, true],
      [{ CHAT_TRUST_PROXY: canary }, 'CHAT_TRUST_PROXY must', true],
      [{ CHAT_IDENTITY_ISSUER: canary }, 'CHAT_IDENTITY_AUDIENCE is missing', false],
      [{ CHAT_IDENTITY_SECRET: canary }, 'CHAT_IDENTITY_SECRET must', false],
      [{ CHAT_IDENTITY_SECRET: canary.repeat(3) }, 'CHAT_IDENTITY_ISSUER is missing', false],
      [{ CHAT_IDENTITY_ISSUER: 'i', CHAT_IDENTITY_AUDIENCE: 'a' }, 'exactly one of CHAT_IDENTITY_SECRET', false],
      [
        { CHAT_IDENTITY_ISSUER: 'i', CHAT_IDENTITY_AUDIENCE: 'a', CHAT_IDENTITY_PUBLIC_KEY: PRIVATE_KEY },
        'it is PRIVATE KEY. Make it from the private key with: openssl pkey',
        false,
      ],
      [{ REDIS_URL: canary }, 'REDIS_URL must', false],
      [{ PORT: canary }, 'PORT must', true],
      [{ PORT: '65536' }, 'PORT must be a port number from 0 to 65535; it is "65536".', false],
      [{ MAX_CONNECTIONS: canary }, 'MAX_CONNECTIONS must', true],
      [
        { MAX_CONNECTIONS: '0' },
        'MAX_CONNECTIONS must be a number of connections from 1 to 1000000; it is "0".',
        false,
      ],
      [{ LOG_LEVEL: canary }, 'LOG_LEVEL must', true],
    ]
    for (const [env, message, shown] of rows) {
      const error = await load({ ...GOOD, ...env }).catch((thrown: unknown) => thrown)
      expect(error).toMatchObject({ code: 'misconfigured', message: expect.stringContaining(message) })
      expect([message, String(error).includes(canary)]).toEqual([message, shown])
    }
  })

  it('T19, F85: never shows a secret that stands in the wrong variable', async () => {
    const token = 'pat_3xAmPle'
    for (const secret of [SECRET, token, PRIVATE_KEY, Buffer.from(SECRET).toString('hex')]) {
      for (const name of [
        'COZE_APP_ID',
        'COZE_REGION',
        'COZE_BOT_IDS',
        'CHAT_ORIGINS',
        'PORT',
        'LOG_LEVEL',
        'COZE_API_BASE',
      ]) {
        const error = await load({ ...GOOD, [name]: secret }).catch((thrown: unknown) => thrown)
        expect(error).toMatchObject({ code: 'misconfigured', message: expect.stringContaining(`${name} must`) })
        expect(String(error)).not.toContain(secret.slice(0, 20))
      }
    }
  })

  it('F85: all faults come at once, each in its own line', async () => {
    const env = {
      COZE_APP_ID: 'abc',
      COZE_PRIVATE_KEY: 'nonsense!',
      CHAT_SECRET: 'short',
      CHAT_ORIGINS: 'shop.example, https://ok.example, https://b.example/x',
      CHAT_IDENTITY_ISSUER: 'me',
      CHAT_TRUST_PROXY: 'nginx',
      REDIS_URL: 'localhost',
      PORT: 'http',
    }
    const error = await loadServerConfig({ env, readFile, gateway: true }).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(ConfigFaults)
    const { faults, message } = error as ConfigFaults
    expect(faults.map(({ name }) => name)).toEqual([
      ...['COZE_APP_ID', 'COZE_KEY_ID', 'COZE_PRIVATE_KEY', 'CHAT_SECRET', 'CHAT_ORIGINS', 'CHAT_TRUST_PROXY'],
      ...['CHAT_IDENTITY_AUDIENCE', 'CHAT_IDENTITY_SECRET', 'COZE_BOT_IDS', 'REDIS_URL', 'PORT'],
    ])
    expect(message.split('\n')).toHaveLength(12)
    expect(message).toMatch(/^11 settings are wrong:\n- COZE_APP_ID must/)
    const broken = await load({ ...env, COZE_KEY_ID: 'k' }, '{').catch((thrown: unknown) => thrown)
    expect((broken as ConfigFaults).faults.map(({ name }) => name)).toContain('--config')
  })

  it('F85: quotes around a whole value are taken off, as docker --env-file leaves them on, and that is told', async () => {
    const quoted = Object.fromEntries(Object.entries(GOOD).map(([name, value]) => [name, `"${value}"`]))
    const config = await load({
      ...quoted,
      COZE_BOT_IDS: "'7300000000000000001'",
      CHAT_ORIGINS: ' “https://shop.example” ',
      CHAT_TRUST_PROXY: '"loopback, private"',
      PORT: '`0`',
      LOG_LEVEL: '""',
    })
    expect(config).toMatchObject({
      service: {
        ...{ appId: '1100', keyId: 'key-1', secret: SECRET, bots: ['7300000000000000001'] },
        ...{ origins: ['https://shop.example'], trustProxy: ['loopback', 'private'] },
      },
      port: 0,
      logLevel: 'info',
    })
    expect(config.notes).toHaveLength(9)
    expect(config.notes[0]).toMatch(/^The quotes around the value of COZE_APP_ID were taken off/)
    expect(config.notes.join()).not.toContain(SECRET)
    // More than one quoted text is no quoted value.
    await expect(load({ ...GOOD, COZE_KEY_ID: '"a","b"' })).rejects.toThrow(/COZE_KEY_ID must/)
    expect((await load({ ...GOOD, COZE_KEY_ID: `it's` }).catch((error: unknown) => error)) as Error).toBeInstanceOf(
      Error,
    )
  })

  it('F86: origins are written as browsers write them, where that is unambiguous', async () => {
    const { service } = await load({
      ...GOOD,
      CHAT_ORIGINS:
        'https://例子.测试, HTTPS://Shop.Example, https://a.example:443, http://b.example:80/, https://c.example/, https://d.example:8443',
      CHAT_PUBLIC_URL: 'https://SHOP.example:443/',
    })
    expect(service.origins).toEqual([
      ...['https://xn--fsqu00a.xn--0zwm56d', 'https://shop.example', 'https://a.example', 'http://b.example'],
      ...['https://c.example', 'https://d.example:8443'],
    ])
    expect(service.publicUrl).toEqual(['https://shop.example'])
  })

  it.each([
    ['https://shop.example/chat', 'an origin ends after host and port; write https://shop.example'],
    ['https://shop.example/?a=1', 'an origin ends after host and port; write https://shop.example'],
    ['https://shop.example#top', 'an origin ends after host and port; write https://shop.example'],
    ['shop.example', 'it must begin with https:// or http://, such as https://shop.example'],
    ['ftp://shop.example', 'it must begin with https:// or http://'],
    ['https://*.shop.example', 'it is a pattern; list each origin whole'],
    ['https://me@shop.example', 'it holds a name or password; write https://shop.example'],
    ['https://shop.example:port', 'it is not an address'],
    ['null', 'pages without an origin have no place of their own and cannot be let in'],
  ])('F86: %s is refused with what to write instead', async (origin, cure) => {
    for (const name of ['CHAT_ORIGINS', 'CHAT_PUBLIC_URL']) {
      await expect(load({ ...GOOD, [name]: `https://a.example, ${origin}` })).rejects.toThrow(`: ${cure}.`)
    }
  })

  it('F82: CHAT_TRUST_PROXY is a number of proxies or their networks', async () => {
    for (const [text, value] of [
      ['1', 1],
      ['loopback', ['loopback']],
      ['10.0.0.0/8, private,2001:db8::/32', ['10.0.0.0/8', 'private', '2001:db8::/32']],
    ] as const) {
      expect((await load({ ...GOOD, CHAT_TRUST_PROXY: text })).service.trustProxy).toEqual(value)
    }
  })

  it('F91: reads several keys, and the public key of identity tokens, however they are escaped', async () => {
    const doubled = (PRIVATE_KEY + PRIVATE_KEY).replaceAll('\n', '\\\\n')
    const { service } = await load({ ...GOOD, COZE_KEY_ID: 'new,old', COZE_PRIVATE_KEY: doubled })
    await expect(importPrivateKey(service.otherKeys?.[0]?.privateKey ?? '')).resolves.toBeDefined()
    for (const text of [
      encodeURIComponent(PUBLIC_KEY),
      Buffer.from(PUBLIC_KEY).toString('base64'),
      PUBLIC_KEY.replaceAll('\n', '\\\\n'),
    ]) {
      const config = await load({
        ...GOOD,
        CHAT_IDENTITY_ISSUER: 'i',
        CHAT_IDENTITY_AUDIENCE: 'a',
        CHAT_IDENTITY_PUBLIC_KEY: text,
      })
      expect(config.service.identify).toBeTypeOf('function')
    }
  })
})
