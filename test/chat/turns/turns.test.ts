import { describe, expect, it } from 'vitest'
import type { ChatState } from '../../../src/chat/chat-state.ts'
import { createChatStore } from '../../../src/chat/chat-store.ts'
import type { ChatStoreEvent } from '../../../src/chat/chat-store-events.ts'
import { bundledParts } from '../../../src/widget/bundled-parts.ts'
import { createFakeClock } from '../../support/fake-clock.ts'
import { createScriptedServer, failure, type Script } from '../../support/scripted-transport.ts'

const outline = ({ messages }: ChatState) => messages.map(({ role, status, text }) => `${role[0]}:${status}:${text}`)

const gone: Script = () => ({
  [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(failure('conversation_not_found', false)) }),
})

/** What waits until the test lets it go on, or fail. */
function createGate() {
  let resolve = () => {}
  let reject = (_reason: Error) => {}
  const passed = new Promise<void>((...settle) => {
    ;[resolve, reject] = settle
  })
  return { passed, resolve: () => resolve(), reject: (reason: Error) => reject(reason) }
}

/** A store whose conversation is gone with the next question; a new one is created when the test says so. */
async function setUp() {
  const server = createScriptedServer()
  const events: ChatStoreEvent[] = []
  const creating = createGate()
  const { createConversation } = server.transport
  let isAwaited = true
  const store = createChatStore({
    parts: bundledParts,
    clock: createFakeClock(),
    transport: {
      ...server.transport,
      async createConversation(signal) {
        if (isAwaited) await creating.passed
        isAwaited = false
        return createConversation(signal)
      },
    },
    onEvent: (event) => void events.push(event),
  })
  await store.send('1')
  server.next(gone)
  const problems = () => events.flatMap((event) => (event.type === 'error' ? [event.problem] : []))
  return { store, server, creating, problems }
}

/** Until everything that can go on without the network has gone on. */
const settle = () => new Promise((resolve) => setImmediate(resolve))

describe('questions whose conversation is gone', () => {
  it('go on in a new one, in their order', async () => {
    const { store, server, creating } = await setUp()
    const sent = [store.send('2'), store.send('3')]
    creating.resolve()
    await Promise.all(sent)
    expect(outline(store.getState())).toEqual([
      'u:sent:2',
      'a:complete:answer to 2',
      'u:sent:3',
      'a:complete:answer to 3',
    ])
    expect(server.asked).toEqual(['1', '2', '3'])
  })

  it('have all failed where none can be begun, and the problem is told once', async () => {
    const { store, server, creating, problems } = await setUp()
    const sent = [store.send('2'), store.send('3'), store.send('4')]
    creating.reject(failure('rate_limited'))
    await Promise.all(sent)
    const problem = { code: 'rate_limited', retryable: true }
    expect(store.getState().messages.slice(2)).toMatchObject([
      { text: '2', status: 'failed', problem },
      { text: '3', status: 'failed', problem },
      { text: '4', status: 'failed', problem },
    ])
    expect(problems()).toEqual([problem])
    await store.send('5')
    expect(outline(store.getState()).slice(-2)).toEqual(['u:sent:5', 'a:complete:answer to 5'])
    expect(server.asked).toEqual(['1', '5'])
  })

  it('are asked all the same when the first of them is stopped, also where none can be begun', async () => {
    const { store, server, creating } = await setUp()
    const sent = [store.send('2'), store.send('3')]
    await settle()
    store.stop()
    creating.reject(failure('rate_limited'))
    await Promise.all(sent)
    expect(outline(store.getState()).slice(-2)).toEqual(['u:sent:3', 'a:complete:answer to 3'])
    expect(server.asked).toEqual(['1', '3'])
  })

  it('leave those of another conversation alone, which was opened meanwhile', async () => {
    const { store, server, creating } = await setUp()
    const left = store.send('2')
    await settle()
    await store.openConversation('v7')
    server.next(async function* (turn) {
      yield turn.receive()
      await turn.hold()
      turn.finish('held')
      yield { type: 'completed' }
    })
    const sent = [store.send('3'), store.send('4')]
    await settle()
    creating.reject(failure('rate_limited'))
    await left
    await settle()
    server.release()
    await Promise.all(sent)
    expect(outline(store.getState()).filter((line) => line.startsWith('u'))).toEqual([
      'u:sent:1',
      'u:sent:3',
      'u:sent:4',
    ])
    expect(server.asked).toEqual(['1', '3', '4'])
  })

  it('leave those alone that are asked after a reset', async () => {
    const { store, server, creating } = await setUp()
    const left = store.send('2')
    await settle()
    store.reset()
    const sent = store.send('3')
    creating.reject(failure('rate_limited'))
    await Promise.all([left, sent])
    expect(outline(store.getState()).slice(-2)).toEqual(['u:sent:3', 'a:complete:answer to 3'])
    expect(server.asked).toEqual(['1', '3'])
  })
})
