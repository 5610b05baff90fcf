import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { createEventStream, formatEvent } from '../../../src/simulator/stream/event-stream.ts'
import { changeKnobs, defaultKnobs } from '../../../src/simulator/world/knobs.ts'
import type { ChatKind } from '../../../src/simulator/world/store.ts'
import { field, parseStream, type StreamEvent, simulatorWith } from '../support.ts'

const fixture = (name: string) => readFileSync(new URL(`../../fixtures/coze/${name}`, import.meta.url), 'utf8')
const json = (name: string): Record<string, unknown> => JSON.parse(fixture(name))

/** Expects that every key of `expected` is in `actual` with a value of the same type. */
function expectShape(actual: unknown, expected: unknown): void {
  if (typeof expected !== 'object' || expected === null) {
    expect(typeof actual).toBe(typeof expected)
    return
  }
  const given = actual as Record<string, unknown>
  expect(Object.keys(given)).toEqual(expect.arrayContaining(Object.keys(expected)))
  for (const [key, value] of Object.entries(expected)) {
    // Contents of lists and names of calls differ; that they are there does not.
    if (!Array.isArray(value)) expectShape(given[key], value)
  }
}

/** Names of events with the type of their message; consecutive repetitions are left out. */
function outline(events: readonly StreamEvent[]): string[] {
  const names = events.map((event) => [event.event, field(event, 'type')].filter(Boolean).join(' '))
  return names.filter((name, index) => name !== names[index - 1])
}

/** `msg_type` of a verbose message. */
function verboseType(event: StreamEvent): string | undefined {
  return field(event, 'type') === 'verbose' ? JSON.parse(String(field(event, 'content'))).msg_type : undefined
}

describe('the wire format', () => {
  it.each<[string, ChatKind]>([
    ['agent-turn.sse', 'agent'],
    ['chatflow-interrupt-tail.sse', 'chatflow'],
  ])('writes the events of %s back byte for byte', (name, kind) => {
    const text = fixture(name)
    const written = parseStream(text).map(({ event, data }, id) => formatEvent(event, data, defaultKnobs(), kind, id))
    expect(written.join('')).toBe(text)
  })

  it('gives a turn the order and the fields of the documented one', async () => {
    const { visitor } = await simulatorWith()
    const documented = parseStream(fixture('agent-turn.sse'))
    const events = await visitor.ask('hello')
    expect(outline(events)).toEqual(outline(documented))
    for (const expected of documented) {
      const same = events.find((event) => outline([event])[0] === outline([expected])[0])
      expectShape(same?.data, expected.data)
    }
  })

  it('ends a chatflow at a question node as documented, and takes the next message as the answer', async () => {
    const { visitor } = await simulatorWith()
    const documented = parseStream(fixture('chatflow-interrupt-tail.sse'))
    const events = await visitor.askFlow('/ask')
    const tail = events.slice(-4)
    expect(outline(tail)).toEqual(outline(documented))
    expect(tail.map(verboseType)).toEqual([undefined, 'interrupt', 'generate_answer_finish', undefined])
    for (const [index, { data }] of documented.entries())
      expectShape(
        events.slice(-4).filter((event) => verboseType(event) !== 'generate_answer_finish')[index]?.data,
        data,
      )
    expect(events.map(({ event }) => event)).not.toContain('conversation.chat.completed')
    const answer = await visitor.askFlow('medium')
    expect(outline(answer)).toContain('conversation.chat.completed')
    expect(
      String(
        field(
          answer.find((event) => event.event === 'conversation.message.completed'),
          'content',
        ),
      ),
    ).toMatch(/medium it is/)
  })

  it('gives conversations, waiting chats and failures the documented fields', async () => {
    const { visitor } = await simulatorWith()
    const created = await visitor.json('POST', '/v1/conversation/create', {})
    expectShape(created.body['data'], json('conversation.json'))
    const waiting = await visitor.ask('/tool local')
    const paused = waiting.find(({ event }) => event === 'conversation.chat.requires_action')
    expectShape(paused?.data, json('chat-requires-action.json'))
    const refused = await visitor.json('GET', '/v1/conversation/retrieve?conversation_id=1')
    expectShape(refused.body, json('failure-4100.json'))
    expect(String((refused.body['detail'] as { logid: string }).logid)).toMatch(/^\d{14}[0-9A-F]{20}$/)
    expect(refused.headers.get('x-tt-logid')).toBe((refused.body['detail'] as { logid: string }).logid)
  })

  it('answers a failure before the start as plain JSON without a newline at its end', async () => {
    const { visitor } = await simulatorWith()
    const response = await visitor.request('POST', '/v3/chat', { bot_id: '1', user_id: 'u', stream: true })
    expect(response.headers.get('content-type')).toMatch(/application\/json/)
    expect(await response.text()).toMatch(/^\{"code":4006.*\}$/)
  })

  it('hands over everything that was sent before a lost connection', async () => {
    const { body, sink } = createEventStream(defaultKnobs(), 'agent')
    sink.event('one', {})
    sink.event('two', {})
    sink.cut('reset')
    sink.event('never', {})
    sink.end()
    const seen: string[] = []
    const reading = (async () => {
      for await (const chunk of body.pipeThrough(new TextDecoderStream())) seen.push(chunk)
    })()
    await expect(reading).rejects.toThrow('lost')
    expect(seen).toEqual(['event:one\ndata:{}\n\n', 'event:two\ndata:{}\n\n'])
  })

  it('stays silent, but does not fail, once the reader is gone', async () => {
    const { body, sink } = createEventStream(defaultKnobs(), 'agent')
    await body.cancel()
    sink.event('one', {})
    sink.cut('reset')
    sink.end()
  })

  it('refuses a knob that does not exist and a value that makes no sense, by name', () => {
    expect(() => changeKnobs(defaultKnobs(), { colour: 'red' })).toThrow(/colour/)
    expect(() => changeKnobs(defaultKnobs(), { authStatus: 500 })).toThrow(/authStatus/)
    expect(() => changeKnobs(defaultKnobs(), { failNext: { times: -1 } })).toThrow(/failNext/)
  })
})
