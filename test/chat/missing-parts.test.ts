import { beforeEach, describe, expect, it, vi } from 'vitest'
import { createChatStore } from '../../src/chat/chat-store.ts'
import { createFakeClock } from '../support/fake-clock.ts'
import { createScriptedServer, failure, type Script } from '../support/scripted-transport.ts'

const line = vi.hoisted(() => ({ broken: false }))

/** As when a chunk cannot be fetched. */
function fetched<T>(part: T): T {
  if (line.broken) throw new TypeError('Failed to fetch dynamically imported module')
  return part
}

vi.mock('../../src/chat/turn-recovery.ts', async (load) => {
  const part = await load<typeof import('../../src/chat/turn-recovery.ts')>()
  return {
    get createTurnRecovery() {
      return fetched(part.createTurnRecovery)
    },
  }
})
vi.mock('../../src/chat/conversations.ts', async (load) => {
  const part = await load<typeof import('../../src/chat/conversations.ts')>()
  return {
    get createConversations() {
      return fetched(part.createConversations)
    },
  }
})

/** The request arrives and is answered at the server, but the line breaks after `text`; without one, before the first event. */
const cutAfter = (text: string | undefined): Script =>
  async function* (turn) {
    const started = turn.receive()
    turn.finish('whole answer')
    line.broken = true
    if (text !== undefined) yield started
    if (text) yield { type: 'text-delta', messageId: `a:${turn.turnId}`, text }
    throw failure('interrupted')
  }

function setUp(connection?: { online: boolean; back?: () => void }) {
  const server = createScriptedServer()
  const store = createChatStore({
    transport: server.transport,
    clock: createFakeClock(),
    ...(connection && {
      connection: {
        isOnline: () => connection.online,
        onOnline: (listener: () => void) => {
          connection.back = listener
          return () => {}
        },
      },
    }),
  })
  const outline = () => store.getState().messages.map(({ role, status, text }) => `${role[0]}:${status}:${text}`)
  const last = () => store.getState().messages.at(-1)
  return { server, store, outline, last }
}

beforeEach(() => {
  line.broken = false
})

describe('while parts of the chat cannot be fetched', () => {
  it.each([
    ['half', ['u:sent:1', 'a:interrupted:half'], 'interrupted'],
    ['', ['u:failed:1'], 'interrupted'],
    [undefined, ['u:failed:1'], 'network'],
  ])('an answer cut after %j keeps the question and what was shown, and nothing is asked twice', async (...row) => {
    const [text, shown, code] = row
    const { server, store, outline, last } = setUp()
    server.next(cutAfter(text))
    await store.send('1')
    for (let tries = 0; tries < 2; tries++) {
      expect(outline()).toEqual(shown)
      expect(last()?.problem).toEqual({ code, retryable: true })
      await store.retry(last()?.key ?? '')
    }
    line.broken = false
    await store.retry(last()?.key ?? '')
    expect(outline()).toEqual(['u:sent:1', 'a:complete:whole answer'])
    expect(server.asked).toEqual(['1'])
  })

  it('a list of conversations is a problem that can be tried again', async () => {
    const { store } = setUp()
    await store.open()
    line.broken = true
    await store.loadConversations()
    expect(store.getState().problem).toEqual({ code: 'network', retryable: true })
    line.broken = false
    await store.loadConversations()
    expect(store.getState().conversations.items).toHaveLength(1)
  })

  it('F11: a question asked offline waits, and goes out once when the network is back', async () => {
    const connection: { online: boolean; back?: () => void } = { online: true }
    const { server, store, outline } = setUp(connection)
    await store.open()
    connection.online = false
    line.broken = true
    server.next(async function* () {
      yield* []
      throw failure('network')
    })
    void store.send('1')
    await vi.waitFor(() => expect(outline()).toEqual(['u:queued:1']))
    connection.online = true
    line.broken = false
    connection.back?.()
    await vi.waitFor(() => expect(outline().slice(0, 1)).toEqual(['u:sent:1']))
    await vi.waitFor(() => expect(outline()).toHaveLength(2))
  })
})
