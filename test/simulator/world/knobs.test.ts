import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import {
  type CozeSimulator,
  createCozeSimulator,
  SIMULATOR_IDS,
  type SimulatorKnobsInput,
} from '../../../src/simulator/index.ts'
import { createFakeClock, type FakeClock } from '../../support/fake-clock.ts'
import { chatBody, completed, field, parseStream, spoken, type Visitor, visit } from '../support.ts'

/** Knobs of tokens are tested in api/oauth.test.ts, `foreignCode` in isolation.test.ts, `flavour` in studio.test.ts. */
const HELLO = 'Hello! Good to see you ☕ Would you like a recommendation, or do you have a question?'
const { botId } = SIMULATOR_IDS
let simulator: CozeSimulator
let clock: FakeClock
let visitor: Visitor

beforeAll(async () => {
  clock = createFakeClock()
  simulator = await createCozeSimulator({ clock })
})
beforeEach(() => {
  simulator.reset()
  visitor = visit(simulator, 'VISITOR')
})

const set = (knobs: SimulatorKnobsInput) => simulator.setKnobs(knobs)
const raw = async (text = 'hello') => (await visitor.request('POST', '/v3/chat', chatBody(text))).text()
const names = async (text = 'hello') => (await visitor.ask(text)).map(({ event }) => event)

/** Reads until the stream ends or breaks. */
async function readAll(response: Response): Promise<{ text: string; end: 'closed' | 'broken' }> {
  let text = ''
  try {
    for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) text += chunk
    return { text, end: 'closed' }
  } catch {
    return { text, end: 'broken' }
  }
}

describe('knobs of every call', () => {
  it('latencyMs: nothing is answered before', async () => {
    set({ latencyMs: 500 })
    let answered = false
    const call = visitor.request('GET', '/v1/users/me').then(() => {
      answered = true
    })
    await clock.advance(499)
    expect(answered).toBe(false)
    await clock.advance(1)
    await call
    expect(answered).toBe(true)
  })

  it.each([
    [{ code: 4016 }, 200, 4016],
    [{ code: 4020, retryAfterSeconds: 3 }, 200, 4020],
    [{ code: 5000, status: 503 }, 503, 5000],
    [{ code: 4100 }, 401, 4100],
  ])('failNext %j: so many calls fail, the next one is answered', async (fault, status, code) => {
    set({ failNext: { times: 2, ...fault } })
    for (let i = 0; i < 2; i++) {
      const answer = await visitor.json('GET', '/v1/users/me')
      expect([answer.status, answer.body['code']]).toEqual([status, code])
      expect(answer.headers.get('retry-after')).toBe('retryAfterSeconds' in fault ? '3' : null)
    }
    expect((await visitor.json('GET', '/v1/users/me')).body['code']).toBe(0)
  })

  it('failNext with a status alone: an HTML page, as a proxy would send; only on the named path', async () => {
    set({ failNext: { times: 1, status: 502, path: '/v3/chat' } })
    expect((await visitor.request('GET', '/v1/users/me')).status).toBe(200)
    const response = await visitor.request('POST', '/v3/chat', chatBody('hello'))
    expect([response.status, await response.text()]).toEqual([502, '<html><body><h1>502</h1></body></html>'])
    expect((await visitor.request('POST', '/v3/chat', chatBody('hello'))).status).toBe(200)
  })

  it('statusMode mapped: business errors carry a fitting status', async () => {
    const missing = () => visitor.request('GET', '/v1/conversation/retrieve?conversation_id=1')
    expect((await missing()).status).toBe(200)
    set({ statusMode: 'mapped' })
    expect((await missing()).status).toBe(404)
  })

  it('requireSessionNameInBody: chat calls without one are refused with 4000', async () => {
    set({ requireSessionNameInBody: true })
    expect(await raw()).toMatch(/^\{"code":4000/)
    expect(spoken(await visitor.ask('hello', undefined, { session_name: 'VISITOR' }))).toBe(HELLO)
    expect(await visitor.askFlow('hello')).toEqual([])
    expect(spoken(await visitor.askFlow('hello', { session_name: 'VISITOR' }))).toBe(HELLO)
  })

  it('pascalCaseOnboarding: the opening message is spelled as in one sample of the vendor', async () => {
    set({ pascalCaseOnboarding: true })
    const { body } = await visitor.json('GET', `/v1/bots/${botId}`)
    expect((body['data'] as { onboarding_info: object }).onboarding_info).toMatchObject({
      Prologue: expect.stringContaining('Mocha'),
      SuggestedQuestions: expect.any(Array),
    })
  })
})

describe('knobs of the stream', () => {
  it('pieceDelayMs and pieceLength: pieces come one by one, at their pace', async () => {
    set({ pieceDelayMs: 10, pieceLength: 20 })
    const response = await visitor.request('POST', '/v3/chat', chatBody('hello'))
    const reading = response.text()
    const chat = () => simulator.dump().sessions[0]?.conversations[0]?.messages.length
    await clock.advance(10 * Math.ceil(HELLO.length / 20) - 1)
    expect(chat()).toBe(1)
    await clock.advance(1)
    expect(chat()).toBe(6)
    const deltas = parseStream(await reading).filter(({ event }) => event === 'conversation.message.delta')
    expect(deltas.map((event) => String(field(event, 'content')).length)).toEqual([20, 20, 20, 20, HELLO.length - 80])
  })

  it('never cuts a character in two', async () => {
    set({ pieceLength: 1 })
    expect(spoken(await visitor.ask('thanks'))).toContain('😊')
    expect(await raw('thanks')).not.toMatch(/\\ud83d"/)
  })

  it('firstByteDelayMs: the head comes at once, the first event later', async () => {
    set({ firstByteDelayMs: 1000 })
    const response = await visitor.request('POST', '/v3/chat', chatBody('hello'))
    expect(response.headers.get('content-type')).toMatch(/^text\/event-stream/)
    const first = response.body?.getReader().read()
    let arrived = false
    void first?.then(() => {
      arrived = true
    })
    await clock.advance(999)
    expect(arrived).toBe(false)
    await clock.advance(1)
    expect(arrived).toBe(true)
  })

  it('fieldSpace and lineEnd: with a space, with CRLF', async () => {
    expect(await raw()).toMatch(/^event:conversation\.chat\.created\ndata:\{/)
    set({ fieldSpace: 'one', lineEnd: '\r\n' })
    expect(await raw()).toMatch(/^event: conversation\.chat\.created\r\ndata: \{.*\}\r\n\r\n/)
  })

  it('chunkBytes: the bytes are cut anywhere, inside characters too, and none is lost', async () => {
    set({ chunkBytes: 3 })
    const response = await visitor.request('POST', '/v3/chat', chatBody('你好'))
    const chunks: Uint8Array[] = []
    for await (const chunk of response.body ?? []) chunks.push(chunk)
    expect(Math.max(...chunks.map(({ length }) => length))).toBe(3)
    expect(spoken(parseStream(await new Blob(chunks.map((chunk) => chunk.slice())).text()))).toMatch(
      /^你好！很高兴见到你 ☕/,
    )
  })

  it('comments and unknownEvents: noise that a client has to ignore', async () => {
    set({ comments: true, unknownEvents: true })
    expect(await raw()).toMatch(/^: keep-alive\n\nevent:conversation\.future\.event\ndata:/)
    expect(spoken(await visitor.ask('hello'))).toBe(HELLO)
  })

  it('duplicateEvents: everything comes twice', async () => {
    set({ duplicateEvents: true })
    const events = await names()
    expect(events.filter((name) => name === 'done')).toHaveLength(2)
    expect(events.filter((name) => name === 'conversation.chat.created')).toHaveLength(2)
  })

  it.each([
    ['reset', 'broken', /\n\n$/],
    ['close', 'closed', /\n\n$/],
    ['half-event', 'closed', /"id":"75000000$/],
  ] as const)('cut by %s: the stream ends early, the answer is saved whole', async (how, end, tail) => {
    set({ cut: { afterDeltas: 3, how } })
    const result = await readAll(await visitor.request('POST', '/v3/chat', chatBody('hello')))
    expect(result.end).toBe(end)
    expect(result.text).toMatch(tail)
    expect(
      parseStream(result.text.replace(/event:[^\n]*\ndata:\{"id":"75000000$/, '')).filter(
        ({ event }) => event === 'conversation.message.delta',
      ),
    ).toHaveLength(3)
    const messages = simulator.dump().sessions[0]?.conversations[0]?.messages
    expect(messages?.find(({ type }) => type === 'answer')?.text).toBe(HELLO)
  })

  it('cut by hang: the stream goes silent and does not end', async () => {
    set({ cut: { afterDeltas: 1, how: 'hang' } })
    const response = await visitor.request('POST', '/v3/chat', chatBody('hello'))
    let ended = false
    const reader = response.body?.getReader()
    for (let i = 0; i < 3; i++) await reader?.read()
    void reader?.read().then(() => {
      ended = true
    })
    await clock.advance(3_600_000)
    expect(ended).toBe(false)
  })

  it.each([
    ['chat', 'conversation.chat.failed', { last_error: { code: 4013, msg: expect.any(String) }, status: 'failed' }],
    ['bare', 'conversation.chat.failed', { code: 4013, msg: expect.any(String) }],
    ['error', 'error', { code: 4013, msg: expect.any(String) }],
  ] as const)('failAfter in shape %s: fails after so many deltas', async (shape, name, data) => {
    set({ failAfter: { deltas: 2, code: 4013, shape } })
    const events = await visitor.ask('hello')
    const at = events.findIndex(({ event }) => event === name)
    expect(events.slice(0, at).filter(({ event }) => event === 'conversation.message.delta')).toHaveLength(2)
    expect(events[at]?.data).toMatchObject(data)
    expect(events.slice(at + 1).map(({ event }) => event)).toEqual(shape === 'error' ? [] : ['done'])
  })

  it('stringCodes: codes inside a stream are strings', async () => {
    set({ failAfter: { deltas: 1, code: 4013, shape: 'bare' }, stringCodes: true })
    expect((await visitor.ask('hello')).at(-2)?.data).toMatchObject({ code: '4013' })
  })

  it('done: missing or twice', async () => {
    set({ done: 'missing' })
    expect((await names()).at(-1)).toBe('conversation.chat.completed')
    set({ done: 'twice' })
    expect((await names()).slice(-2)).toEqual(['done', 'done'])
  })

  it('doneAfterFailure: off, the failure is the last event', async () => {
    set({ failAfter: { deltas: 1 }, doneAfterFailure: false })
    expect((await names()).at(-1)).toBe('conversation.chat.failed')
  })

  it.each([
    ['status', 'conversation.chat.completed'],
    ['stop', 'conversation.chat.canceled'],
  ] as const)('cancel by %s: the stream ends with %s, and what was said is kept', async (cancel, end) => {
    set({ cancel, pieceDelayMs: 10 })
    const response = await visitor.request('POST', '/v3/chat', chatBody('hello'))
    const reading = response.text()
    await clock.advance(35)
    const { id, messages } = simulator.dump().sessions[0]?.conversations[0] ?? { id: '', messages: [] }
    expect(messages).toHaveLength(1)
    const list = await visitor.json('POST', `/v1/conversation/message/list?conversation_id=${id}`, {})
    const chatId = (list.body['data'] as { chat_id: string }[])[0]?.chat_id
    const answer = await visitor.json('POST', '/v3/chat/cancel', { conversation_id: id, chat_id: chatId })
    expect(answer.body['data']).toMatchObject({ status: 'canceled' })
    await clock.advance(5_000)
    expect(
      parseStream(await reading)
        .map(({ event }) => event)
        .slice(-2),
    ).toEqual([end, 'done'])
    const saved = simulator.dump().sessions[0]?.conversations[0]?.messages.map(({ text }) => text)
    expect(saved).toEqual(['hello', HELLO.slice(0, 16)])
    const now = await visitor.json('POST', `/v3/chat/retrieve?conversation_id=${id}&chat_id=${chatId}`)
    expect(now.body['data']).toMatchObject({ status: 'canceled' })
  })
})

describe('knobs of the agent', () => {
  it('reasoning: thinks before it answers', async () => {
    set({ reasoning: true })
    const events = await visitor.ask('hello')
    const thoughts = events.filter(
      (event) => event.event === 'conversation.message.delta' && field(event, 'reasoning_content'),
    )
    expect(thoughts.length).toBeGreaterThan(3)
    expect(thoughts.every((event) => field(event, 'content') === '')).toBe(true)
    expect(spoken(events)).toBe(HELLO)
    const answer = events.find((event) => event.event === 'conversation.message.completed')
    expect(field(answer, 'reasoning_content')).toBe(thoughts.map((event) => field(event, 'reasoning_content')).join(''))
  })

  it('multiAnswer: one turn, two answers, together the same text', async () => {
    const whole = completed(await visitor.ask('/markdown'), 'answer')
    set({ multiAnswer: true })
    const answers = completed(await visitor.ask('/markdown'), 'answer')
    expect([whole.length, answers.length, answers.join('')]).toEqual([1, 2, whole[0]])
  })

  it('followUps: off, none are sent', async () => {
    expect(completed(await visitor.ask('hello'), 'follow_up')).toHaveLength(3)
    set({ followUps: false })
    expect(completed(await visitor.ask('hello'), 'follow_up')).toHaveLength(0)
  })

  it('command: every question is answered as if it were this one', async () => {
    set({ command: '/card' })
    const card = (await visitor.ask('hello')).find((event) => field(event, 'content_type') === 'card')
    expect(JSON.parse(String(field(card, 'content')))).toMatchObject({ response_for_model: expect.any(String) })
  })
})
