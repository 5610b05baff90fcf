import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createHeadlessChat, type HeadlessChatOptions } from '../src/headless.ts'
import { type CozeSimulator, createCozeSimulator, SIMULATOR_IDS } from '../src/simulator/index.ts'
import { createFakeClock } from './support/fake-clock.ts'
import { createFakeOrigin, type FakeTab } from './support/fake-platform.ts'
import { recordStates } from './support/state-history.ts'

let simulator: CozeSimulator
beforeAll(async () => {
  simulator = await createCozeSimulator()
})
beforeEach(() => simulator.reset())

/** A site whose token endpoint names whoever is signed in; Coze is the simulator. */
function setUp(options: Partial<HeadlessChatOptions> = {}) {
  const site = { user: undefined as string | undefined, tokenRequests: 0 }
  const origin = createFakeOrigin(createFakeClock())
  const fetch = async (url: string, init: RequestInit) => {
    if (url !== '/token') return simulator.fetch(new Request(url, init))
    site.tokenRequests++
    const { session_id } = JSON.parse(String(init.body)) as { session_id?: string }
    const name = site.user === undefined ? `a1_${session_id}` : `u1_${site.user}`
    return Response.json({
      access_token: simulator.issueToken(name),
      token_type: 'Bearer',
      expires_in: 900,
      kind: site.user === undefined ? 'anonymous' : 'user',
      subject: `s_${name}`,
    })
  }
  const open = (tab: FakeTab = origin.openTab({ fetch })) =>
    createHeadlessChat({
      botId: SIMULATOR_IDS.botId,
      tokenUrl: '/token',
      apiBase: 'https://coze.test',
      platform: tab.platform,
      ...options,
    })
  return { site, open, openTab: () => origin.openTab({ fetch }) }
}

const texts = (chat: ReturnType<typeof createHeadlessChat>) => chat.store.getState().messages.map(({ text }) => text)

describe('a chat without a UI', () => {
  it('asks nobody anything before it is used', async () => {
    const { open, site } = setUp()
    const chat = open()
    await new Promise((resolve) => setImmediate(resolve))
    expect([site.tokenRequests, simulator.requests.length]).toEqual([0, 0])
    chat.destroy()
  })

  it('answers, names itself by its subject, and finds its conversation again after a reload', async () => {
    const { open, openTab } = setUp()
    const tab = openTab()
    const chat = open(tab)
    await chat.store.send('我叫张三，我25岁')
    await chat.store.send('我叫什么名字？我多大？')
    expect(texts(chat).at(-1)).toMatch(/张三/)
    const { subject } = chat.visitor.state
    expect(simulator.requests.find(({ path }) => path === '/v3/chat')?.body).toMatchObject({
      user_id: subject,
      session_name: subject,
    })
    chat.destroy()
    const again = open(tab)
    await again.store.open()
    expect(texts(again)).toHaveLength(4)
    const stranger = open(openTab())
    await stranger.store.open()
    expect(texts(stranger)).toEqual([])
  })

  it('F20: shows nothing of the visitor before when somebody else signs in', async () => {
    const { open, site } = setUp()
    const chat = open()
    site.user = 'A'
    chat.identify()
    await chat.store.send('canary of A')
    expect(texts(chat)).toContain('canary of A')
    site.user = 'B'
    chat.identify({ userToken: 'B' })
    expect(chat.store.getState()).toMatchObject({ phase: 'idle', messages: [] })
    const history = recordStates(chat.store)
    await chat.store.open()
    expect(chat.store.getState().phase).toBe('ready')
    expect(JSON.stringify(history.states)).not.toContain('canary of A')
  })

  it('F23: words of A that are still under way at logout are never written', async () => {
    const { open, site } = setUp()
    const chat = open()
    site.user = 'A'
    await chat.store.open()
    const sent = chat.store.send('/long 5000')
    await new Promise<void>((resolve) => {
      const stop = chat.store.subscribe(() => {
        if (chat.store.getState().turn.phase !== 'streaming') return
        stop()
        resolve()
      })
    })
    site.user = undefined
    chat.logout()
    const history = recordStates(chat.store)
    await sent
    expect(history.states).toEqual([expect.objectContaining({ phase: 'idle', messages: [] })])
  })

  it('refuses options that cannot work, and says what to write', () => {
    expect(() => setUp({ botId: '' }).open()).toThrow(expect.objectContaining({ code: 'invalid_options' }))
  })
})
