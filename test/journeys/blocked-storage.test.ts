import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { openStorage } from '../../src/platform/storage/storage.ts'
import { type Stack, startStack, texts } from './stack.ts'

let stack: Stack
beforeEach(async () => {
  stack = await startStack()
})
afterEach(() => stack.close())

function blockStorage(area: object | undefined) {
  for (const name of ['sessionStorage', 'localStorage']) {
    vi.stubGlobal(name, undefined)
    Object.defineProperty(globalThis, name, {
      configurable: true,
      get() {
        if (area) return area
        throw new DOMException('Access is denied for this document.', 'SecurityError')
      },
    })
  }
}

const full = {
  length: 0,
  key: () => null,
  getItem: () => null,
  removeItem: () => {},
  setItem: () => {
    throw new DOMException('The quota has been exceeded.', 'QuotaExceededError')
  },
}

describe.each([
  ['F16: blocked', undefined],
  ['F17: full', full],
])('%s storage', (_, area) => {
  it('the chat works in memory and says so; the next load is a new visitor', async () => {
    blockStorage(area)
    const visit = () => stack.visit(undefined, { platform: { ...stack.openTab().platform, openStorage } })
    const chat = visit()
    await chat.store.send('我叫张三，我25岁')
    await chat.store.send('我叫什么名字？')
    expect(texts(chat).at(-1)).toMatch(/张三/)
    expect(chat.visitor.state.persistence).toBe('memory')
    chat.destroy()
    const again = visit()
    await again.store.send('我叫什么名字？')
    expect(texts(again).join()).not.toContain('张三')
    expect(stack.refusals).toEqual([])
  })
})

it('F18: a browser that deletes storage gives a visitor a new conversation, and a user the old one', async () => {
  const tab = stack.openTab()
  await stack.visit(tab).store.send('我叫张三')
  tab.session.clear()
  stack.origin.local.clear()
  const anonymous = stack.visit(stack.openTab())
  await anonymous.store.open()
  expect(texts(anonymous)).toEqual([])

  stack.user = 'ann'
  await stack.visit(stack.openTab()).store.send('我叫张三')
  stack.origin.local.clear()
  const user = stack.visit(stack.openTab())
  await user.store.open()
  expect(texts(user)).toContain('我叫张三')
})
