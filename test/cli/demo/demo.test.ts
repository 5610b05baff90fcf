import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { realBackend } from '../../../src/cli/demo/demo-backend.ts'
import { type RunningDemo, startDemo, startDemoSite } from '../../../src/cli/demo/demo-server.ts'

let demo: RunningDemo

beforeAll(async () => {
  demo = await startDemo({ port: 0, simulatorPort: 0, tokenTtlSeconds: 60, knobs: {} })
})

afterAll(() => demo.close())

function askToken(site: string, cookie = ''): Promise<Response> {
  return fetch(`${site}/api/coze/token`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-chat-token': '1', origin: site, cookie },
    body: '{}',
  })
}

describe('the demo', () => {
  it.each(['/', '/shop', '/inline', '/official', '/csp', '/playground'])(
    'serves %s with every value filled in',
    async (path) => {
      const response = await fetch(demo.url + path)
      expect(response.status).toBe(200)
      expect(await response.text()).not.toMatch(/\{\{\w+\}\}/)
    },
  )

  it('says on the page that the Chat SDK is a replica', async () => {
    expect(await (await fetch(`${demo.url}/official`)).text()).toContain('data-sdk="replica"')
  })

  it('speaks Chinese to a Chinese browser, keeps a language that was asked for, and leaves no mark of the template', async () => {
    const read = async (path: string, language: string) =>
      (await fetch(demo.url + path, { headers: { 'accept-language': language } })).text()
    for (const path of ['/', '/shop', '/inline', '/official', '/csp', '/playground']) {
      const chinese = await read(path, 'zh-CN,zh;q=0.9')
      expect(chinese).toContain('<html lang="zh-CN">')
      expect(chinese).toContain('带登录的商店')
      const english = await read(`${path}?lang=ar`, 'zh-CN')
      expect(english).toContain('<html lang="ar">')
      expect(english).toContain('<a href="/shop?lang=ar">Logged-in shop</a>')
      for (const page of [chinese, english]) expect(page).not.toMatch(/\[\[|\]\]|\{\{|\}\}/)
    }
  })

  it('puts nothing of a request into a page unescaped', async () => {
    const html = await (await fetch(`${demo.url}/?lang=${encodeURIComponent('"><script>alert(1)</script>')}`)).text()
    expect(html).not.toContain('<script>alert(1)')
  })

  it('serves no file outside demo/ and dist/', async () => {
    for (const path of ['/dist/..%2fpackage.json', '/demo/%2e%2e/package.json', '/dist/../../etc/passwd']) {
      expect((await fetch(demo.url + path)).status).toBe(404)
    }
  })

  it('vouches for a user of the shop as long as they are signed in', async () => {
    const json = { method: 'POST', headers: { 'content-type': 'application/json' } }
    const login = await fetch(`${demo.url}/shop/login`, { ...json, body: '{"user":"Ann"}' })
    const cookie = login.headers.get('set-cookie')?.split(';')[0] ?? ''
    expect(login.headers.get('set-cookie')).toContain('HttpOnly')
    expect(await (await askToken(demo.url, cookie)).json()).toMatchObject({ kind: 'user' })
    await fetch(`${demo.url}/shop/logout`, { ...json, headers: { ...json.headers, cookie }, body: '{}' })
    expect(await (await askToken(demo.url, cookie)).json()).toMatchObject({ kind: 'anonymous' })
  })

  it('with COZE_* set talks to the Coze that is named there and loads the real Chat SDK', async () => {
    const { credentials } = demo.simulator.simulator
    const backend = await realBackend({
      COZE_APP_ID: credentials.appId,
      COZE_KEY_ID: credentials.keyId,
      COZE_PRIVATE_KEY: credentials.privateKeyPem,
      COZE_BOT_IDS: '7300000000000000001',
      COZE_API_BASE: demo.simulator.url,
    })
    const site = await startDemoSite(backend, { port: 0, host: '127.0.0.1' })
    expect(await (await askToken(site.url)).json()).toMatchObject({ token_type: 'Bearer', kind: 'anonymous' })
    const html = await (await fetch(`${site.url}/official`)).text()
    expect(html).toContain('data-sdk="coze"')
    expect(html).not.toContain('chat-sdk-replica')
    await site.close()
  })

  it('with COZE_* set by half says which variable is missing', async () => {
    await expect(realBackend({ COZE_APP_ID: '310000000002' })).rejects.toThrow(/COZE_KEY_ID/)
  })
})
