import { describe, expect, it } from 'vitest'
import { createEventReader } from '../../../../src/server/gateway/response/event-reader.ts'
import { visibleEvent } from '../../../../src/server/gateway/response/visible-event.ts'

const bytes = (text: string) => new TextEncoder().encode(text)
const DELTA = 'conversation.message.delta'
const COMPLETED = 'conversation.message.completed'
const seen = (name: string, data: object) => visibleEvent(name, JSON.stringify(data))

describe('T32: events of a stream', () => {
  it('are read from pieces of bytes, each once and whole', () => {
    const reader = createEventReader()
    const all = bytes('event:done\ndata:[DONE]\n\n: hi\n\nevent:error\ndata:{"code":4016,"msg":"SECRET"}')
    const given = [...all].flatMap((byte) => reader.push(Uint8Array.of(byte)))
    expect(given).toEqual([{ name: 'done', data: '[DONE]' }])
    expect(reader.end()).toEqual([{ name: 'error', data: { code: 4016 } }])
    expect(createEventReader().end()).toEqual([])
  })

  it('tell a failure by what the reader makes of it, and nothing where that is nothing', () => {
    const asked: string[] = []
    const reader = createEventReader((data) => {
      asked.push(data)
      return data === 'known' ? { code: 4001 } : undefined
    })
    expect(reader.push(bytes('event:error\ndata:known\n\nevent:error\ndata:{"code":7}\n\n'))).toEqual([
      { name: 'error', data: { code: 4001 } },
      { name: 'error', data: {} },
    ])
    expect(reader.push(bytes('event:done\ndata:known\n\n'))).toHaveLength(1)
    expect(asked).toEqual(['known', '{"code":7}'])
  })

  it('that are nested deeper than anybody could walk cost themselves alone', () => {
    const deep = `${'['.repeat(20_000)}${']'.repeat(20_000)}`
    const reader = createEventReader(() => ({ code: 4001, msg: JSON.parse(deep) as unknown }))
    const call = JSON.stringify({ type: 'function_call', content: `{"name":"f","arguments":${deep}}` })
    const events = [`event:${COMPLETED}\ndata:${call}`, `event:${DELTA}\ndata:{"content":"a","x":${deep}}`]
    expect(reader.push(bytes(`${events.join('\n\n')}\n\nevent:error\ndata:${deep}\n\n`))).toEqual([
      { name: COMPLETED, data: { type: 'function_call', content: '{"name":"f"}' } },
      { name: DELTA, data: { content: 'a' } },
      { name: 'error', data: { code: 4001 } },
    ])
  })
})

describe('T32: a piece of an answer', () => {
  it.each([
    [
      { type: 'answer', content: 'a' },
      { type: 'answer', content: 'a' },
    ],
    [{ content: 'a' }, { content: 'a' }],
    [{ type: '', content: 'a' }, { content: 'a' }],
    [
      { role: 'assistant', type: 'answer', content: '', reasoning_content: 'b' },
      { role: 'assistant', type: 'answer', reasoning_content: 'b' },
    ],
    [
      { type: 'answer', content: 'a', reasoning_content: '' },
      { type: 'answer', content: 'a' },
    ],
    [
      { type: 'answer', content: 'a', content_type: 'text', bot_id: 'SECRET' },
      { type: 'answer', content: 'a', content_type: 'text' },
    ],
  ])('is its text with what names it: %j', (data, expected) => {
    expect(seen(DELTA, data)).toStrictEqual({ name: DELTA, data: expected })
  })

  it.each([
    { role: 'user', type: 'answer', content: 'a' },
    { role: 'user', content: 'a' },
    { type: 'function_call', content: 'SECRET' },
    { type: 'verbose', content: 'SECRET' },
    { type: 'unknown', content: 'SECRET' },
    { type: 'answer', content_type: 'card', content: '{}' },
    { type: 'answer', content: '' },
    { type: 'answer' },
    { type: 'answer', content: { a: 'SECRET' } },
  ])('is none, and nothing of it may be seen: %j', (data) => {
    expect(seen(DELTA, data)).toBeUndefined()
  })
})

describe('T32: a message that is whole', () => {
  it.each([
    [
      { type: 'answer', content: 'a' },
      { type: 'answer', content: 'a' },
    ],
    [
      { type: 'answer', content: 'a', ext: 'SECRET' },
      { type: 'answer', content: 'a' },
    ],
    // That it has ended is told even without content.
    [
      { type: 'answer', id: '1' },
      { type: 'answer', id: '1' },
    ],
    [
      { type: 'answer', id: '1', content: { a: 'SECRET' } },
      { type: 'answer', id: '1' },
    ],
    [
      { type: 'function_call', content: '{"name":"f","api":"SECRET"}' },
      { type: 'function_call', content: '{"name":"f"}' },
    ],
  ])('is what of it may be seen: %j', (data, expected) => {
    expect(seen(COMPLETED, data)).toStrictEqual({ name: COMPLETED, data: expected })
  })

  it.each([
    { type: 'verbose', id: '1' },
    { type: 'verbose', content: '{"msg_type":"jump"}' },
    { type: 'function_call', id: '1' },
    { type: 'function_call', content: 'SECRET' },
    { type: 'unknown', id: '1' },
    { type: 'unknown', content: 'SECRET' },
  ])('is no message where nobody may see it: %j', (data) => {
    expect(seen(COMPLETED, data)).toBeUndefined()
  })
})

describe('T32: other events', () => {
  it('are a piece of speech, by its fields', () => {
    const data = { id: '1', conversation_id: '2', chat_id: '3', content: 'AAAA', key: 'SECRET' }
    const { key: _, ...visible } = data
    expect(seen('conversation.audio.delta', data)).toEqual({ name: 'conversation.audio.delta', data: visible })
  })

  it.each(['conversation.future', 'ping', '', 'toString', 'conversation.chat', 'conversation.chat.'])(
    'that are not listed do not pass: %j',
    (name) => {
      expect(seen(name, { id: '1', code: 1, content: 'SECRET' })).toBeUndefined()
    },
  )
})
