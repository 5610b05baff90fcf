import { describe, expect, it, vi } from 'vitest'
import { type ChatState, initialChatState } from '../../src/chat/chat-state.ts'
import type { StoredMessage } from '../../src/chat/chat-transport.ts'
import { createLastMessages } from '../../src/chat/last-messages.ts'
import { createLazyLastMessages, isWorthKeeping } from '../../src/chat/lazy-last-messages.ts'
import { fromStored } from '../../src/chat/reducers/message-list.ts'
import { queueQuestion } from '../../src/chat/reducers/question-reducer.ts'
import { showConversation } from '../../src/chat/reducers/show-conversation.ts'
import type { SealedStore } from '../../src/platform/storage/sealed-store.ts'
import { assistantMessage, userMessage } from '../support/fake-chat-store.ts'

const stored = (id: string, role: 'user' | 'assistant', text: string): StoredMessage => ({
  id,
  turnId: `t${id}`,
  sectionId: 's',
  role,
  contentType: 'text',
  text,
  reasoning: undefined,
  attachments: [],
  createdAt: 1_790_000_000_000,
})
const HISTORY = [stored('1', 'user', 'Where is my parcel?'), stored('2', 'assistant', 'In the harbour.')]
const ready: ChatState = {
  ...initialChatState,
  phase: 'ready',
  conversationId: '42',
  messages: HISTORY.map(fromStored),
}
const opening: ChatState = { ...initialChatState, phase: 'opening' }

/** A browser with one place to keep things, and whoever sits before it. */
function createBrowser() {
  const kept = new Map<string, string>()
  const sealed: SealedStore = {
    open: vi.fn(),
    async read(name, secret) {
      const value = kept.get(`${name}/${secret}`)
      return value && JSON.parse(value)
    },
    async write(name, secret, value) {
      if (value === undefined) kept.delete(`${name}/${secret}`)
      else kept.set(`${name}/${secret}`, JSON.stringify(value))
      return value !== undefined
    },
    clear: vi.fn(async () => kept.clear()),
  }
  let memory: { conversationId?: string; seal?: string } = { conversationId: '42' }
  const listeners: (() => void)[] = []
  let ending = new AbortController()
  const visitor = {
    hasKept: true,
    state: { subject: 'u_ann' as string | undefined },
    get signal() {
      return ending.signal
    },
    introduction: undefined as { seal: string | undefined } | undefined,
    recall: () => memory,
    remember(more: { seal: string }) {
      memory = more
    },
    on: (_: 'change', listener: () => void) => listeners.push(listener),
  }
  return {
    kept,
    sealed,
    visitor,
    /** As the session does it: what was remembered goes first, before anybody hears of it. */
    change() {
      memory = {}
      visitor.state.subject = undefined
      ending.abort()
      ending = new AbortController()
      for (const listener of listeners) listener()
    },
    setMemory(next: typeof memory) {
      memory = next
    },
    page(state: ChatState) {
      const last = createLastMessages('a', visitor, sealed)
      const set = (next: ChatState) => {
        state = next
        void last.keep(state)
      }
      set(state)
      return {
        set,
        async show() {
          await last.show((change) => set(change(state)))
          return state
        },
      }
    },
  }
}

const settle = () => new Promise<void>((resolve) => setImmediate(resolve))

async function browserOfAnn(state: ChatState = ready) {
  const browser = createBrowser()
  browser.page(state)
  await settle()
  return browser
}

describe('before it is known who is there', () => {
  const part = () => ({ loaded: undefined, load: vi.fn(async () => ({ createLastMessages: () => lastMessages })) })
  const lastMessages = { prepare: vi.fn(), show: vi.fn(), keep: vi.fn() }

  it('what opens the kept messages is made ready, and nothing is shown, where something was kept for somebody', async () => {
    const { visitor } = createBrowser()
    createLazyLastMessages(part(), 'a', visitor).prepare()
    await settle()
    expect(lastMessages.prepare).toHaveBeenCalledTimes(1)
    expect(lastMessages.show).not.toHaveBeenCalled()
  })

  it('nothing is loaded where nothing was kept', async () => {
    const { visitor } = createBrowser()
    const unloaded = part()
    createLazyLastMessages(unloaded, 'a', { ...visitor, hasKept: false }).prepare()
    await settle()
    expect(unloaded.load).not.toHaveBeenCalled()
  })

  it('the database is opened, and nothing is read', async () => {
    const { visitor, sealed } = createBrowser()
    const read = vi.spyOn(sealed, 'read')
    createLastMessages('a', visitor, sealed).prepare()
    expect(sealed.open).toHaveBeenCalledTimes(1)
    expect(read).not.toHaveBeenCalled()
  })
})

describe('start at once', () => {
  it('the next page shows what this one showed, under the same keys as the list of the server that takes its place', async () => {
    const browser = await browserOfAnn()
    const early = await browser.page(opening).show()
    expect(early.messages).toEqual(ready.messages)
    expect(early.phase).toBe('opening')
    expect(early.conversationId).toBeUndefined()
    const late = showConversation(
      { id: '42', sectionId: 's' },
      { messages: HISTORY, olderCursor: undefined },
      true,
    )(early)
    expect(late.messages).toEqual(early.messages)
  })

  it('the server has the last word: what it no longer has is gone with its list', async () => {
    const browser = await browserOfAnn()
    const early = await browser.page(opening).show()
    const late = showConversation(
      { id: '42', sectionId: 's' },
      { messages: HISTORY.slice(0, 1), olderCursor: undefined },
      true,
    )(early)
    expect(late.messages.map(({ key }) => key)).toEqual(['m:1'])
  })

  it('a question asked meanwhile stays below them', async () => {
    const browser = await browserOfAnn()
    const asked = queueQuestion('q:1', { text: 'Hello?', attachments: [] }, undefined, 0)(opening)
    expect((await browser.page(asked).show()).messages.map(({ key }) => key)).toEqual(['m:1', 'm:2', 'q:1'])
  })

  it('comes too late once the list of the server is there, and never twice', async () => {
    const browser = await browserOfAnn()
    expect(await browser.page(ready).show()).toBe(ready)
    const page = browser.page(opening)
    const once = await page.show()
    expect(await page.show()).toBe(once)
  })

  it('the next page finds what was said since, kept once after each turn', async () => {
    const browser = await browserOfAnn()
    const more = [
      ...ready.messages,
      userMessage({ key: 'q:1', text: 'And now?' }),
      assistantMessage({ key: 'm:4', id: '4', text: 'On its way.' }),
    ]
    const page = browser.page(ready)
    await settle()
    const write = vi.spyOn(browser.sealed, 'write')
    page.set({ ...ready, messages: more, turn: { phase: 'streaming', turnId: 't', slow: false } })
    page.set({ ...ready, messages: [...more, userMessage({ key: 'q:2', status: 'queued' })] })
    expect(write).not.toHaveBeenCalled()
    page.set({ ...ready, messages: more })
    await settle()
    const early = await browser.page(opening).show()
    expect(early.messages.map(({ text }) => text)).toEqual(more.map(({ text }) => text))
  })
})

describe('yours alone', () => {
  it('F20: another subject sees nothing of it', async () => {
    const browser = await browserOfAnn()
    browser.visitor.state.subject = 'u_bo'
    expect(await browser.page(opening).show()).toBe(opening)
  })

  it('F24: after a change of visitor nothing is kept, of nobody', async () => {
    const browser = await browserOfAnn()
    browser.change()
    await settle()
    expect(browser.kept.size).toBe(0)
    browser.visitor.state.subject = 'u_ann'
    browser.setMemory({ conversationId: '42' })
    expect(await browser.page(opening).show()).toBe(opening)
  })

  it('F24: after a change of visitor the messages of the one before are not remembered, not even to compare them', async () => {
    const { visitor, sealed, change, setMemory } = createBrowser()
    const lastMessages = createLastMessages('agent', visitor, sealed)
    const write = vi.spyOn(sealed, 'write')
    await lastMessages.keep(ready)
    await lastMessages.keep(ready)
    expect(write).toHaveBeenCalledTimes(1)
    change()
    visitor.state.subject = 'u_bo'
    setMemory({ conversationId: '42' })
    await lastMessages.keep(ready)
    expect(write).toHaveBeenCalledTimes(2)
  })

  it('F21: what was being kept when the visitor left does not outlive their visit', async () => {
    const browser = createBrowser()
    browser.page(ready)
    browser.change()
    await settle()
    expect(browser.kept.size).toBe(0)
    expect(browser.visitor.recall()).toEqual({})
  })

  it('F20: where the id of the tab stands for the subject, it may be anybody: nothing is kept or shown', async () => {
    const browser = createBrowser()
    browser.visitor.state.subject = 'l_fingerprint'
    browser.page(ready)
    await settle()
    expect(browser.kept.size).toBe(0)
  })

  it('F20: another conversation is not the one on screen', async () => {
    const browser = await browserOfAnn()
    browser.setMemory({ ...browser.visitor.recall(), conversationId: '43' })
    expect(await browser.page(opening).show()).toBe(opening)
  })

  it('a conversation that was deleted is not kept: an empty one takes its place', async () => {
    const browser = await browserOfAnn()
    browser.setMemory({ ...browser.visitor.recall(), conversationId: '43' })
    browser.page({ ...ready, conversationId: '43', messages: [] })
    await settle()
    expect(browser.kept.size).toBe(0)
  })

  it('no signed address is kept, nor one that ends with the page', async () => {
    const attachment = (url: string) => ({
      kind: 'image' as const,
      name: 'parcel.png',
      sizeBytes: 1,
      mimeType: 'image/png',
      url,
      fileId: 'f',
    })
    const attachments = [
      attachment('https://files.example/parcel.png?x-signature=Canary'),
      attachment('blob:https://site.example/Canary'),
      attachment('https://files.example/parcel.png'),
    ]
    const browser = await browserOfAnn({ ...ready, messages: [userMessage({ key: 'm:1', id: '1', attachments })] })
    expect(JSON.stringify([...browser.kept])).not.toContain('Canary')
    const [message] = (await browser.page(opening).show()).messages
    expect(message?.attachments.map(({ name, url }) => [name, url])).toEqual([
      ['parcel.png', undefined],
      ['parcel.png', undefined],
      ['parcel.png', 'https://files.example/parcel.png'],
    ])
  })
})

describe('bounds', () => {
  it('a first question and its answer are not worth keeping, unless something was kept before', () => {
    const longer = { ...ready, messages: [...ready.messages, userMessage({ key: 'q:1' })] }
    expect([isWorthKeeping(ready, {}), isWorthKeeping(longer, {})]).toEqual([false, true])
    expect(isWorthKeeping({ ...ready, messages: [] }, { seal: 'secret' })).toBe(true)
  })

  it('keeps the newest twenty, and says that there are older ones', async () => {
    const many = Array.from({ length: 50 }, (_, index) => fromStored(stored(`${index}`, 'user', `Question ${index}`)))
    const browser = await browserOfAnn({ ...ready, messages: many })
    const early = await browser.page(opening).show()
    expect(early.messages.map(({ key }) => key)).toEqual(many.slice(-20).map(({ key }) => key))
    expect(early.hasOlder).toBe(true)
  })

  it('keeps at most 200 KB, and nothing of a conversation whose newest message is larger', async () => {
    const long = (id: string, length: number) => fromStored(stored(id, 'assistant', '字'.repeat(length)))
    const browser = await browserOfAnn({
      ...ready,
      messages: [long('1', 60_000), long('2', 30_000), long('3', 30_000)],
    })
    expect((await browser.page(opening).show()).messages.map(({ key }) => key)).toEqual(['m:2', 'm:3'])
    browser.page({ ...ready, messages: [long('4', 70_000)] })
    await settle()
    expect(browser.kept.size).toBe(0)
  })

  it('leaves out what is unfinished or not sent: only the server knows how it ended', async () => {
    const messages = [
      ...ready.messages,
      userMessage({ key: 'q:1', status: 'failed' }),
      assistantMessage({ key: 'm:3', id: '3', status: 'interrupted' }),
      assistantMessage({ key: 'm:4', id: '4', status: 'streaming' }),
    ]
    const browser = await browserOfAnn({ ...ready, messages })
    expect((await browser.page(opening).show()).messages.map(({ key }) => key)).toEqual(['m:1', 'm:2'])
  })
})
