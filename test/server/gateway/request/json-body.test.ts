import { describe, expect, it } from 'vitest'
import { readJsonBody } from '../../../../src/server/gateway/request/json-body.ts'
import { toServiceRequest } from '../../../../src/server/http/service-request.ts'
import { createFakeClock } from '../../../support/fake-clock.ts'

const JSON_TYPE = { 'content-type': 'application/json' }
const MAX = 262_144

function send(body: BodyInit | null, headers: Record<string, string> = JSON_TYPE, clock = createFakeClock()) {
  const init: RequestInit & { duplex: 'half' } = { method: 'POST', body, headers, duplex: 'half' }
  return readJsonBody(toServiceRequest(new Request('https://shop.test/', init), {}), clock)
}
const untyped = (text: string) => new TextEncoder().encode(text)

describe('the JSON body of a request', () => {
  it.each([
    'application/json',
    'Application/JSON',
    'application/json;charset=utf-8',
    'application/json ; charset=utf-8',
  ])('is read by its type: %s', async (type) => {
    expect(await send('{"a":[1,"x",null]}', { 'content-type': type })).toEqual({ a: [1, 'x', null] })
  })

  it.each([
    'text/plain',
    'application/jsonp',
    'application/json+x',
    'x-application/json',
    'text/plain, application/json',
  ])('F72: of another type is refused: %s', async (type) => {
    await expect(send('{}', { 'content-type': type })).rejects.toMatchObject({ code: 'unsupported_media_type' })
  })

  it('F72: of no type is refused, and by its length before it is read', async () => {
    await expect(send(untyped('{}'), {})).rejects.toMatchObject({ code: 'unsupported_media_type' })
    const unread = new ReadableStream<Uint8Array>({ pull: () => new Promise(() => undefined) }, { highWaterMark: 0 })
    await expect(send(unread, { 'content-length': '1' })).rejects.toMatchObject({ code: 'unsupported_media_type' })
  })

  it('F94: that is empty has no fields, whatever type and length it names', async () => {
    for (const headers of [{}, { 'content-length': '0' }, { 'content-type': 'text/plain' }, JSON_TYPE]) {
      expect(await send(null, headers)).toEqual({})
      expect(await send(untyped(''), headers)).toEqual({})
    }
  })

  it.each(['{', 'hello', '{"a":1}}', ' '])('that is no JSON is refused: %j', async (text) => {
    await expect(send(untyped(text))).rejects.toMatchObject({ code: 'bad_request' })
  })

  it('has its numbers as they were written', async () => {
    const json = (await send('{"id":7399999999999999999}')) as { id: unknown }
    expect(String(json.id)).toBe('7399999999999999999')
  })

  it('F71: is at most 256 KiB', async () => {
    const text = (size: number) => `"${'x'.repeat(size - 2)}"`
    expect(await send(untyped(text(MAX)))).toHaveLength(MAX - 2)
    await expect(send(untyped(text(MAX + 1)))).rejects.toMatchObject({ code: 'too_large' })
  })

  it('F71: is at most 32 levels deep, brackets of its texts not counted', async () => {
    const nested = (depth: number) =>
      `${'['.repeat(depth / 2)}${'{"a":'.repeat(depth / 2)}0${'}'.repeat(depth / 2)}${']'.repeat(depth / 2)}`
    const flat = `[${Array.from({ length: 40 }, () => '[{}]').join(',')}]`
    for (const text of [nested(32), flat, JSON.stringify(['['.repeat(40), '"{'.repeat(40), '\\"{'.repeat(40)])]) {
      expect(await send(text)).toEqual(JSON.parse(text))
    }
    await expect(send(nested(34))).rejects.toMatchObject({ code: 'bad_request' })
    // A text that ends in a backslash does not hide what follows it.
    await expect(send(`["\\\\",${nested(32)}]`)).rejects.toMatchObject({ code: 'bad_request' })
  })

  it('F71: is waited for ten seconds', async () => {
    const clock = createFakeClock()
    const silent = new ReadableStream<Uint8Array>({ pull: () => new Promise(() => undefined) })
    let outcome: unknown = 'open'
    void send(silent, JSON_TYPE, clock).catch((error: unknown) => {
      outcome = error
    })
    await clock.advance(9_999)
    expect(outcome).toBe('open')
    await clock.advance(1)
    expect(outcome).toMatchObject({ code: 'bad_request' })
  })
})
