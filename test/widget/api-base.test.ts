import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createHeadlessChat, type HeadlessChatOptions } from '../../src/headless.ts'
import { type CozeSimulator, createCozeSimulator, SIMULATOR_IDS } from '../../src/simulator/index.ts'
import { createFakeClock } from '../support/fake-clock.ts'
import { createFakeOrigin } from '../support/fake-platform.ts'

const TOKEN_URL = 'https://chat.example/api/coze/token'

let simulator: CozeSimulator
beforeAll(async () => {
  simulator = await createCozeSimulator()
})
beforeEach(() => simulator.reset())

/** A page of these options, whose token endpoint says in turn that its tokens are good at these places. Coze answers wherever it is asked. */
function openPage(options: Partial<HeadlessChatOptions>, said: unknown[]) {
  /** The token, and the address that it was sent to, of each request. */
  const sent: { token: string; base: string }[] = []
  const tokens: string[] = []
  function answer() {
    const token = simulator.issueToken('a1_visitor')
    tokens.push(token)
    const base = said.length > 1 ? said.shift() : said[0]
    return { access_token: token, expires_in: 900, kind: 'anonymous', subject: 's_1', api_base: base }
  }
  const fetch = async (url: string, init: RequestInit) => {
    if (url === TOKEN_URL) return Response.json(answer())
    const [, base = '', path = ''] = /^(.*?)(\/v[13]\/.*)$/.exec(url) ?? []
    const token = new Headers(init.headers).get('authorization')?.replace('Bearer ', '') ?? ''
    sent.push({ token, base })
    return simulator.fetch(new Request(`https://coze.test${path}`, init))
  }
  const { platform } = createFakeOrigin(createFakeClock()).openTab({ fetch })
  const chat = createHeadlessChat({ botId: SIMULATOR_IDS.botId, tokenUrl: TOKEN_URL, platform, ...options })
  return { chat, sent, tokens, answer }
}

describe('the Open API that a page talks to', () => {
  it.each<[Partial<HeadlessChatOptions>, unknown, string]>([
    [{}, undefined, 'https://api.coze.cn'],
    [{}, 'https://api.coze.com', 'https://api.coze.com'],
    [{}, '.', 'https://chat.example/api/coze'],
    [{}, 'http://127.0.0.1:8788', 'http://127.0.0.1:8788'],
    [{}, 'api.coze.com', 'https://api.coze.cn'],
    [{}, 7, 'https://api.coze.cn'],
    [{}, null, 'https://api.coze.cn'],
    [{}, ['https://api.coze.com'], 'https://api.coze.cn'],
    [{ apiBase: '' }, '.', 'https://chat.example/api/coze'],
    [{ region: 'com' }, undefined, 'https://api.coze.com'],
    [{ region: 'com' }, '.', 'https://api.coze.com'],
    [{ region: 'cn' }, 'https://api.coze.com', 'https://api.coze.cn'],
    [{ apiBase: '/gateway//' }, undefined, '/gateway'],
    [{}, 'https://api.coze.com/', 'https://api.coze.com'],
    [{ apiBase: '/gateway/' }, 'https://api.coze.com', '/gateway'],
    [{ region: 'com', apiBase: '/gateway' }, '.', '/gateway'],
  ])('T44: is, where the page says %o and the token endpoint %s, %s', async (options, said, base) => {
    const { chat, sent } = openPage(options, [said])
    await chat.store.send('Hello')
    expect(chat.store.getState().messages.at(-1)?.text).toMatch(/Hello|你好/)
    expect(new Set(sent.map((request) => request.base))).toEqual(new Set([base]))
    chat.destroy()
  })

  it('is where a function of the page says it', async () => {
    const { chat, sent, answer } = openPage({}, ['https://api.coze.com'])
    chat.destroy()
    const page = openPage({ getToken: () => answer() }, [])
    await page.chat.store.send('Hello')
    expect([...new Set(page.sent.map(({ base }) => base)), sent]).toEqual(['https://api.coze.com', []])
    page.chat.destroy()
  })

  it.each([
    ['apiBase', 'https://evil.example'],
    ['region', 'com'],
    ['getToken', () => 'czs_of_somebody_else_entirely'],
  ])('T44, F54: is no other where somebody has put %s on Object.prototype', async (name, value) => {
    // Not enumerable, for the simulator's sake.
    Object.defineProperty(Object.prototype, name, { value, configurable: true, writable: true })
    try {
      const { chat, sent, tokens } = openPage({}, ['https://one.example'])
      await chat.store.send('Hello')
      const pairs = new Set(sent.map(({ token, base }) => `${tokens.indexOf(token)} ${base}`))
      expect(pairs).toEqual(new Set(['0 https://one.example']))
      chat.destroy()
    } finally {
      Reflect.deleteProperty(Object.prototype, name)
    }
  })

  it('T44: is where nothing can lead on from: a redirect is not followed', async () => {
    const followed: unknown[] = []
    const fetch = async (url: string, init: RequestInit) => {
      if (!url.startsWith('https://api.coze.cn')) return Response.json({ access_token: 'czs_1', expires_in: 900 })
      followed.push(init.redirect)
      throw new TypeError('redirect')
    }
    const { platform } = createFakeOrigin(createFakeClock()).openTab({ fetch })
    const chat = createHeadlessChat({ botId: SIMULATOR_IDS.botId, tokenUrl: TOKEN_URL, platform })
    await chat.store.send('Hello')
    expect(new Set(followed)).toEqual(new Set(['error']))
    chat.destroy()
  })

  it('T44: moves with the token: where a refused one is replaced by one for another place, neither goes to the other’s', async () => {
    const { chat, sent, tokens } = openPage({}, ['https://one.example', 'https://two.example'])
    await chat.store.send('Hello')
    simulator.revoke({ token: tokens[0] ?? '' })
    await chat.store.send('Once more')
    expect(chat.store.getState().problem).toBeUndefined()
    const pairs = new Set(sent.map(({ token, base }) => `${tokens.indexOf(token)} ${base}`))
    expect(pairs).toEqual(new Set(['0 https://one.example', '1 https://two.example']))
    chat.destroy()
  })
})
