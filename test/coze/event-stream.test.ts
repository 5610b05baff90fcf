import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { createEventDecoder, type StreamEvent } from '../../src/coze/event-stream.ts'
import { cutAt, cutAtEveryByte } from '../support/cut-at-every-byte.ts'
import fc from '../support/fast-check.ts'

const encoder = new TextEncoder()
const bytesOf = (text: string) => encoder.encode(text)

function decode(pieces: readonly Uint8Array[]): StreamEvent[] {
  const decoder = createEventDecoder()
  return [...pieces.flatMap((piece) => decoder.push(piece)), ...decoder.end()]
}

const answer = readFileSync(new URL('../fixtures/coze/agent-reasoning.sse', import.meta.url), 'utf8')
const mixed =
  'event:a\r\ndata:{"t":"你好，世界 👩‍👩‍👧 é"}\r\n\r\nevent: b\ndata: 🌞\n\n:comment\r\rdata:c\r\rdata:last\n\n'

describe('an event stream', () => {
  it('reads names and data with and without the optional space', () => {
    expect(decode([bytesOf('event:a\ndata:1\n\nevent: b\ndata: 2\n\ndata:3\n\n')])).toEqual([
      { name: 'a', data: '1' },
      { name: 'b', data: '2' },
      { name: '', data: '3' },
    ])
  })

  it('F40: gives the same events wherever two chunks meet', () => {
    for (const text of [answer, mixed]) {
      const whole = decode([bytesOf(text)])
      expect(JSON.stringify(whole)).not.toContain('\ufffd')
      for (const pieces of cutAtEveryByte(bytesOf(text))) expect(decode(pieces)).toEqual(whole)
    }
  })

  it('F40: a burst of many answers in one piece gives what its parts give', () => {
    for (const text of [answer, mixed]) {
      // Comments of different lengths put the events at different places of the burst.
      const burst = Array.from({ length: 400 }, (_, index) => `:${'x'.repeat(index % 7)}\n${text}`)
      const parts = burst.flatMap((part) => decode([bytesOf(part)]))
      expect(decode([bytesOf(burst.join(''))])).toEqual(parts)
    }
  })

  it('F40: loses and changes no character in 10,000 random splits', () => {
    const event = fc.record({
      text: fc.string({ unit: 'grapheme', maxLength: 40 }),
      end: fc.constantFrom('\n', '\r\n', '\r'),
    })
    fc.assert(
      fc.property(fc.array(event, { maxLength: 6 }), fc.array(fc.nat(), { maxLength: 20 }), (events, places) => {
        const text = events.map(({ text, end }) => `event:x${end}data:${JSON.stringify(text)}${end}${end}`).join('')
        const read = decode(cutAt(bytesOf(text), places)).map(({ data }) => JSON.parse(data) as unknown)
        expect(read).toEqual(events.map(({ text }) => text))
      }),
      { numRuns: 10_000 },
    )
  })

  it('F40: a connection that ends within a character shows that something is missing there', () => {
    const bytes = bytesOf('data:一张')
    expect(decode([bytes.slice(0, -1)])).toEqual([{ name: '', data: '一\ufffd' }])
    expect(decode([bytes])).toEqual([{ name: '', data: '一张' }])
  })

  it('F42: refuses a line that never ends, one that ends too late, and an event of endless lines', () => {
    const mebibyte = bytesOf('x'.repeat(1024 * 1024))
    const tooLarge = expect.objectContaining({ code: 'stream_too_large' })
    expect(() => decode([bytesOf('data:'), mebibyte])).toThrow(tooLarge)
    expect(() => decode([bytesOf(`data:x${'x'.repeat(1024 * 1024)}\n\n`)])).toThrow(tooLarge)
    expect(() => decode(Array(40_000).fill(bytesOf(`data:${'y'.repeat(30)}\n`)))).toThrow(tooLarge)
    expect(() => decode([bytesOf('{"a":"'), mebibyte])).toThrow(tooLarge)
  })

  it.each([
    ['comments', ':ping\n\nevent:a\n:ping\ndata:1\n\n', [{ name: 'a', data: '1' }]],
    ['a byte order mark', '\ufeffevent:a\ndata:1\n\n', [{ name: 'a', data: '1' }]],
    [
      'carriage returns alone',
      'event:a\rdata:1\r\rdata:2\r\r',
      [
        { name: 'a', data: '1' },
        { name: '', data: '2' },
      ],
    ],
    ['several data lines', 'data:1\ndata\ndata: 2\n\n', [{ name: '', data: '1\n\n2' }]],
    ['ids, retries and unknown fields', 'id:1\nretry:9\nfoo:bar\nevent:a\ndata:1\n\n', [{ name: 'a', data: '1' }]],
    ['an event without data', 'event:a\n\nevent:b\ndata:\n\n', [{ name: 'b', data: '' }]],
    ['a last event without its blank line', 'event:a\ndata:1', [{ name: 'a', data: '1' }]],
    ['nothing', '', []],
  ])('F43: reads %s as the standard says', (_name, text, events) => {
    for (const pieces of cutAtEveryByte(bytesOf(text))) expect(decode(pieces)).toEqual(events)
  })

  it.each(['', '\n', '\r\n'])('F44: reads a JSON body in place of a stream as one error (ending %j)', (ending) => {
    const body = '{"code":4100,"msg":"authentication is invalid","detail":{"logid":"l1"}}'
    for (const text of [body, JSON.stringify(JSON.parse(body), null, 2)]) {
      for (const pieces of cutAtEveryByte(bytesOf(text + ending))) {
        const [event, ...more] = decode(pieces)
        expect(more).toEqual([])
        expect(event?.name).toBe('error')
        expect(JSON.parse(event?.data ?? '')).toEqual(JSON.parse(body))
      }
    }
  })
})
