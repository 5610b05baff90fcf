import { describe, expect, it, vi } from 'vitest'
import type { ChatMemory, Remembered } from '../../src/chat/chat-memory.ts'
import type { ChatState } from '../../src/chat/chat-state.ts'
import { type ChatStoreOptions, createChatStore } from '../../src/chat/chat-store.ts'
import type { ChatStoreEvent } from '../../src/chat/chat-store-events.ts'
import type { ChatTransport, TurnEvent } from '../../src/chat/chat-transport.ts'
import { bundledParts } from '../../src/widget/bundled-parts.ts'
import { userMessage } from '../support/fake-chat-store.ts'
import { createFakeClock } from '../support/fake-clock.ts'
import { completedMessage, createScriptedServer, failure, type Script } from '../support/scripted-transport.ts'
import { recordStates } from '../support/state-history.ts'

function setUp(options: Partial<ChatStoreOptions> = {}) {
  const server = createScriptedServer()
  const clock = createFakeClock()
  const events: ChatStoreEvent[] = []
  const others: ChatStoreEvent[] = []
  const store = createChatStore({
    parts: bundledParts,
    transport: server.transport,
    clock,
    // Questions and beginnings have tests of their own.
    onEvent: (event) => (event.type === 'message' || event.type === 'error' ? events : others).push(event),
    ...options,
  })
  return { server, clock, store, events, others, history: recordStates(store) }
}

/** `online` until the test says otherwise. */
function createLine() {
  const listeners = new Set<() => void>()
  let online = true
  return {
    isOnline: () => online,
    onOnline: (listener: () => void) => {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    set(value: boolean) {
      online = value
      if (online) for (const listener of [...listeners]) listener()
    },
    get listeners() {
      return listeners.size
    },
  }
}

const outline = ({ messages }: ChatState) => messages.map(({ role, status, text }) => `${role[0]}:${status}:${text}`)

/** Says `text` and then waits to be released, or to be left. */
const pausing = (text: string): Script =>
  async function* (turn) {
    yield turn.receive()
    yield { type: 'text-delta', messageId: `a:${turn.turnId}`, text }
    await turn.hold()
    turn.finish(`${text}, done`)
    yield { ...completedMessage, messageId: `a:${turn.turnId}`, text: `${text}, done` }
    yield { type: 'completed' }
  }

/** The request arrives and is answered at the server, but the line breaks after `text`. */
const cutAfter = (text: string | undefined, answer: string): Script =>
  async function* (turn) {
    const started = turn.receive()
    turn.finish(answer)
    if (text !== undefined) {
      yield started
      if (text !== '') yield { type: 'text-delta', messageId: `a:${turn.turnId}`, text }
    }
    throw failure('interrupted')
  }

const unreachable: Script = () => ({
  [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(failure('network')) }),
})

const refused =
  (...args: Parameters<typeof failure>): Script =>
  () => ({
    [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(failure(...args)) }),
  })

describe('a question and its answer', () => {
  it('is shown at once, goes through waiting and streaming, and ends complete', async () => {
    const { store, history, events } = setUp()
    const sent = store.send('Hello')
    expect(outline(store.getState())).toEqual(['u:queued:Hello'])
    await sent
    expect(history.path(({ phase }) => phase)).toEqual(['idle', 'opening', 'ready'])
    expect(history.path(({ turn }) => turn.phase)).toEqual(['idle', 'waiting', 'streaming', 'idle'])
    expect(history.path(({ messages }) => messages[0]?.status)).toEqual([undefined, 'queued', 'sending', 'sent'])
    expect(history.path(({ messages }) => messages[1]?.status)).toEqual([undefined, 'streaming', 'complete'])
    expect(outline(store.getState())).toEqual(['u:sent:Hello', 'a:complete:answer to Hello'])
    expect(events).toEqual([{ type: 'message', message: store.getState().messages[1] }])
  })

  it('is told when it is taken, once however often it is tried, and again in other words', async () => {
    const { store, server, others } = setUp()
    server.next(refused('quota_exceeded', false))
    await store.send('One')
    const [{ key = '' } = {}] = store.getState().messages
    expect(others).toEqual([{ type: 'question', question: { text: 'One', attachments: [] } }])
    await store.retry(key)
    await store.send('  ')
    expect(others.filter(({ type }) => type === 'question')).toHaveLength(1)
    await store.retry(key, { text: 'Two', attachments: [] })
    expect(others.filter(({ type }) => type === 'question').at(-1)).toEqual({
      type: 'question',
      question: { text: 'Two', attachments: [] },
    })
  })

  it('a question that was answered is handed out for editing, and stays', async () => {
    const { store } = setUp()
    await store.open()
    await store.send('1')
    const before = store.getState().messages
    expect(await store.withdraw(before.at(-1)?.key ?? '')).toEqual({ text: '1', attachments: [] })
    expect(await store.withdraw('unknown')).toBeUndefined()
    expect(store.getState().messages).toBe(before)
  })

  it('waits in the queue while another answer streams, and can be withdrawn from it', async () => {
    const { store, server, clock } = setUp()
    server.next(pausing('one'))
    await store.open()
    const first = store.send('1')
    const second = store.send('2')
    const third = store.send('3')
    const key = store.getState().messages.at(-1)?.key ?? ''
    expect(await store.withdraw(key)).toEqual({ text: '3', attachments: [] })
    await third
    await clock.advance(0)
    server.release()
    await Promise.all([first, second])
    expect(outline(store.getState())).toEqual([
      'u:sent:1',
      'a:complete:one, done',
      'u:sent:2',
      'a:complete:answer to 2',
    ])
    expect(server.asked).toEqual(['1', '2'])
  })

  it('F46: says so after 30 s of silence, once, and takes it back at the next sign of life', async () => {
    const { store, server, clock, history } = setUp()
    server.next(pausing('one'))
    const sent = store.send('1')
    await clock.advance(29_999)
    expect(store.getState().turn.slow).toBe(false)
    await clock.advance(60_000)
    expect(store.getState().turn.slow).toBe(true)
    server.release()
    await sent
    expect(history.path(({ turn }) => turn.slow)).toEqual([false, true, false])
    expect(clock.pending).toBe(0)
  })

  it('shows a refusal on the question, with its code, and asks again on retry', async () => {
    const { store, server, events } = setUp()
    server.next(refused('quota_exceeded', false))
    await store.send('1')
    const [question] = store.getState().messages
    expect(question).toMatchObject({ status: 'failed', problem: { code: 'quota_exceeded', retryable: false } })
    expect(events).toMatchObject([{ type: 'error', problem: { code: 'quota_exceeded' } }])
    await store.retry(question?.key ?? '')
    expect(outline(store.getState())).toEqual(['u:sent:1', 'a:complete:answer to 1'])
    expect(store.getState().messages[0]).not.toHaveProperty('problem')
  })

  it('keeps what an agent had said before it failed', async () => {
    const { store, server } = setUp()
    server.next(async function* (turn) {
      yield turn.receive()
      yield { type: 'text-delta', messageId: 'm1', text: 'Sure, ' }
      yield { type: 'failed', problem: { code: 'rate_limited', retryable: true } }
    })
    await store.send('1')
    expect(outline(store.getState())).toEqual(['u:sent:1', 'a:failed:Sure, '])
    await store.retry(store.getState().messages[1]?.key ?? '')
    expect(outline(store.getState())).toEqual(['u:sent:1', 'a:complete:answer to 1'])
  })

  it('regenerates: the old answer goes, here and at the server', async () => {
    const { store, server } = setUp()
    await store.send('1')
    await store.regenerate()
    expect(outline(store.getState())).toEqual(['u:sent:1', 'a:complete:answer to 1'])
    expect(server.messages.map(({ id }) => id)).toEqual(['u:t2', 'a:t2'])
  })

  it('asks the newest question in other words: the old one and its answer go, here and at the server', async () => {
    const { store, server } = setUp()
    await store.send('1')
    await store.send('2')
    const [first, , second] = store.getState().messages
    await store.retry(second?.key ?? '', { text: 'two', attachments: [] })
    expect(outline(store.getState())).toEqual([
      'u:sent:1',
      'a:complete:answer to 1',
      'u:sent:two',
      'a:complete:answer to two',
    ])
    expect(server.messages.map(({ text }) => text)).toEqual(['1', 'answer to 1', 'two', 'answer to two'])
    const before = store.getState()
    await store.retry(first?.key ?? '', { text: 'one', attachments: [] })
    expect(store.getState()).toBe(before)
  })
})

describe('stop', () => {
  it('ends the stream, tells the server, keeps what had come and lets the next question through', async () => {
    const { store, server } = setUp()
    server.next(pausing('half'))
    await store.open()
    const first = store.send('1')
    await Promise.resolve()
    const second = store.send('2')
    await new Promise((resolve) => setImmediate(resolve))
    expect(outline(store.getState())[1]).toBe('a:streaming:half')
    store.stop()
    await Promise.all([first, second])
    expect(outline(store.getState())).toEqual(['u:sent:1', 'a:stopped:half', 'u:sent:2', 'a:complete:answer to 2'])
    const names = server.calls.map(([name]) => name)
    expect(names.lastIndexOf('ask')).toBeGreaterThan(names.indexOf('cancel'))
  })

  it('F112: before the first word it shows at once, and the turn is cancelled behind it when the server has named it', async () => {
    const { store, server } = setUp()
    server.next(async function* (turn) {
      const started = turn.receive()
      await turn.hold()
      yield started
      yield { type: 'text-delta', messageId: 'm1', text: 'never shown' }
    })
    await store.open()
    const sent = store.send('1')
    await new Promise((resolve) => setImmediate(resolve))
    store.stop()
    expect(store.getState().turn.phase).toBe('idle')
    expect(outline(store.getState())).toEqual(['u:sent:1', 'a:stopped:'])
    server.release()
    await sent
    expect(server.calls).toContainEqual(['cancel', 't1'])
    expect(outline(store.getState())).toEqual(['u:sent:1', 'a:stopped:'])
    await store.regenerate()
    expect(outline(store.getState())).toEqual(['u:sent:1', 'a:complete:answer to 1'])
  })

  it('F112: nobody listens for that name longer than 5 s, and a question that was asked meanwhile goes out', async () => {
    const { store, server, clock } = setUp()
    server.next(async function* (turn) {
      await turn.hold()
      yield turn.receive()
    })
    const sent = store.send('1')
    await clock.advance(0)
    store.stop()
    const second = store.send('2')
    expect(outline(store.getState())).toEqual(['u:sent:1', 'a:stopped:', 'u:queued:2'])
    await clock.advance(5_000)
    await Promise.all([sent, second])
    expect(outline(store.getState())).toEqual(['u:sent:1', 'a:stopped:', 'u:sent:2', 'a:complete:answer to 2'])
    expect(store.getState().turn.phase).toBe('idle')
    expect(clock.pending).toBe(0)
  })
})

describe('what one piece of the network brings', () => {
  it('is one change of the chat, however many events are in it', async () => {
    const { store, server } = setUp()
    await store.open()
    server.next(async function* (turn) {
      yield turn.receive()
      for (let piece = 0; piece < 100; piece++) yield { type: 'text-delta', messageId: 'm1', text: `${piece} ` }
      yield { type: 'step', step: { id: 's1', kind: 'tool', title: '', input: '', output: '', status: 'done' } }
      yield { type: 'completed' }
    })
    const { ask } = server.transport
    server.transport.ask = async function* (...call) {
      const all: TurnEvent[] = []
      for await (const events of ask(...call)) all.push(...events)
      yield all
    }
    let changes = 0
    const sent = store.send('1')
    store.subscribe(() => changes++)
    await sent
    expect(changes).toBe(1)
    expect(store.getState().messages.at(-1)).toMatchObject({
      status: 'complete',
      text: expect.stringMatching(/^0 .*99 $/),
    })
  })

  it('starts no timer, so that an answer of 2,000 pieces has the two of an answer of one', async () => {
    const { store, server, clock } = setUp()
    await store.open()
    const setTimeout = vi.spyOn(clock, 'setTimeout')
    server.next(async function* (turn) {
      yield turn.receive()
      for (let piece = 0; piece < 2_000; piece++) yield { type: 'text-delta', messageId: 'm1', text: 'x' }
      yield { type: 'completed' }
    })
    await store.send('1')
    expect(setTimeout.mock.calls.length).toBeLessThanOrEqual(2)
  })
})

describe('F103: a whole message without words', () => {
  it('leaves what was streamed', async () => {
    const { store, server } = setUp()
    server.next(async function* (turn) {
      yield turn.receive()
      yield { type: 'text-delta', messageId: 'm1', text: 'streamed' }
      yield { ...completedMessage, messageId: 'm1', text: '' }
      yield { type: 'completed' }
    })
    await store.send('1')
    expect(outline(store.getState())).toEqual(['u:sent:1', 'a:complete:streamed'])
  })

  it('leaves it too where the server is asked how the turn ended', async () => {
    const { store, server } = setUp()
    server.next(async function* (turn) {
      yield turn.receive()
      yield { type: 'text-delta', messageId: 'a:t1', text: 'streamed' }
      turn.finish('')
      throw failure('interrupted')
    })
    await store.send('1')
    expect(outline(store.getState())).toEqual(['u:sent:1', 'a:complete:streamed'])
  })
})

describe('F47: a question is never asked twice by itself', () => {
  it('waits for a busy conversation, then asks once more', async () => {
    const { store, server, clock } = setUp()
    server.next(refused('conversation_busy'), refused('conversation_busy'))
    const sent = store.send('1')
    await clock.advance(60_000)
    await sent
    expect(server.calls.filter(([name]) => name === 'ask')).toHaveLength(2)
    expect(store.getState().messages[0]).toMatchObject({ status: 'failed', problem: { code: 'conversation_busy' } })
  })

  it('cancels its own stopped turn when that is what keeps the conversation busy', async () => {
    const { store, server, clock } = setUp()
    server.next(pausing('half'), refused('conversation_busy'))
    const first = store.send('1')
    await clock.advance(0)
    store.stop()
    await first
    const second = store.send('2')
    await clock.advance(5_000)
    await second
    expect(server.calls.filter(([name]) => name === 'cancel')).toEqual([
      ['cancel', 't1'],
      ['cancel', 't1'],
    ])
    expect(outline(store.getState()).at(-1)).toBe('a:complete:answer to 2')
  })

  it('looks for a question whose request got lost, and finds that it had arrived', async () => {
    const { store, server } = setUp()
    server.next(cutAfter(undefined, 'whole answer'))
    await store.send('1')
    expect(server.asked).toEqual(['1'])
    expect(outline(store.getState())).toEqual(['u:sent:1', 'a:complete:whole answer'])
  })

  it('shows a question that never arrived as failed, and asks it only when told to', async () => {
    const { store, server } = setUp()
    server.next(unreachable)
    await store.send('1')
    expect(server.asked).toEqual([])
    expect(store.getState().messages[0]).toMatchObject({
      status: 'failed',
      problem: { code: 'network', retryable: true },
    })
    await store.retry(store.getState().messages[0]?.key ?? '')
    expect(server.asked).toEqual(['1'])
  })

  it('looks again before a retry, however often looking failed in between', async () => {
    const { store, server } = setUp()
    await store.open()
    server.next(cutAfter(undefined, 'whole answer'))
    server.fail('listMessages', failure('network'), failure('signed_out', false))
    await store.send('1')
    const key = store.getState().messages[0]?.key ?? ''
    await store.retry(key)
    expect(store.getState().messages[0]).toMatchObject({ status: 'failed', problem: { code: 'signed_out' } })
    await store.retry(key)
    expect(server.asked).toEqual(['1'])
    expect(outline(store.getState())).toEqual(['u:sent:1', 'a:complete:whole answer'])
  })

  it('F11: offline it waits, and goes out once when the line is back', async () => {
    const connection = createLine()
    const { store, server } = setUp({ connection })
    await store.open()
    connection.set(false)
    server.next(unreachable)
    const sent = store.send('1')
    await new Promise((resolve) => setImmediate(resolve))
    expect(store.getState().messages[0]).toMatchObject({ status: 'queued', problem: { code: 'network' } })
    connection.set(true)
    await sent
    expect(server.asked).toEqual(['1'])
    expect(outline(store.getState())).toEqual(['u:sent:1', 'a:complete:answer to 1'])
  })

  it('F11: a browser that wrongly believes to be offline is not believed', async () => {
    const connection = createLine()
    connection.set(false)
    const { store } = setUp({ connection })
    await store.send('1')
    expect(outline(store.getState()).at(-1)).toBe('a:complete:answer to 1')
  })

  it('F11: what Coze refuses has failed, and does not wait for a network, although the browser believes to be offline', async () => {
    const connection = createLine()
    const { store, server } = setUp({ connection })
    await store.open()
    connection.set(false)
    server.next(refused('quota_exceeded', false))
    await store.send('1')
    expect(store.getState().messages[0]).toMatchObject({ status: 'failed', problem: { code: 'quota_exceeded' } })
  })

  it('keeps a question that was written while the chat could not be opened', async () => {
    const { store, server } = setUp()
    server.fail('newestConversation', failure('network'))
    await store.send('1')
    expect(store.getState()).toMatchObject({ phase: 'failed', problem: { code: 'network' } })
    expect(outline(store.getState())).toEqual(['u:failed:1'])
    await store.retry(store.getState().messages[0]?.key ?? '')
    expect(outline(store.getState())).toEqual(['u:sent:1', 'a:complete:answer to 1'])
  })

  it('is answered while the agent’s profile cannot be read; trying again reads nothing but that', async () => {
    const { store, server } = setUp()
    server.fail('loadAgent', failure('network'))
    await store.send('1')
    expect(store.getState()).toMatchObject({ phase: 'failed', agent: undefined, problem: { code: 'network' } })
    expect(outline(store.getState())).toEqual(['u:sent:1', 'a:complete:answer to 1'])
    const before = server.calls.length
    await store.open()
    expect(server.calls.slice(before)).toEqual([['loadAgent']])
    expect(store.getState()).toMatchObject({ phase: 'ready', agent: { name: 'Mocha' }, problem: undefined })
    expect(outline(store.getState())).toEqual(['u:sent:1', 'a:complete:answer to 1'])
  })

  it('says that the agent’s profile is on its way until it is there, cannot be read, or is hidden', async () => {
    const path = async (...errors: ReturnType<typeof failure>[]) => {
      const { store, server, history } = setUp()
      server.fail('loadAgent', ...errors)
      await store.open()
      return history.path(({ phase, loadingAgent }) => `${phase} ${loadingAgent}`)
    }
    expect((await path()).at(-1)).toBe('ready false')
    expect((await path(failure('not_published', false))).at(-1)).toBe('ready false')
    const failed = await path(failure('network'))
    expect([failed[1], failed.at(-1)]).toEqual(['opening true', 'failed false'])
  })

  it('moves to a new conversation when the old one is gone', async () => {
    const { store, server } = setUp()
    await store.send('1')
    server.next(refused('conversation_not_found', false))
    await store.send('2')
    expect(store.getState().conversationId).toBe('v2')
    expect(outline(store.getState())).toEqual(['u:sent:2', 'a:complete:answer to 2'])
  })
})

describe('an answer that is lost', () => {
  it('F39: is shown as interrupted, and completed from the server’s list', async () => {
    const { store, server, history, events } = setUp()
    server.next(cutAfter('whole', 'whole answer'))
    await store.send('1')
    expect(history.path(({ messages }) => messages[1]?.status)).toEqual([
      undefined,
      'streaming',
      'interrupted',
      'complete',
    ])
    expect(outline(store.getState())).toEqual(['u:sent:1', 'a:complete:whole answer'])
    expect(store.getState().messages[1]?.textRevision).toBe(1)
    expect(events).toHaveLength(1)
  })

  it('F39: is asked for with growing pauses while the server still works on it', async () => {
    const { store, server, clock } = setUp()
    server.next(async function* (turn) {
      yield turn.receive()
      clock.setTimeout(() => turn.finish('whole answer'), 20_000)
      throw failure('interrupted')
    })
    const sent = store.send('1')
    await clock.advance(40_000)
    await sent
    expect(outline(store.getState())).toEqual(['u:sent:1', 'a:complete:whole answer'])
    expect(server.calls.filter(([name]) => name === 'turnStatus').length).toBeLessThan(12)
  })

  it('F39: stays interrupted with a way to go on where the server does not say', async () => {
    const { store, server, clock } = setUp()
    server.next(async function* (turn) {
      yield turn.receive()
      yield { type: 'text-delta', messageId: `a:${turn.turnId}`, text: 'half' }
      throw failure('interrupted')
    })
    const sent = store.send('1')
    await clock.advance(10 * 60_000)
    await sent
    const last = store.getState().messages.at(-1)
    expect(last).toMatchObject({ status: 'interrupted', problem: { code: 'interrupted', retryable: true } })
    expect(clock.pending).toBe(0)
    server.status.set('t1', 'completed')
    server.messages.push({ ...server.messages[0], id: 'a:t1', role: 'assistant', text: 'half and half' } as never)
    await store.retry(last?.key ?? '')
    expect(outline(store.getState())).toEqual(['u:sent:1', 'a:complete:half and half'])
  })

  it('what the memory shows early makes room for the conversation, and cannot be answered again before that', async () => {
    const { transport } = createScriptedServer()
    let release = () => {}
    const late = new Promise<void>((resolve) => {
      release = resolve
    })
    const slow: ChatTransport = {
      ...transport,
      async newestConversation(...args) {
        await late
        return transport.newestConversation(...args)
      },
    }
    const early = { ...userMessage({ key: 'm:0', id: '0', text: 'Early' }) }
    const memory: ChatMemory = {
      recall(show) {
        show((state) => ({ ...state, messages: [early] }))
        return {}
      },
      lastConversation: () => undefined,
      remember: () => {},
    }
    const { store } = setUp({ memory, transport: slow })
    const opened = store.open()
    expect(outline(store.getState())).toEqual(['u:sent:Early'])
    await store.regenerate()
    expect(outline(store.getState())).toEqual(['u:sent:Early'])
    release()
    await opened
    expect(outline(store.getState())).toEqual([])
  })

  it('is picked up after a reload in mid-answer', async () => {
    let kept: Remembered = {}
    const memory: ChatMemory = {
      recall: () => kept,
      lastConversation: () => kept.conversationId,
      remember: (value) => void (kept = value),
    }
    const first = setUp({ memory })
    first.server.next(pausing('half'))
    void first.store.send('1')
    await first.clock.advance(0)
    expect(kept).toEqual({ conversationId: 'v1', turnId: 't1' })
    const transport = first.server.transport
    const second = setUp({ memory, transport })
    await second.store.open()
    expect(second.store.getState().turn.phase).toBe('waiting')
    first.server.release()
    await first.clock.advance(0)
    await second.clock.advance(10_000)
    expect(outline(second.store.getState())).toEqual(['u:sent:1', 'a:complete:half, done'])
    expect(kept).toEqual({ conversationId: 'v1' })
    expect(first.server.asked).toEqual(['1'])
  })
})

describe('a visitor without a conversation', () => {
  /** Nobody has begun a conversation, until a question does. */
  function setUpEmpty({ isNew = true, ...options }: Partial<ChatStoreOptions> & { isNew?: boolean } = {}) {
    const server = createScriptedServer()
    let kept: Remembered = {}
    const asked: (string | undefined)[] = []
    const memory: ChatMemory = {
      recall: () => ({ ...kept, isNew: isNew && kept.conversationId === undefined }),
      lastConversation: () => kept.conversationId,
      remember: (value) => void (kept = value),
    }
    const transport: ChatTransport = {
      ...server.transport,
      async newestConversation(...args) {
        const newest = await server.transport.newestConversation(...args)
        return server.messages.length > 0 ? newest : undefined
      },
      ask(signal, conversationId, question) {
        asked.push(conversationId)
        return server.transport.ask(signal, conversationId, question)
      },
    }
    return { ...setUp({ memory, transport, ...options }), server, asked, memory, kept: () => kept }
  }

  it('asks at once; the first question begins the conversation, and the next one goes on in it', async () => {
    const { store, server, asked, kept } = setUpEmpty()
    await store.send('1')
    expect(server.calls.map(([name]) => name)).toEqual(['loadAgent', 'newestConversation', 'ask'])
    expect(store.getState()).toMatchObject({ phase: 'ready', conversationId: 'v1' })
    expect(kept()).toEqual({ conversationId: 'v1' })
    await store.send('2')
    expect(asked).toEqual([undefined, 'v1'])
    expect(outline(store.getState())).toEqual([
      'u:sent:1',
      'a:complete:answer to 1',
      'u:sent:2',
      'a:complete:answer to 2',
    ])
  })

  it('the page is told of the conversation that a question begins, and of none that was there', async () => {
    const { store, others } = setUpEmpty()
    await store.send('1')
    await store.send('2')
    const begun = { type: 'begun', conversationId: 'v1' }
    expect(others.filter(({ type }) => type === 'begun')).toEqual([begun])
    const known = setUp()
    await known.store.send('1')
    expect(known.others.map(({ type }) => type)).toEqual(['question'])
  })

  it('of two questions that were written together the second waits for the conversation of the first', async () => {
    const { store, asked } = setUpEmpty()
    await Promise.all([store.send('1'), store.send('2')])
    expect(asked).toEqual([undefined, 'v1'])
  })

  it('F47: a first question whose request got lost is looked for in the conversation that it may have begun', async () => {
    const { store, server, kept } = setUpEmpty()
    server.next(cutAfter(undefined, 'found'))
    await store.send('1')
    expect(outline(store.getState())).toEqual(['u:sent:1', 'a:complete:found'])
    expect(server.asked).toEqual(['1'])
    expect(store.getState().conversationId).toBe('v1')
    expect(kept()).toEqual({ conversationId: 'v1' })
  })

  it('F47: and one that never arrived is shown as failed, and asked when told to', async () => {
    const { store, server } = setUpEmpty()
    server.next(unreachable)
    await store.send('1')
    expect(outline(store.getState())).toEqual(['u:failed:1'])
    await store.retry(store.getState().messages[0]?.key ?? '')
    expect(outline(store.getState())).toEqual(['u:sent:1', 'a:complete:answer to 1'])
    expect(server.asked).toEqual(['1'])
  })

  it('a first question that may not begin a conversation is asked in a new one', async () => {
    const { store, server, asked } = setUpEmpty()
    server.next(refused('conversation_not_found', false))
    await store.send('1')
    expect(asked).toEqual([undefined, 'v2'])
    expect(outline(store.getState())).toEqual(['u:sent:1', 'a:complete:answer to 1'])
  })

  it('stops a first question that the server has not named yet', async () => {
    const { store, server } = setUpEmpty()
    server.next(async function* (turn) {
      const started = turn.receive()
      await turn.hold()
      yield started
      yield { type: 'text-delta', messageId: 'm1', text: 'never shown' }
    })
    await store.open()
    const sent = store.send('1')
    await new Promise((resolve) => setImmediate(resolve))
    store.stop()
    server.release()
    await sent
    expect(server.calls).toContainEqual(['cancel', 't1'])
    expect(store.getState().conversationId).toBe('v1')
    expect(outline(store.getState())).toEqual(['u:sent:1', 'a:stopped:'])
  })

  it('goes on in the conversation that another of their tabs has begun meanwhile', async () => {
    const { store, server, asked, memory } = setUpEmpty({ isNew: false })
    await store.open()
    expect(store.getState()).toMatchObject({ phase: 'ready', conversationId: undefined })
    const signal = new AbortController().signal
    for await (const _ of server.transport.ask(signal, undefined, { text: 'elsewhere', attachments: [] }));
    memory.remember({ conversationId: 'v1' })
    await store.send('here')
    expect(asked).toEqual(['v1'])
    expect(outline(store.getState())).toEqual([
      'u:sent:elsewhere',
      'a:complete:answer to elsewhere',
      'u:sent:here',
      'a:complete:answer to here',
    ])
  })

  it('F24: is not taken for new who has a conversation: what is remembered is opened, whatever the service says', async () => {
    const { store, server, memory } = setUpEmpty()
    memory.remember({ conversationId: 'v7' })
    await store.open()
    const calls = server.calls.map(([name, ...args]) => [name, args[0]])
    expect(calls).toEqual(
      expect.arrayContaining([
        ['openConversation', 'v7'],
        ['listMessages', 'v7'],
      ]),
    )
    expect(calls.flat()).not.toContain('newestConversation')
    expect(store.getState().conversationId).toBe('v7')
  })

  it('what was remembered and is gone is forgotten, and looked for once', async () => {
    const { store, server, memory, kept, asked } = setUpEmpty()
    memory.remember({ conversationId: 'v7' })
    server.fail('openConversation', failure('conversation_not_found', false))
    server.fail('listMessages', failure('conversation_not_found', false))
    await store.open()
    expect(store.getState()).toMatchObject({ phase: 'ready', conversationId: undefined })
    expect(kept()).toEqual({})
    const before = server.calls.length
    await store.open()
    expect(server.calls.length).toBe(before)
    await store.send('1')
    expect(asked).toEqual([undefined])
  })
})

describe('the end of a session', () => {
  it('F23, F24: nothing of an answer is written after reset', async () => {
    const { store, server, clock, events } = setUp()
    server.next(pausing('canary'))
    const sent = store.send('1')
    await clock.advance(0)
    expect(outline(store.getState())).toContain('a:streaming:canary')
    store.reset()
    const after = recordStates(store)
    expect(JSON.stringify(store.getState())).not.toContain('canary')
    server.release()
    await sent
    await clock.advance(600_000)
    expect(after.states).toHaveLength(1)
    expect(store.getState().phase).toBe('idle')
    expect(events).toEqual([])
    expect(clock.pending).toBe(0)
  })

  it('F23: at whichever step of opening it comes', async () => {
    for (let step = 0; step < 12; step++) {
      const { store, clock } = setUp()
      const opened = store.send('1')
      for (let n = 0; n < step; n++) await Promise.resolve()
      store.reset()
      const after = recordStates(store)
      await opened
      await clock.advance(600_000)
      expect(after.states).toHaveLength(1)
      expect(clock.pending).toBe(0)
    }
  })

  it('a question after destroy is asked nobody, and nobody waits for its answer for ever', async () => {
    const { store, server } = setUp()
    await store.open()
    store.destroy()
    await Promise.all([store.send('Anybody there?'), store.open(), store.regenerate(), store.newConversation()])
    expect(store.getState().messages).toEqual([])
    expect(server.asked).toEqual([])
  })

  it('is usable again after reset, and leaves nothing after destroy', async () => {
    const connection = createLine()
    const { store, clock } = setUp({ connection })
    await store.send('1')
    store.reset()
    await store.send('2')
    expect(outline(store.getState()).at(-1)).toBe('a:complete:answer to 2')
    store.destroy()
    expect(connection.listeners).toBe(0)
    expect(clock.pending).toBe(0)
  })
})

describe('tools of the page', () => {
  const calls = [
    { id: 'c1', name: 'add', arguments: '{"a":1,"b":2}' },
    { id: 'c2', name: 'broken', arguments: '{}' },
    { id: 'c3', name: 'constructor', arguments: '{}' },
    { id: 'c4', name: 'endless', arguments: '' },
    { id: 'c5', name: 'add', arguments: '{"a":' },
  ]

  it('are run together, and every outcome reaches the agent as text', async () => {
    const stopped: boolean[] = []
    const { store, server, clock, history } = setUp({
      tools: {
        add: ({ a, b }) => ({ sum: Number(a) + Number(b) }),
        broken: () => {
          throw new Error('no door')
        },
        endless: (_args, { signal }) => {
          signal.addEventListener('abort', () => stopped.push(true))
          return new Promise(() => {})
        },
      },
    })
    server.next(async function* (turn) {
      yield turn.receive()
      yield { type: 'action-required', calls }
    })
    const sent = store.send('1')
    await vi.waitFor(() => expect(store.getState().turn.phase).toBe('acting'))
    await vi.waitFor(() => expect(clock.pending).toBeGreaterThan(1))
    await clock.advance(30_000)
    await sent
    const [outputs = []] = server.outputs
    const parsed = outputs.map(({ callId, output }) => [callId, JSON.parse(output) as unknown])
    expect(parsed).toEqual([
      ['c1', { sum: 3 }],
      ['c2', { error: 'no door' }],
      ['c3', { error: expect.stringContaining('constructor') }],
      ['c4', { error: expect.stringContaining('too long') }],
      ['c5', { error: expect.any(String) }],
    ])
    expect(stopped).toEqual([true])
    expect(history.path(({ turn }) => turn.phase)).toEqual(['idle', 'waiting', 'acting', 'streaming', 'idle'])
    expect(clock.pending).toBe(0)
  })
})

describe('conversations', () => {
  it('an answer cannot land in the conversation that was opened meanwhile', async () => {
    const { store, server, clock } = setUp()
    server.next(pausing('canary'))
    const sent = store.send('1')
    await clock.advance(0)
    await store.newConversation()
    server.release()
    await sent
    await clock.advance(0)
    expect(store.getState()).toMatchObject({ conversationId: 'v2', messages: [], turn: { phase: 'idle' } })
    await store.send('2')
    expect(outline(store.getState())).toEqual(['u:sent:2', 'a:complete:answer to 2'])
  })

  it('of two switches the last one wins', async () => {
    const { store } = setUp()
    await store.open()
    await Promise.all([store.openConversation('v7'), store.openConversation('v8')])
    expect(store.getState().conversationId).toBe('v8')
  })

  it('are listed page by page, renamed and deleted', async () => {
    const { store } = setUp()
    await store.open()
    await store.loadConversations()
    await store.loadConversations(true)
    await store.renameConversation('v2', 'new title')
    expect(store.getState().conversations).toEqual({
      items: [
        { id: 'v1', title: 'title 1', updatedAt: 0 },
        { id: 'v2', title: 'new title', updatedAt: 0 },
      ],
      hasMore: false,
      loading: false,
    })
    await store.deleteConversation('v2')
    expect(store.getState().conversations.items.map(({ id }) => id)).toEqual(['v1'])
  })

  it('older messages come before the others, none twice', async () => {
    const { store, server } = setUp()
    for (let n = 0; n < 25; n++) {
      server.messages.push({
        ...stored,
        id: `m${n}`,
        turnId: `x${n}`,
        role: n % 2 ? 'assistant' : 'user',
        text: `${n}`,
      })
    }
    await store.open()
    expect(store.getState().hasOlder).toBe(true)
    await Promise.all([store.loadOlder(), store.loadOlder()])
    expect(store.getState().messages.map(({ text }) => text)).toEqual(Array.from({ length: 25 }, (_, n) => `${n}`))
    expect(store.getState()).toMatchObject({ hasOlder: false, loadingOlder: false })
  })

  it('a failure of one of these is told, and can be tried again', async () => {
    const { store, server, events } = setUp()
    await store.open()
    server.fail('renameConversation', failure('rate_limited'))
    await store.renameConversation('v1', 'Another name')
    expect(store.getState().problem).toEqual({ code: 'rate_limited', retryable: true })
    expect(events).toMatchObject([{ type: 'error' }])
  })

  it('a new topic is told at once, and begins at the server with the next question, before it is asked', async () => {
    const { store, server } = setUp()
    await store.send('1')
    await store.clearContext()
    expect(store.getState().newTopic).toBe(true)
    expect(server.calls.some(([name]) => name === 'clearContext')).toBe(false)
    await store.send('2')
    const names = server.calls.map(([name]) => name)
    expect(names.indexOf('clearContext')).toBeLessThan(names.lastIndexOf('ask'))
    expect(names.filter((name) => name === 'clearContext')).toHaveLength(1)
    expect(store.getState().newTopic).toBe(false)
    const [first, , second] = store.getState().messages
    expect(second?.sectionId).not.toBe(first?.sectionId)
    await store.send('3')
    expect(server.calls.filter(([name]) => name === 'clearContext')).toHaveLength(1)
  })

  it('a new topic that is undone never reaches the server', async () => {
    const { store, server } = setUp()
    await store.send('1')
    await store.clearContext()
    await store.keepContext()
    expect(store.getState().newTopic).toBe(false)
    await store.send('2')
    expect(server.calls.some(([name]) => name === 'clearContext')).toBe(false)
    const [first, , second] = store.getState().messages
    expect(second?.sectionId).toBe(first?.sectionId)
  })

  it('a question whose new topic could not begin has failed, and trying again begins it', async () => {
    const { store, server } = setUp()
    await store.send('1')
    await store.clearContext()
    server.fail('clearContext', failure('upstream_error'))
    await store.send('2')
    const failed = store.getState().messages.at(-1)
    expect(failed).toMatchObject({ role: 'user', status: 'failed' })
    expect(server.calls.filter(([name]) => name === 'ask')).toHaveLength(1)
    await store.retry(failed?.key ?? '')
    expect(server.calls.filter(([name]) => name === 'clearContext')).toHaveLength(1)
    expect(store.getState().messages.at(-1)).toMatchObject({ role: 'assistant', status: 'complete' })
  })

  it('a rating is shown at once and taken back when it is refused', async () => {
    const { store, server, history } = setUp()
    await store.send('1')
    const key = store.getState().messages[1]?.key ?? ''
    server.fail('rate', failure('upstream_error'))
    await store.rate(key, 'like')
    const feedback = history.path(({ messages }) =>
      messages[1]?.role === 'assistant' ? messages[1].feedback : undefined,
    )
    expect(feedback).toEqual([undefined, 'like', undefined])
  })
})

const stored = {
  sectionId: undefined,
  contentType: 'text',
  reasoning: undefined,
  attachments: [],
  createdAt: 0,
} as const
