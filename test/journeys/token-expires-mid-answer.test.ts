import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { recordStates } from '../support/state-history.ts'
import { keptBy, letRun, type Stack, startStack, texts, until } from './stack.ts'

const TTL_SECONDS = 60
let stack: Stack
beforeEach(async () => {
  stack = await startStack({ service: { tokenTtlSeconds: TTL_SECONDS } })
})
afterEach(() => stack.close())

describe('a token that expires', () => {
  it('in the middle of an answer harms neither the answer nor the next question', async () => {
    stack.simulator.setKnobs({ pieceDelayMs: 1_000 })
    const chat = stack.visit()
    await chat.store.open()
    const history = recordStates(chat.store)
    const began = stack.clock.now()
    await letRun(stack, chat.store.send('/long 600'))
    expect(stack.clock.now() - began).toBeGreaterThan(TTL_SECONDS * 1000)
    stack.simulator.setKnobs({ pieceDelayMs: 0 })
    await letRun(stack, chat.store.send('你好'))
    expect(history.path(({ problem }) => problem)).toEqual([undefined])
    expect(chat.store.getState().messages.map(({ status }) => status)).toEqual(['sent', 'complete', 'sent', 'complete'])
    expect(stack.refusals).toEqual([])
    expect(stack.tokenCalls.every(({ body }) => body['renew'] === undefined)).toBe(true)
  })

  it('F45: revoked by Coze between two questions: one renewal, one replay, the question is asked once', async () => {
    const chat = stack.visit()
    await chat.store.send('你好')
    stack.simulator.revoke()
    await chat.store.send('我叫张三')
    await chat.store.send('我叫什么名字？')
    expect(texts(chat).at(-1)).toMatch(/张三/)
    expect(stack.refusals).toEqual(['401 /v3/chat'])
    expect(stack.tokenCalls.filter(({ body }) => body['renew'])).toHaveLength(1)
    expect(keptBy(stack).filter(({ role }) => role === 'user')).toHaveLength(3)
  })

  it('F45: revoked while an answer streams: the answer goes on, the next question renews once', async () => {
    const chat = stack.visit()
    await chat.store.send('/expire')
    await chat.store.send('你好')
    expect(chat.store.getState().messages.map(({ status }) => status)).toEqual(['sent', 'complete', 'sent', 'complete'])
    expect(stack.tokenCalls.filter(({ body }) => body['renew'])).toHaveLength(1)
  })

  it('F2: asleep past expiry, the first question after waking carries a new token', async () => {
    const tab = stack.openTab()
    const chat = stack.visit(tab)
    await chat.store.send('你好')
    stack.clock.sleep(8 * 3_600_000)
    tab.page.signal('woke')
    await chat.store.send('我叫张三')
    expect(chat.store.getState().messages.at(-1)?.status).toBe('complete')
    expect(stack.refusals).toEqual([])
    expect(stack.tokenCalls.filter(({ body }) => !body['end'])).toHaveLength(2)
  })

  it('F28: a token service that is down costs nothing while the token lives, and a question waits for its return', async () => {
    let down = false
    await stack.close()
    stack = await startStack({
      service: { tokenTtlSeconds: TTL_SECONDS, beforeMint: () => !down },
    })
    const chat = stack.visit()
    await chat.store.send('你好')
    down = true
    await stack.clock.advance((TTL_SECONDS - 11) * 1000)
    await until(() => stack.tokenCalls.some(({ status }) => status === 429))
    await chat.store.send('我叫张三')
    expect(chat.store.getState().messages.at(-1)?.status).toBe('complete')
    expect(stack.refusals).toEqual([])
  })
})
