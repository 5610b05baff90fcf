import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { SESSION_ID_KEY } from '../../src/visitor/session-id.ts'
import { letRun, type Stack, startStack, texts } from './stack.ts'

let stack: Stack
beforeEach(async () => {
  stack = await startStack()
})
afterEach(() => stack.close())

const exchanges = () => stack.simulator.requests.filter(({ path }) => path.includes('/oauth2/')).length

describe('a first visit', () => {
  it('costs nobody anything before the chat is opened; then one exchange, for a session of the visitor’s own', async () => {
    const tab = stack.openTab()
    const chat = stack.visit(tab)
    expect([stack.tokenCalls.length, stack.simulator.requests.length, tab.session.size]).toEqual([0, 0, 0])
    await chat.store.open()
    expect(chat.store.getState()).toMatchObject({
      phase: 'ready',
      agent: { name: '摩卡', greeting: expect.stringContaining('港湾咖啡') },
      messages: [],
    })
    expect(exchanges()).toBe(1)
    // The id that the widget made was replaced by one the service signed.
    expect(tab.session.get(SESSION_ID_KEY)).toMatch(/^v1\.k1\./)
    const sessions = new Set(stack.simulator.requests.map(({ sessionName }) => sessionName).filter(Boolean))
    expect([...sessions]).toEqual([expect.stringMatching(/^a1_[\w-]{43}$/)])
    chat.destroy()
  })

  it('remembers what it was told, over a reload; a new tab and a duplicated one are strangers', async () => {
    const tab = stack.openTab()
    const chat = stack.visit(tab)
    await chat.store.send('我叫张三，我25岁')
    await chat.store.send('我叫什么名字？我多大？')
    expect(texts(chat).at(-1)).toMatch(/张三.*25/s)

    const copy = stack.visit(stack.openTab(tab))
    const stranger = stack.visit()
    for (const other of [copy, stranger]) {
      await letRun(stack, other.store.send('我叫什么名字？我多大？'), 10)
      expect(texts(other).join()).not.toMatch(/张三|25/)
    }

    chat.destroy()
    const again = stack.visit(tab)
    await again.store.open()
    expect(texts(again)).toHaveLength(4)
    await again.store.send('我叫什么名字？')
    expect(texts(again).at(-1)).toMatch(/张三/)
    expect(stack.refusals).toEqual([])
  })

  it('works where chat calls without a session_name in the body are refused, as the guide believes', async () => {
    stack.simulator.setKnobs({ requireSessionNameInBody: true })
    const chat = stack.visit()
    await chat.store.send('你好')
    await chat.store.send('我叫张三')
    expect(chat.store.getState().messages.map(({ status }) => status)).toEqual(['sent', 'complete', 'sent', 'complete'])
    expect(stack.refusals).toEqual([])
  })
})
