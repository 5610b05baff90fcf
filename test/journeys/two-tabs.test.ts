import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { keptBy, letRun, type Stack, startStack, texts, until } from './stack.ts'

let stack: Stack
beforeEach(async () => {
  stack = await startStack()
})
afterEach(() => stack.close())

const mints = () => stack.tokenCalls.filter(({ body }) => !body['end'])

describe('two tabs of one user', () => {
  it('share their history; the same user elsewhere too; another user sees nothing of it', async () => {
    stack.user = 'ann'
    const first = stack.visit()
    await first.store.send('我叫张三，我25岁')
    const second = stack.visit()
    await second.store.open()
    expect(texts(second)).toEqual(texts(first))
    stack.user = 'bo'
    const other = stack.visit()
    await other.store.send('我叫什么名字？')
    expect(texts(other).join()).not.toContain('张三')
    const names = stack.simulator.dump().sessions.map(({ sessionName }) => sessionName)
    expect(new Set(names).size).toBe(2)
    expect(names.every((name) => name?.startsWith('u1_'))).toBe(true)
  })

  it('F22, T20: logout in one ends the other before it can show or ask anything more', async () => {
    stack.user = 'ann'
    const [here, there] = [stack.visit(), stack.visit()]
    await here.store.send('canary of Ann')
    await there.store.open()
    expect(texts(there)).toContain('canary of Ann')
    here.logout()
    stack.user = null
    expect(texts(here)).toEqual([])
    await until(() => there.visitor.state.status === 'signed-out')
    expect(there.store.getState().messages).toEqual([])
    await expect(there.visitor.getToken()).rejects.toMatchObject({ code: 'signed_out' })
    const before = stack.simulator.requests.length
    await there.store.send('who am I?')
    expect(stack.simulator.requests).toHaveLength(before)
  })

  it('F22, T20: a logout where nobody has opened the chat ends it in the other tab as well', async () => {
    stack.user = 'ann'
    const [here, there] = [stack.visit(), stack.visit()]
    await there.store.send('canary of Ann')
    here.logout()
    stack.user = null
    await until(() => there.visitor.state.status === 'signed-out')
    expect(there.store.getState().messages).toEqual([])
  })

  it('F20: another user at the same browser: the next renewal resets the tab before a word is drawn', async () => {
    stack.user = 'ann'
    const tab = stack.openTab()
    const chat = stack.visit(tab)
    await chat.store.send('canary of Ann')
    stack.user = 'bo'
    stack.clock.sleep(3_600_000)
    tab.page.signal('woke')
    await until(() => chat.visitor.state.epoch === 1 && chat.visitor.state.subject !== undefined)
    expect(texts(chat)).toEqual([])
    await chat.store.send('我叫什么名字？')
    expect(JSON.stringify(chat.store.getState())).not.toContain('canary')
    expect([...stack.origin.local.values()].join()).not.toContain('canary')
  })

  it('F25: both wake past expiry together and ask once between them', async () => {
    stack.user = 'ann'
    const tabs = [stack.openTab(), stack.openTab()]
    const chats = tabs.map((tab) => stack.visit(tab))
    for (const { store } of chats) await store.open()
    for (let round = 0; round < 5; round++) {
      const before = mints().length
      stack.clock.sleep(3_600_000)
      for (const tab of tabs) tab.page.signal('woke')
      await letRun(stack, Promise.all(chats.map(({ visitor }) => visitor.getToken())), 10)
      expect(mints().length - before).toBe(1)
    }
  })

  it('write into one conversation without losing or doubling a question', async () => {
    stack.user = 'ann'
    const [here, there] = [stack.visit(), stack.visit()]
    await here.store.open()
    await there.store.open()
    await letRun(stack, Promise.all([here.store.send('echo 一'), there.store.send('echo 二')]))
    const asked = keptBy(stack).filter(({ role }) => role === 'user')
    expect(asked.map(({ text }) => text).sort()).toEqual(['echo 一', 'echo 二'])
  })
})
