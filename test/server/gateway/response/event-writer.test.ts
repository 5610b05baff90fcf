import { describe, expect, it } from 'vitest'
import {
  createEventWriter,
  type EventForm,
  eventFormFor,
} from '../../../../src/server/gateway/response/event-writer.ts'
import type { VisibleEvent } from '../../../../src/server/gateway/response/visible-event.ts'
import { toServiceRequest } from '../../../../src/server/http/service-request.ts'

const DELTA = 'conversation.message.delta'
const piece = (content: string, more: object = {}): VisibleEvent => ({
  name: DELTA,
  data: { id: '1', role: 'assistant', type: 'answer', content, content_type: 'text', ...more },
})
const thought = (text: string, more: object = {}): VisibleEvent => {
  const { content: _content, ...data } = piece('').data as Record<string, unknown>
  return { name: DELTA, data: { ...data, reasoning_content: text, ...more } }
}
/** What batches are written as. */
function written(form: EventForm, ...batches: VisibleEvent[][]): string[] {
  const write = createEventWriter(form)
  return batches.map((events) => new TextDecoder().decode(write(events)))
}
const named = (fields: string) =>
  `event:${DELTA}\ndata:{"id":"1","role":"assistant","type":"answer","content_type":"text",${fields}}\n\n`

describe('the form of a stream', () => {
  it.each([
    ['text/event-stream;deltas=text', 'short'],
    ['application/json, TEXT/event-stream ; Deltas=text', 'short'],
    ['text/event-stream; deltas=text, */*', 'short'],
    ['text/event-stream', 'named'],
    ['text/event-stream;deltas=texts', 'named'],
    ['text/event-stream;deltas=text;q=0', 'named'],
    ['xtext/event-stream;deltas=text', 'named'],
    ['', 'named'],
  ])('by Accept: %s is %s', (accept, form) => {
    const request = toServiceRequest(new Request('https://shop.test/', { headers: { accept } }), {})
    expect(eventFormFor(request)).toBe(form)
  })

  it('is Coze’s own where the browser says nothing', () => {
    expect(eventFormFor(toServiceRequest(new Request('https://shop.test/'), {}))).toBe('named')
  })
})

describe('T32: what is written', () => {
  it('is a comment where there is nothing, so that the connection stays open', () => {
    expect(written('named', [])).toEqual([':\n\n'])
    expect(written('short', [])).toEqual([':\n\n'])
  })

  it('is one event of pieces that wait together, whole in each batch', () => {
    expect(written('named', [piece('a'), piece('b')], [piece('c')])).toEqual([
      named('"content":"ab"'),
      named('"content":"c"'),
    ])
  })

  it('is in short form the text alone, from the second piece of the same field of the same message', () => {
    expect(written('short', [piece('a'), piece('b')], [piece('c')], [piece('d')])).toEqual([
      named('"content":"ab"'),
      'data:"c"\n\n',
      'data:"d"\n\n',
    ])
  })

  it.each<[string, object]>([
    ['another message', { id: '2' }],
    ['another role', { role: 'tool' }],
    ['another type', { type: 'question' }],
    ['another type of content', { content_type: 'object_string' }],
  ])('is named again where %s speaks, and when the first goes on', (_what, more) => {
    const batches = written('short', [piece('a')], [piece('b', more)], [piece('c')])
    expect(batches.map((batch) => batch.startsWith('event:'))).toEqual([true, true, true])
    expect(written('named', [piece('a'), piece('b', more), piece('c')])[0]?.match(/event:/g)).toHaveLength(3)
  })

  it('keeps what is thought apart from what is said', () => {
    expect(written('short', [thought('a'), thought('b'), piece('c')], [thought('d')], [thought('e')])).toEqual([
      named('"reasoning_content":"ab"') + named('"content":"c"'),
      named('"reasoning_content":"d"'),
      'data:"e"\n\n',
    ])
  })

  it('joins nothing to a piece that thinks and says at once, and keeps both of its texts', () => {
    const both = piece('b', { reasoning_content: 'why' })
    const [first, second] = written('short', [piece('a'), both, piece('c')], [piece('d')])
    expect(first).toBe(`${named('"content":"a"')}event:${DELTA}\ndata:${JSON.stringify(both.data)}\n\ndata:"c"\n\n`)
    expect(second).toBe('data:"d"\n\n')
  })

  it('goes on in the short form after an event that is no piece', () => {
    const done: VisibleEvent = { name: 'done', data: '[DONE]' }
    expect(written('short', [piece('a'), done, piece('b')])).toEqual([
      `${named('"content":"a"')}event:done\ndata:"[DONE]"\n\ndata:"b"\n\n`,
    ])
  })

  it('is a piece without any text as it is', () => {
    const data = { id: '1', type: 'answer' }
    expect(written('short', [piece('a'), { name: DELTA, data }, piece('b')])[0]).toBe(
      `${named('"content":"a"')}event:${DELTA}\ndata:${JSON.stringify(data)}\n\ndata:"b"\n\n`,
    )
  })

  it('escapes what would end a line or an event', () => {
    expect(written('short', [piece('a')], [piece('\n\ndata:"x"\r\u2028')])[1]).toBe(
      `data:${JSON.stringify('\n\ndata:"x"\r\u2028')}\n\n`,
    )
  })
})
