/** What a visitor is spared who has never been here before, and what must hold where the service is wrong about that. */
import { afterEach, describe, expect, it } from 'vitest'
import type { TokenAnswer } from '../../src/protocol/token-endpoint.ts'
import { type CozeSimulator, SIMULATOR_IDS } from '../../src/simulator/index.ts'
import { createFakeOrigin } from '../support/fake-platform.ts'
import { keptBy, letRun, type Stack, type StackOptions, startStack, texts, until } from './stack.ts'

let stack: Stack
afterEach(() => stack.close())

const { botId } = SIMULATOR_IDS
const start = async (options: StackOptions = {}) => {
  stack = await startStack(options)
  return stack
}

/** Calls to Coze since the last time that it was asked for them, exchanges of tokens left out. */
const calls = () => {
  const seen = stack.simulator.requests.filter(({ path }) => !path.includes('/oauth2/'))
  const fresh = seen.slice(read)
  read = seen.length
  return fresh.map(({ method, path }) => `${method} ${path}`).sort()
}
let read = 0
afterEach(() => {
  read = 0
})

const AGENT = `GET /v1/bots/${botId}`
const CHAT = 'POST /v3/chat'
const LIST = 'POST /v1/conversation/message/list'
const RETRIEVE = 'GET /v1/conversation/retrieve'

const conversations = () => stack.simulator.dump().sessions.flatMap((session) => session.conversations)

describe('a new visitor', () => {
  it('is asked about nowhere: their first question is the first thing that Coze hears of them', async () => {
    await start({ service: { bots: [botId] } })
    const chat = stack.visit()
    await chat.store.send('我叫张三')
    expect(chat.store.getState()).toMatchObject({ phase: 'ready', agent: { name: '摩卡' } })
    // The profile was read twice: by the service, for those who come later, and by this browser, beside the question.
    expect(calls()).toEqual([AGENT, AGENT, CHAT])

    const next = stack.visit()
    await next.store.send('你好')
    expect(next.store.getState()).toMatchObject({ agent: { name: '摩卡', suggestions: { length: 3 } } })
    expect(calls()).toEqual([CHAT])
    expect(conversations()).toHaveLength(2)
  })

  it('who only looks leaves no empty conversation behind', async () => {
    await start()
    const chat = stack.visit()
    await chat.store.open()
    expect(chat.store.getState()).toMatchObject({ phase: 'ready', conversationId: undefined })
    expect(conversations()).toEqual([])
  })

  it('comes back to their conversation after a reload, which asks for conversation and messages side by side', async () => {
    await start()
    const tab = stack.openTab()
    const chat = stack.visit(tab)
    await chat.store.send('我叫张三')
    const before = texts(chat)
    chat.destroy()
    calls()
    const again = stack.visit(tab)
    await again.store.open()
    expect(texts(again)).toEqual(before)
    expect(calls()).toEqual([RETRIEVE, AGENT, LIST].sort())
  })

  it('F20: becomes a new one when their ticket expires, in whose chat nothing of the first is left', async () => {
    await start()
    const tab = stack.openTab()
    const chat = stack.visit(tab)
    await chat.store.send('canary of the first')
    const { subject } = chat.visitor.state
    stack.clock.sleep(13 * 3_600_000)
    tab.page.signal('woke')
    await until(() => ![undefined, subject].includes(chat.visitor.state.subject))
    expect(texts(chat)).toEqual([])
    calls()
    await chat.store.send('我叫什么名字？')
    expect(calls()).toEqual([AGENT, CHAT])
    expect(JSON.stringify(chat.store.getState())).not.toContain('canary')
    expect(conversations()).toHaveLength(2)
  })

  it('F24: after a logout the next one is new as well, and finds nothing of the one before', async () => {
    await start()
    const tab = stack.openTab()
    const chat = stack.visit(tab)
    await chat.store.send('canary of the first')
    chat.logout()
    await chat.store.send('我叫什么名字？')
    expect(JSON.stringify(chat.store.getState())).not.toContain('canary')
    expect(conversations()).toHaveLength(2)
    expect([...tab.session.values(), ...stack.origin.local.values()].join()).not.toContain('canary')
  })
})

describe('two tabs of one visitor who has not asked yet', () => {
  it('go on in the conversation that the first question of either begins', async () => {
    await start()
    const [one, other] = [
      stack.visit(undefined, { session: 'device' }),
      stack.visit(undefined, { session: 'device' }),
    ] as const
    await one.store.open()
    await letRun(stack, other.store.open(), 50)
    expect(other.visitor.state.subject).toBe(one.visitor.state.subject)
    await one.store.send('我叫张三')
    await letRun(stack, other.store.send('我叫什么名字？'), 50)
    expect(texts(other)).toHaveLength(4)
    expect(texts(other).at(-1)).toContain('张三')
    expect(conversations()).toHaveLength(1)
  })
})

describe('a user', () => {
  it('is never taken for new: on another device they find their conversation', async () => {
    await start()
    stack.user = 'ann'
    const chat = stack.visit()
    await chat.store.send('我叫张三')
    const there = elsewhere()
    await there.store.open()
    expect(texts(there)).toEqual(texts(chat))
  })

  /** The same site, seen from a browser with other storage. */
  function elsewhere() {
    const origin = createFakeOrigin(stack.clock)
    return stack.visit(origin.openTab({ fetch: stack.openTab().platform.fetch }))
  }
})

describe('a back end that lies', () => {
  /** Every answer brings another credential and says that nobody was here before; the visitor stays the same. */
  const liar =
    (fields: (count: number) => object) =>
    async (request: Request, simulator: CozeSimulator): Promise<Response> => {
      const { end } = (await request.json()) as { end?: boolean }
      if (end) return new Response(null, { status: 204 })
      count++
      return Response.json({
        access_token: simulator.issueToken('a1_same', 900),
        token_type: 'Bearer',
        expires_in: 900,
        kind: 'anonymous',
        subject: 's_same',
        session_id: `v1.k1.${String(count).padStart(21, '0')}A.t1.${'m'.repeat(42)}A`,
        fresh: true,
        ...fields(count),
      } satisfies TokenAnswer)
    }
  let count = 0

  it('F24: cannot lose a history: who has a conversation in this browser gets it', async () => {
    count = 0
    await start({ backend: liar(() => ({})) })
    const tab = stack.openTab()
    const chat = stack.visit(tab)
    await chat.store.send('我叫张三')
    const before = texts(chat)
    chat.destroy()
    const again = stack.visit(tab)
    await again.store.open()
    expect(texts(again)).toEqual(before)
  })

  it('F20: cannot show one visitor what another one said', async () => {
    count = 0
    await start({
      backend: async (request, simulator) => {
        const answer = (await (await liar(() => ({}))(request, simulator)).json()) as TokenAnswer
        const name = count === 1 ? 'ann' : 'bo'
        return Response.json({ ...answer, access_token: simulator.issueToken(`a1_${name}`, 900), subject: `s_${name}` })
      },
    })
    const tab = stack.openTab()
    const chat = stack.visit(tab)
    await chat.store.send('canary of Ann')
    chat.destroy()
    const next = stack.visit(tab)
    const drawn: string[] = []
    next.store.subscribe(() => drawn.push(JSON.stringify(next.store.getState())))
    await next.store.send('我叫什么名字？')
    expect(next.visitor.state.subject).toBe('s_bo')
    expect(drawn.join()).not.toContain('canary')
    expect(keptBy(stack, 'a1_ann').filter(({ role }) => role === 'user')).toHaveLength(1)
  })

  it.each<[string, object]>([
    ['the profile of another agent', { agent: { id: '7300000000000000009', profile: { bot_id: '73', name: 'Liar' } } }],
    ['a profile of another shape', { agent: { id: botId, profile: { name: { toString: 1 } } } }],
    ['a word in place of a profile', { agent: 'Liar' }],
  ])('F30: %s is not drawn: Coze is asked', async (_what, fields) => {
    count = 0
    await start({ backend: liar(() => fields) })
    const chat = stack.visit()
    await chat.store.open()
    expect(chat.store.getState()).toMatchObject({ phase: 'ready', agent: { name: '摩卡' } })
  })
})
