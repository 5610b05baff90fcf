import { afterEach, describe, expect, it } from 'vitest'
import { letRun, type Stack, startStack, texts } from './stack.ts'

let stack: Stack
afterEach(() => stack.close())

describe('T26: an outage that is not the visitor\u2019s', () => {
  it('T26: what a signed-in user sees stays while nobody can tell who they are, and the chat is back by itself', async () => {
    let isDown = false
    stack = await startStack({
      service: {
        tokenTtlSeconds: 60,
        onEvent: () => {},
        identify: () => {
          if (isDown) throw new Error('the key set cannot be fetched')
          return 'alice'
        },
      },
    })
    const tab = stack.openTab()
    const chat = stack.visit(tab)
    await chat.store.send('我叫张三')
    const before = texts(chat)
    expect(before).toHaveLength(2)
    isDown = true
    // Longer than the life of a token, with all that makes a page ask anew.
    for (let minute = 0; minute < 5; minute++) {
      await stack.clock.advance(60_000)
      tab.page.signal('woke')
      await stack.clock.advance(1_000)
    }
    expect(stack.tokenCalls.some(({ status }) => status === 503)).toBe(true)
    expect(stack.tokenCalls.some(({ status }) => status === 401)).toBe(false)
    expect(texts(chat)).toEqual(before)
    isDown = false
    const asked = stack.tokenCalls.length
    // Nobody does anything: the page asks by itself, at the latest when its longest pause is over.
    for (let second = 0; second < 70 && stack.tokenCalls.at(-1)?.status !== 200; second++) {
      await stack.clock.advance(1_000)
      // Web Crypto runs beside the clock.
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
    expect(stack.tokenCalls.length).toBeGreaterThan(asked)
    expect(stack.tokenCalls.at(-1)?.status).toBe(200)
    await letRun(stack, chat.store.send('我叫什么名字？'))
    expect(texts(chat).slice(0, 2)).toEqual(before)
    expect(texts(chat).at(-1)).toMatch(/张三/)
  })
})
