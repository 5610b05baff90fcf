import { mkdtemp, readdir, utimes, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { afterEach, describe, expect, it } from 'vitest'
import { readWidgetFiles, toNodeListener } from '../../../src/server/node.ts'
import type { TokenServiceOptions, WidgetDelivery } from '../../../src/server/service-options.ts'
import { servedSettings, settingsStatement } from '../../../src/server/widget/served-settings.ts'
import { createTestService } from '../support/test-service.ts'

const HOST = 'https://chat.example'
const CHUNK = 'chat-Ab3_x-9Z.js'
const closing: (() => void)[] = []
afterEach(() => {
  for (const close of closing.splice(0)) close()
})

/** A folder like `dist/browser/`. */
async function buildFolder(names: Record<string, string> = {}): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'widget-'))
  const files = { 'embed.js': 'embed()', [CHUNK]: 'export const chat = 1', 'notes.txt': 'not for pages', ...names }
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text)
  return folder
}

async function deliver(widget: Partial<WidgetDelivery> = {}, options: Partial<TokenServiceOptions> = {}) {
  const files = await readWidgetFiles({ directory: await buildFolder() })
  const { service } = createTestService({ widget: { files, path: '', ...widget }, ...options })
  const get = (path: string, headers: Record<string, string> = {}, method = 'GET') =>
    service.fetch(new Request(HOST + path, { headers, method }))
  return { service, get }
}

describe('the widget that the service delivers', () => {
  it('is open to every page, and what has a hash may be kept for ever', async () => {
    const { get } = await deliver()
    const chunk = await get(`/${CHUNK}`)
    expect(await chunk.text()).toBe('export const chat = 1')
    expect(Object.fromEntries(chunk.headers)).toMatchObject({
      'access-control-allow-origin': '*',
      'cache-control': 'public, max-age=31536000, immutable',
      'content-type': 'text/javascript; charset=utf-8',
      'cross-origin-resource-policy': 'cross-origin',
      'x-content-type-options': 'nosniff',
    })
    const embed = await get('/embed.js')
    expect(embed.headers.get('cache-control')).toBe('public, max-age=300')
    expect(await embed.text()).toMatch(/embed\(\)$/)
  })

  it.each([
    ['br, gzip', 'br', brotliDecompressSync],
    ['gzip;q=1.0, br;q=0', 'gzip', gunzipSync],
    ['GZIP', 'gzip', gunzipSync],
  ] as const)('accepted as "%s" it comes as %s', async (accepted, encoding, decompress) => {
    const { get } = await deliver()
    const response = await get(`/${CHUNK}`, { 'accept-encoding': accepted })
    expect(response.headers.get('content-encoding')).toBe(encoding)
    expect(response.headers.get('vary')).toBe('Accept-Encoding')
    expect(decompress(Buffer.from(await response.arrayBuffer())).toString()).toBe('export const chat = 1')
  })

  it('is not sent again to whoever has it, under any spelling of the tag', async () => {
    const { get } = await deliver()
    const tag = (await get('/embed.js')).headers.get('etag') ?? ''
    for (const header of [tag, `W/${tag}`, `"other", ${tag}`, '*']) {
      const again = await get('/embed.js', { 'if-none-match': header })
      expect([again.status, await again.text()]).toEqual([304, ''])
    }
    expect((await get('/embed.js', { 'if-none-match': '"other"' })).status).toBe(200)
    // Another encoding is another content.
    expect((await get('/embed.js', { 'if-none-match': tag, 'accept-encoding': 'br' })).status).toBe(200)
  })

  it('is read only, and nothing but its own files is found', async () => {
    const { get } = await deliver()
    expect((await get('/embed.js', {}, 'POST')).status).toBe(405)
    const head = await get(`/${CHUNK}`, {}, 'HEAD')
    expect(head.status).toBe(200)
    for (const path of [
      '/notes.txt',
      '/',
      '/../package.json',
      '/%2e%2e/package.json',
      '/chat-00000000.js',
      '/constructor',
    ])
      expect((await get(path)).status, path).toBe(404)
  })

  it('lies below the base path unless it is put elsewhere, and Express finds both', async () => {
    const { service } = await deliver({ path: '/chat' })
    expect(['/chat/embed.js', '/api/coze/token'].map(service.owns)).toEqual([true, true])
    expect(['/embed.js', '/chat/', '/chat/other.js'].map(service.owns)).toEqual([false, false, false])
    const files = await readWidgetFiles({ directory: await buildFolder() })
    expect(createTestService({ widget: { files } }).service.owns('/api/coze/embed.js')).toBe(true)
  })

  it('goes over node:http with its length, and an unchanged file without one', async () => {
    const { service } = await deliver()
    const server = createServer(toNodeListener(service)).listen(0, '127.0.0.1')
    closing.push(() => server.close())
    await new Promise((resolve) => server.once('listening', resolve))
    const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/${CHUNK}`
    const response = await fetch(address, { headers: { 'accept-encoding': 'identity' } })
    expect(response.headers.get('content-length')).toBe('21')
    expect(await response.text()).toBe('export const chat = 1')
    const again = await fetch(address, {
      headers: { 'accept-encoding': 'identity', 'if-none-match': response.headers.get('etag') ?? '' },
    })
    expect([again.status, again.headers.get('content-length')]).toEqual([304, null])
  })

  it('shows a page to try it on where that is wanted, in the language of the reader, and not in frames', async () => {
    const { get } = await deliver({ preview: true }, { bots: ['7300'] })
    const page = await get('/', { 'accept-language': 'zh-CN,zh;q=0.9' })
    expect(page.headers.get('x-frame-options')).toBe('DENY')
    expect(await page.text()).toMatch(/<html lang="zh-CN">[\s\S]*聊天服务已启动[\s\S]*<script async src="embed\.js">/)
    expect(await (await get('/')).text()).toContain('Your chat is running')
  })
})

describe('the page to try the chat on', () => {
  const pageOf = async (options: Partial<TokenServiceOptions>) =>
    (await (await deliver({ preview: true }, options)).get('/')).text()

  it('says what is missing where no agent is named, and shows no chat that cannot come', async () => {
    const page = await pageOf({})
    expect(page).toContain('COZE_BOT_IDS')
    expect(page).not.toContain('button in the corner')
    expect(page).not.toContain('<script async src="embed.js"')
  })

  it('shows the first of several agents, and names it in the tag', async () => {
    expect(await pageOf({ bots: ['7300', '7301'] })).toContain('<script async src="embed.js" data-bot-id="7300">')
    const chatflows = [
      { appId: '7400', workflowId: '7401' },
      { appId: '"><b>', workflowId: '7403' },
    ]
    const page = await pageOf({ bots: chatflows })
    expect(page).toContain('<script async src="embed.js" data-app-id="7400" data-workflow-id="7401">')
    expect(await pageOf({ bots: chatflows.reverse() })).toContain('data-app-id="b" data-workflow-id="7403">')
  })
})

describe('readWidgetFiles', () => {
  it('keeps the files of earlier builds for pages that are still open, for 30 days', async () => {
    const keepIn = join(await mkdtemp(join(tmpdir(), 'kept-')), 'widget')
    await readWidgetFiles({ directory: await buildFolder(), keepIn })
    await writeFile(join(keepIn, 'chat-00000000.js'), 'too old')
    const longAgo = new Date(Date.now() - 31 * 86_400_000)
    await utimes(join(keepIn, 'chat-00000000.js'), longAgo, longAgo)
    const next = await readWidgetFiles({ directory: await buildFolder({ 'chat-NextOne1.js': 'next' }), keepIn })
    expect([CHUNK, 'chat-NextOne1.js', 'chat-00000000.js'].map((name) => next.has(name))).toEqual([true, true, false])
    expect((await readdir(keepIn)).sort()).toEqual([CHUNK, 'chat-NextOne1.js'])
  })

  it('says what is wrong with a folder without a widget, and with one that cannot be written', async () => {
    await expect(readWidgetFiles({ directory: '/nowhere' })).rejects.toMatchObject({
      code: 'misconfigured',
      message: expect.stringContaining('There is no embed.js in /nowhere'),
    })
    const directory = await buildFolder()
    const keepIn = join(directory, 'notes.txt')
    await expect(readWidgetFiles({ directory, keepIn })).rejects.toMatchObject({
      code: 'misconfigured',
      message: expect.stringContaining(keepIn),
    })
  })
})

describe('what a tag takes from the service that it was loaded from', () => {
  const settings = (given: Partial<Parameters<typeof servedSettings>[0]> = {}) =>
    servedSettings({
      basePath: '/api/coze',
      widgetPath: '',
      targets: [],
      gateway: false,
      apiBase: undefined,
      region: undefined,
      ui: undefined,
      ...given,
    })

  it('is the token endpoint, the agent where there is one, and how Coze is reached', () => {
    expect(settings()).toEqual({ tokenUrl: './api/coze/token' })
    expect(settings({ targets: ['1'], region: 'com', ui: 'light' })).toEqual({
      tokenUrl: './api/coze/token',
      botId: '1',
      region: 'com',
      ui: 'light',
    })
    expect(settings({ targets: ['1', '2'], gateway: true, apiBase: 'https://api.coze.com' })).toEqual({
      tokenUrl: './api/coze/token',
      apiBase: './api/coze',
      ui: 'light',
    })
    expect(settings({ targets: [{ appId: '3', workflowId: '4' }] })).toMatchObject({ appId: '3', workflowId: '4' })
  })

  it.each([
    ['', '/api/coze', 'https://a.test/embed.js', 'https://a.test/api/coze/token'],
    ['', '/api/coze', 'https://a.test/behind/a/proxy/embed.js', 'https://a.test/behind/a/proxy/api/coze/token'],
    ['/api/coze', '/api/coze', 'https://a.test/api/coze/embed.js', 'https://a.test/api/coze/token'],
    ['/api', '/api/coze', 'https://a.test/api/embed.js', 'https://a.test/api/coze/token'],
    ['/static/chat', '/api/coze', 'https://a.test/static/chat/embed.js', 'https://a.test/api/coze/token'],
  ])('with files at "%s" and routes at "%s", %s asks %s', (widgetPath, basePath, script, expected) => {
    expect(new URL(settings({ widgetPath, basePath }).tokenUrl, script).href).toBe(expected)
  })

  /** What the script element of a tag holds after the statement has run. */
  function run(dataset: Record<string, string>, page: object | undefined, statement: string) {
    const script = { dataset, src: 'https://chat.example/embed.js' }
    new Function('document', 'window', statement)({ currentScript: script }, { cozeChatOptions: page })
    return 'cozeChatService' in script ? script.cozeChatService : undefined
  }
  const statement = settingsStatement(settings({ targets: ['1'], gateway: true, region: 'com' }))
  const thrown = (error: Error): never => {
    throw error
  }

  it('is given to the script element with whole addresses', () => {
    expect(run({}, undefined, statement)).toEqual({
      tokenUrl: 'https://chat.example/api/coze/token',
      apiBase: 'https://chat.example/api/coze',
      region: 'com',
      ui: 'light',
      botId: '1',
    })
  })

  it('is no agent where tag or page names one, and nothing where they name a token endpoint', () => {
    expect(run({ botId: '2' }, undefined, statement)).not.toHaveProperty('botId')
    expect(run({}, { appId: '3', workflowId: '4' }, statement)).not.toHaveProperty('botId')
    expect(run({ tokenUrl: '/mine' }, undefined, statement)).toBeUndefined()
    expect(run({}, { getToken: () => 'x' }, statement)).toBeUndefined()
  })

  it('T42: a form or a frame of the page that bears a name which it looks up does not end the script', () => {
    const runIn = new Function('document', 'window', statement)
    const frame = new Proxy({}, { get: () => thrown(new Error('cross-origin')) })
    // Elements and frames are found under their names by way of the prototype.
    const page = Object.create({ cozeChatOptions: frame })
    const script = { dataset: {}, src: 'https://chat.example/embed.js' }
    runIn({ currentScript: script }, page)
    expect(script).toHaveProperty('cozeChatService.botId', '1')
    expect(() => runIn({ currentScript: { dataset: {} } }, {})).not.toThrow()
  })

  it.each<[string, unknown]>([
    ['apiBase', 'https://evil.example'],
    ['tokenUrl', 'https://evil.example/token'],
    ['getToken', () => 'pat_not_theirs'],
    ['sdkUrl', 'https://evil.example/sdk.js'],
    ['userToken', 'not-theirs'],
    ['botId', '66'],
    ['appId', '66'],
    ['each', () => {}],
  ])('T44, F54: is no other where somebody has put %s on Object.prototype', (name, value) => {
    const direct = settingsStatement(settings({ targets: ['1'] }))
    Object.defineProperty(Object.prototype, name, { value, configurable: true, enumerable: true, writable: true })
    try {
      for (const page of [undefined, {}]) {
        expect(Object.entries(Object(run({}, page, direct)))).toEqual([
          ['botId', '1'],
          ['tokenUrl', 'https://chat.example/api/coze/token'],
        ])
      }
    } finally {
      Reflect.deleteProperty(Object.prototype, name)
    }
  })

  it('cannot end the script that it stands in, and a module script goes without', () => {
    const hostile = settingsStatement({ tokenUrl: './t', botId: '</script><b>' })
    expect(hostile).not.toContain('</script')
    const run = new Function('document', 'window', statement)
    expect(() => run({ currentScript: null }, {})).not.toThrow()
  })
})
