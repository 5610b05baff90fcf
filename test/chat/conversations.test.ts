import { describe, expect, it } from 'vitest'
import { createChatStore } from '../../src/chat/chat-store.ts'
import type { ChatTransport } from '../../src/chat/chat-transport.ts'
import { bundledParts } from '../../src/widget/bundled-parts.ts'
import { createFakeClock } from '../support/fake-clock.ts'
import { createScriptedServer, failure } from '../support/scripted-transport.ts'

/** @param calls in place of the server's own */
function setUp(calls: Partial<ChatTransport> = {}) {
  const server = createScriptedServer()
  const transport = { ...server.transport, ...calls }
  return { server, store: createChatStore({ parts: bundledParts, clock: createFakeClock(), transport }) }
}

/** Calls of one kind that answer when the test says so, in the order in which they were made. */
function createHeldCalls<T>() {
  const held: { resolve(value: T): void; reject(reason: Error): void }[] = []
  return { call: () => new Promise<T>((resolve, reject) => held.push({ resolve, reject })), held }
}

/** Until everything that can go on without the network has gone on. */
const settle = () => new Promise((resolve) => setImmediate(resolve))

describe('the list of conversations', () => {
  it('keeps what was renamed and deleted while its next page was fetched, also where that fails', async () => {
    const { call, held } = createHeldCalls<{ items: []; hasMore: boolean }>()
    const { store, server } = setUp({
      listConversations: (signal, page) => (page < 3 ? server.transport.listConversations(signal, page) : call()),
    })
    await store.open()
    await store.loadConversations()
    await store.loadConversations(true)
    const loading = store.loadConversations(true)
    await settle()
    expect(store.getState().conversations.loading).toBe(true)
    await store.renameConversation('v1', 'another name')
    await store.deleteConversation('v2')
    held[0]?.reject(failure('network'))
    await loading
    expect(store.getState()).toMatchObject({
      conversations: { items: [{ id: 'v1', title: 'another name' }], hasMore: false, loading: false },
      problem: { code: 'network' },
    })
  })
})

describe('the list of conversations that comes late', () => {
  it('brings back neither the old title nor what was deleted', async () => {
    const { call, held } = createHeldCalls<Awaited<ReturnType<ChatTransport['listConversations']>>>()
    const { store } = setUp({ listConversations: call })
    const listed = ['v1', 'v2'].map((id) => ({ id, title: id, updatedAt: 0 }))
    await store.open()
    for (const index of [0, 1]) {
      const loading = store.loadConversations()
      await settle()
      await store.renameConversation('v1', 'another name')
      await store.deleteConversation('v2')
      held[index]?.resolve({ items: listed, hasMore: false })
      await loading
      expect(store.getState().conversations.items).toEqual([{ id: 'v1', title: 'another name', updatedAt: 0 }])
    }
  })
})

describe('a rating', () => {
  it('that is refused late leaves the one alone that the visitor has given since', async () => {
    const { call, held } = createHeldCalls<void>()
    const { store } = setUp({ rate: call })
    await store.send('1')
    const key = store.getState().messages[1]?.key ?? ''
    const feedback = () => {
      const message = store.getState().messages[1]
      return message?.role === 'assistant' ? message.feedback : undefined
    }
    const like = store.rate(key, 'like')
    await settle()
    const unlike = store.rate(key, 'unlike')
    await settle()
    held[0]?.reject(failure('upstream_error'))
    await like
    expect(feedback()).toBe('unlike')
    await settle()
    held[1]?.reject(failure('upstream_error'))
    await unlike
    expect(feedback()).toBeUndefined()
  })
})

describe('a new topic', () => {
  it('that is asked for and undone while a question waits to begin one leaves that question its own', async () => {
    const { store, server } = setUp()
    await store.send('1')
    server.next(async function* (turn) {
      yield turn.receive()
      await turn.hold()
      turn.finish('held')
      yield { type: 'completed' }
    })
    const first = store.send('2')
    await settle()
    await store.clearContext()
    const second = store.send('3')
    await store.clearContext()
    await store.keepContext()
    server.release()
    await Promise.all([first, second])
    const names = server.calls.map(([name]) => name)
    expect(names.filter((name) => name === 'clearContext')).toHaveLength(1)
    expect(names.indexOf('clearContext')).toBeLessThan(names.lastIndexOf('ask'))
  })

  it('that is asked for while a question begins one is that of the question', async () => {
    const { call, held } = createHeldCalls<string>()
    const { store } = setUp({ clearContext: call })
    await store.send('1')
    await store.clearContext()
    const second = store.send('2')
    await settle()
    await store.clearContext()
    held[0]?.resolve('s2')
    await second
    expect(store.getState().newTopic).toBe(false)
    await store.send('3')
    expect(held).toHaveLength(1)
    await store.clearContext()
    const fourth = store.send('4')
    await settle()
    expect(held).toHaveLength(2)
    held[1]?.resolve('s3')
    await fourth
  })

  it('can be asked for again, and undone, when the question that was to begin it was taken back', async () => {
    const { store, server } = setUp()
    await store.send('1')
    await store.clearContext()
    server.fail('clearContext', failure('upstream_error'))
    await store.send('2')
    await store.withdraw(store.getState().messages.at(-1)?.key ?? '')
    await store.clearContext()
    expect(store.getState().newTopic).toBe(true)
    await store.keepContext()
    const sent = store.send('3')
    const [first, , last] = store.getState().messages
    expect(last?.sectionId).toBe(first?.sectionId)
    await sent
    expect(server.calls.some(([name]) => name === 'clearContext')).toBe(false)
  })
})

describe('a conversation that is opened while the chat still opens', () => {
  it('stays on screen, and its question is answered in it', async () => {
    const { call, held } = createHeldCalls<undefined>()
    const { store, server } = setUp({ newestConversation: call })
    const opening = store.open()
    await settle()
    await store.newConversation()
    const { conversationId } = store.getState()
    server.next(async function* (turn) {
      yield turn.receive()
      await turn.hold()
      turn.finish('held')
      yield { type: 'completed' }
    })
    const sent = store.send('1')
    await settle()
    held[0]?.resolve(undefined)
    await opening
    await settle()
    server.release()
    await sent
    expect(store.getState()).toMatchObject({ conversationId, messages: [{ text: '1', status: 'sent' }] })
  })
})
