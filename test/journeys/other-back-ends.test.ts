import { afterEach, describe, expect, it } from 'vitest'
import { type CozeSimulator, createCozeSimulator } from '../../src/simulator/index.ts'
import { recordStates } from '../support/state-history.ts'
import { type Stack, startStack, texts } from './stack.ts'

let stack: Stack
afterEach(() => stack.close())

/** As the isolation guide writes it: believes `user_id`, signs it as the session name, answers Coze's token as it came. */
async function guideBackEnd(request: Request, simulator: CozeSimulator, clock: { now(): number }): Promise<Response> {
  const { user_id } = (await request.json()) as { user_id?: string }
  if (!user_id) return Response.json({ error: 'user_id is required' }, { status: 400 })
  return Response.json({
    access_token: simulator.issueToken(user_id, 3600),
    expires_in: Math.floor(clock.now() / 1000) + 3600,
    token_type: 'Bearer',
  })
}

describe('a back end written after the guide', () => {
  it('works unchanged: tokenField names its field, an epoch is read as one, and visitors stay apart', async () => {
    stack = await startStack({ backend: guideBackEnd })
    const options = { tokenField: 'user_id' }
    const tab = stack.openTab()
    const chat = stack.visit(tab, options)
    await chat.store.send('我叫张三，我25岁')
    await chat.store.send('我叫什么名字？我多大？')
    expect(texts(chat).at(-1)).toMatch(/张三.*25/s)
    expect(stack.tokenCalls).toHaveLength(1)
    expect(stack.tokenCalls[0]?.body).toEqual({ user_id: expect.stringMatching(/^[\w-]{21,64}$/) })
    expect(chat.visitor.state.tokenExpiresInMs).toBeGreaterThan(3_500_000)

    const stranger = stack.visit(undefined, options)
    await stranger.store.send('我叫什么名字？')
    expect(texts(stranger).join()).not.toContain('张三')

    chat.destroy()
    const again = stack.visit(tab, options)
    await again.store.open()
    expect(texts(again)).toHaveLength(4)
  })

  it('renews by the epoch it was told', async () => {
    stack = await startStack({ backend: guideBackEnd })
    const tab = stack.openTab()
    const chat = stack.visit(tab, { tokenField: 'user_id' })
    await chat.store.open()
    stack.clock.sleep(3_600_001)
    await chat.store.send('你好')
    expect(stack.tokenCalls).toHaveLength(2)
    expect(stack.refusals).toEqual([])
  })
})

describe('our own service', () => {
  it('T1: refuses the guide’s field on the developer’s desk', async () => {
    stack = await startStack()
    const chat = stack.visit(undefined, { tokenField: 'user_id' })
    await chat.store.open()
    expect(chat.store.getState()).toMatchObject({ phase: 'failed', problem: { code: 'identity_in_body' } })
    expect(stack.simulator.requests).toEqual([])
  })

  it.each([
    ['a key that Coze does not know', { keyId: 'unknown' }],
    ['an app of the other region', {}],
  ])('%s: misconfigured, asked once and not in a loop', async (what, service) => {
    const elsewhere = await createCozeSimulator()
    stack = await startStack({
      service: {
        ...service,
        ...(what.includes('region') && {
          region: 'com' as const,
          fetch: async (input: RequestInfo | URL, init?: RequestInit) => elsewhere.fetch(new Request(input, init)),
        }),
      },
    })
    const chat = stack.visit()
    const history = recordStates(chat.store)
    await chat.store.open()
    expect(history.path(({ phase }) => phase)).toEqual(['idle', 'opening', 'failed'])
    expect(chat.store.getState().problem).toMatchObject({ code: 'misconfigured', retryable: false })
    await stack.clock.advance(600_000)
    expect(stack.tokenCalls).toHaveLength(1)
    chat.destroy()
  })

  it('a page that names the other region is told after one renewal that Coze does not know its token', async () => {
    const elsewhere = await createCozeSimulator()
    stack = await startStack()
    const { platform } = stack.openTab()
    const chat = stack.visit(undefined, {
      apiBase: 'https://elsewhere.test',
      platform: {
        ...platform,
        fetch: (url, init) =>
          url.startsWith('https://elsewhere.test')
            ? elsewhere.fetch(new Request(url, init))
            : platform.fetch(url, init),
      },
    })
    await chat.store.open()
    expect(chat.store.getState()).toMatchObject({ phase: 'failed', problem: { code: 'unauthorized' } })
    expect(stack.tokenCalls.map(({ body }) => body['renew'])).toEqual([undefined, true])
    chat.destroy()
  })
})
