import { describe, expect, it } from 'vitest'
import { loadServerConfig } from '../../src/server/config.ts'
import { PRIVATE_KEY, SECRET } from './support/test-service.ts'

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
      logLevel: 'info',
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

  it('T19: stops at the first bad value with a sentence that names the variable and never the value', async () => {
    const canary = 'canary-value'
    const rows: [Record<string, string>, string][] = [
      [{ COZE_APP_ID: '' }, 'COZE_APP_ID is missing'],
      [{ COZE_APP_ID: canary }, 'COZE_APP_ID must'],
      [{ COZE_KEY_ID: '' }, 'COZE_KEY_ID is missing'],
      [
        { COZE_PRIVATE_KEY: '' },
        'COZE_PRIVATE_KEY is missing: it must be the content of private_key.pem, or set COZE_PRIVATE_KEY_FILE to its path.',
      ],
      [{ COZE_PRIVATE_KEY: `${canary}!` }, 'COZE_PRIVATE_KEY has no'],
      [{ COZE_PRIVATE_KEY: '', COZE_PRIVATE_KEY_FILE: `/${canary}` }, 'COZE_PRIVATE_KEY_FILE must'],
      [{ COZE_REGION: canary }, 'COZE_REGION must'],
      [{ COZE_API_BASE: `http://${canary}.example` }, 'COZE_API_BASE must'],
      [{ COZE_TOKEN_TTL: '86400' }, 'COZE_TOKEN_TTL must'],
      [{ COZE_TOKEN_TTL: canary }, 'COZE_TOKEN_TTL must'],
      [{ COZE_BOT_IDS: canary }, 'COZE_BOT_IDS must'],
      [{ CHAT_SECRET: '' }, 'CHAT_SECRET is missing'],
      [{ CHAT_SECRET: canary }, 'CHAT_SECRET must'],
      [{ CHAT_ORIGINS: `https://${canary}.example/path` }, 'CHAT_ORIGINS must'],
      [{ CHAT_ORIGINS: '*' }, 'CHAT_ORIGINS must'],
      [{ CHAT_IDENTITY_ISSUER: canary }, 'CHAT_IDENTITY_AUDIENCE is missing'],
      [{ CHAT_IDENTITY_SECRET: canary }, 'CHAT_IDENTITY_SECRET must'],
      [{ CHAT_IDENTITY_SECRET: canary.repeat(3) }, 'CHAT_IDENTITY_ISSUER is missing'],
      [{ CHAT_IDENTITY_ISSUER: 'i', CHAT_IDENTITY_AUDIENCE: 'a' }, 'exactly one of CHAT_IDENTITY_SECRET'],
      [{ REDIS_URL: canary }, 'REDIS_URL must'],
      [{ PORT: canary }, 'PORT must'],
      [{ PORT: '65536' }, 'PORT must'],
      [{ LOG_LEVEL: canary }, 'LOG_LEVEL must'],
    ]
    for (const [env, message] of rows) {
      const error = await load({ ...GOOD, ...env }).catch((thrown: unknown) => thrown)
      expect(error).toMatchObject({ code: 'misconfigured', message: expect.stringContaining(message) })
      expect(String(error)).not.toContain(canary)
    }
  })
})
