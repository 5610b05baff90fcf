import { describe, expect, it, vi } from 'vitest'
import { createChatStore } from '../../src/chat/chat-store.ts'
import { createPart, type Part } from '../../src/platform/part.ts'
import { bundledParts } from '../../src/widget/bundled-parts.ts'
import { createFakeClock } from '../support/fake-clock.ts'
import { createScriptedServer, failure, type Script, whole } from '../support/scripted-transport.ts'

function setUp(connection?: { online: boolean; back?: () => void }) {
  const line = { broken: false, wait: Promise.resolve() }
  /** As when a file can be fetched only while the line is not broken. */
  const fetched = <Module>(part: Part<Module>): Part<Module> =>
    createPart(async () => {
      await line.wait
      if (line.broken) throw new TypeError('Failed to fetch dynamically imported module')
      return part.load()
    })
  const server = createScriptedServer()
  const store = createChatStore({
    parts: { conversations: fetched(bundledParts.conversations), recovery: fetched(bundledParts.recovery) },
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
  return { line, server, store, outline, last, cutAfter }
}

describe('while parts of the chat cannot be loaded', () => {
  it.each([
    ['half', ['u:sent:1', 'a:interrupted:half'], ['interrupted', 'interrupted']],
    ['', ['u:failed:1'], ['interrupted', 'interrupted']],
    [undefined, ['u:failed:1'], ['interrupted', 'network']],
  ])('an answer cut after %j keeps the question and what was shown, and nothing is asked twice', async (...row) => {
    const [text, shown, codes] = row
    const { line, server, store, outline, last, cutAfter } = setUp()
    server.next(cutAfter(text))
    await store.send('1')
    for (const code of codes) {
      expect(outline()).toEqual(shown)
      expect(last()?.problem).toEqual({ code, retryable: true })
      await store.retry(last()?.key ?? '')
    }
    line.broken = false
    await store.retry(last()?.key ?? '')
    expect(outline()).toEqual(['u:sent:1', 'a:complete:whole answer'])
    expect(server.asked).toEqual(['1'])
  })

  it('a turn that is stopped meanwhile ends as stopped, and the server is told', async () => {
    const { line, server, store, outline, cutAfter } = setUp()
    let giveUp = () => {}
    line.wait = new Promise((resolve) => {
      giveUp = resolve
    })
    server.next(cutAfter('half'))
    const asked = store.send('1')
    await vi.waitFor(() => expect(line.broken).toBe(true))
    await new Promise((resolve) => setImmediate(resolve))
    store.stop()
    giveUp()
    await asked
    expect(outline()).toEqual(['u:sent:1', 'a:stopped:half'])
    expect(server.calls.map(([name]) => name)).toContain('cancel')
  })

  it('an answer can still be asked for again', async () => {
    const { line, server, store, outline } = setUp()
    await store.send('1')
    line.broken = true
    await store.regenerate()
    expect(outline()).toEqual(['u:sent:1', 'a:complete:answer to 1'])
    expect(server.asked).toEqual(['1', '1'])
  })

  it('a list of conversations is a problem that can be tried again', async () => {
    const { line, store } = setUp()
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
    const { line, server, store, outline } = setUp(connection)
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
    await vi.waitFor(() => expect(outline()).toEqual(['u:sent:1', 'a:complete:answer to 1']))
    expect(server.asked).toHaveLength(1)
  })

  it('F11: a question that waits offline stays in the queue while the recovery cannot be loaded', async () => {
    const connection: { online: boolean; back?: () => void } = { online: false }
    const { line, server, store, outline } = setUp(connection)
    await store.open()
    line.broken = true
    const unreachable: Script = async function* () {
      yield* []
      throw failure('network')
    }
    server.next(unreachable, whole)
    void store.send('1')
    await vi.waitFor(() => expect(outline()).toEqual(['u:queued:1']))
    // The browser says that it is online, but nothing can be loaded yet, and then it is offline again.
    connection.back?.()
    await vi.waitFor(() => expect(outline()).toEqual(['u:queued:1']))
    connection.online = true
    line.broken = false
    connection.back?.()
    await vi.waitFor(() => expect(outline()).toEqual(['u:sent:1', 'a:complete:answer to 1']))
  })
})

describe('operations on conversations', () => {
  it('F21: do nothing for the next visitor where the one who asked left while they were loaded', async () => {
    const server = createScriptedServer()
    let arrive = () => {}
    const arrived = new Promise<void>((resolve) => {
      arrive = resolve
    })
    const store = createChatStore({
      parts: {
        ...bundledParts,
        conversations: createPart(async () => {
          await arrived
          return bundledParts.conversations.load()
        }),
      },
      transport: server.transport,
      clock: createFakeClock(),
    })
    await store.open()
    const deleted = store.deleteConversation('c1')
    store.reset()
    arrive()
    await deleted
    expect(server.calls.map(([name]) => name)).not.toContain('deleteConversation')
  })
})
