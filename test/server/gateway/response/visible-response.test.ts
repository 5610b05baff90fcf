import { describe, expect, it } from 'vitest'
import { parseLosslessJson } from '../../../../src/server/gateway/lossless-json.ts'
import { createBackpressuredStream, rawBytes } from '../../../../src/server/gateway/response/backpressured-stream.ts'
import { createEventReader } from '../../../../src/server/gateway/response/event-reader.ts'
import { meansMissing, missingCodeOf, refuse, VendorRefusal } from '../../../../src/server/gateway/response/refusal.ts'
import { visibleResponse } from '../../../../src/server/gateway/response/visible-response.ts'
import { refusalResponse } from '../../../../src/server/gateway/response/wire-responses.ts'
import { toServiceRequest } from '../../../../src/server/http/service-request.ts'
import { RESPONSE_HEADERS, toResponse } from '../../../../src/server/http/service-response.ts'
import { createFakeClock } from '../../../support/fake-clock.ts'

const asking = (accept = '*/*') => toServiceRequest(new Request('https://shop.test/', { headers: { accept } }), {})
const json = (body: Record<string, unknown>, logId = '') => ({ kind: 'json', body, logId }) as const
const source = (text: string) => ({
  body: new Response(text).body,
  signal: new AbortController().signal,
  close: () => {},
})

describe('what a browser gets of a response', () => {
  it('T9: is of JSON what the route lists, and of everything else nothing', () => {
    const body = { code: 0, msg: 'SECRET', data: { id: '1', plugin: 'SECRET' }, has_more: true, owner: 'SECRET' }
    const route = { data: { id: 'word' }, besideData: ['has_more', 'first_id'] } as const
    const { status, body: text } = visibleResponse(route, json(body, 'log1'), asking())
    expect([status, text]).toEqual([
      200,
      '{"code":0,"msg":"","data":{"id":"1"},"has_more":true,"detail":{"logid":"log1"}}',
    ])
  })

  it('T9: is without data where the route shows none, or where it has another form', () => {
    const body = { code: 0, data: 'SECRET', last_id: { a: 'SECRET' } }
    const bare = '{"code":0,"msg":"","detail":{"logid":""}}'
    expect(visibleResponse({}, json(body), asking()).body).toBe(bare)
    expect(visibleResponse({}, json({ code: 0, data: { id: 'SECRET' } }), asking()).body).toBe(bare)
    expect(visibleResponse({ data: { id: 'word' }, besideData: ['last_id'] }, json(body), asking()).body).toBe(bare)
  })

  it('F54: takes no field of a prototype for one of the response', () => {
    const body = Object.create({ has_more: true }) as Record<string, unknown>
    expect(visibleResponse({ besideData: ['has_more'] }, json(body), asking()).body).not.toContain('has_more')
  })

  it('T32: has its numbers as they were written', () => {
    const body = parseLosslessJson('{"data":{"id":7399999999999999999},"last_id":7399999999999999999}')
    const route = { data: { id: 'value' }, besideData: ['last_id'] } as const
    const { body: text } = visibleResponse(route, json(body as Record<string, unknown>), asking())
    expect(text).toBe(
      '{"code":0,"msg":"","data":{"id":7399999999999999999},"last_id":7399999999999999999,"detail":{"logid":""}}',
    )
  })

  it('T32: is of a turn its events, in the form that was asked for', async () => {
    const delta = (text: string) =>
      `event:conversation.message.delta\ndata:{"id":"1","type":"answer","content":"${text}"}\n\n`
    for (const [accept, expected] of [
      ['*/*', `${delta('a')}event:done\ndata:"[DONE]"\n\n${delta('b')}`],
      ['text/event-stream;deltas=text', `${delta('a')}event:done\ndata:"[DONE]"\n\ndata:"b"\n\n`],
    ] as const) {
      const from = source(`${delta('a')}event:done\ndata:[DONE]\n\n${delta('b')}`)
      const stream = createBackpressuredStream(from, { reader: createEventReader(), clock: createFakeClock() })
      const response = toResponse(
        visibleResponse({}, { kind: 'events', stream, first: undefined, logId: 'log1' }, asking(accept)),
      )
      expect(await response.text()).toBe(expected)
      expect(Object.fromEntries(response.headers)).toMatchObject({
        'content-type': 'text/event-stream; charset=utf-8',
        'x-tt-logid': 'log1',
        'cache-control': 'no-store, private, no-transform',
      })
    }
  })

  it('T32: is sound as it came', async () => {
    const stream = createBackpressuredStream(source('ID3'), { reader: rawBytes, clock: createFakeClock() })
    const response = toResponse(
      visibleResponse({}, { kind: 'sound', stream, contentType: 'audio/mpeg', logId: '' }, asking()),
    )
    expect([await response.text(), response.headers.get('content-type')]).toEqual(['ID3', 'audio/mpeg'])
    expect(response.headers.has('x-tt-logid')).toBe(false)
  })
})

describe('a refusal', () => {
  it('F80: is code and log id, in Coze’s shape', () => {
    const refusal = new VendorRefusal('720702204', { status: 400, logId: 'log1', retryAfter: '7\r\nx: y' })
    const { status, headers, body } = refusalResponse(refusal)
    expect([status, body]).toEqual([
      400,
      '{"code":"720702204","msg":"Refused with code 720702204.","detail":{"logid":"log1"}}',
    ])
    expect(headers.slice(headers.indexOf('x-tt-logid'))).toEqual(['x-tt-logid', 'log1', 'retry-after', '7x: y'])
  })

  it('has neither header where Coze sent none', () => {
    const { status, headers } = refusalResponse(refuse(4016))
    expect([status, headers]).toEqual([200, [...RESPONSE_HEADERS, 'content-type', 'application/json']])
  })

  it.each([
    [4001, 4001, true],
    [4002, 4002, true],
    [4005, 4005, true],
    [4200, 4200, true],
    [4101, undefined, true],
    [4000, undefined, false],
    [4006, undefined, false],
    [4009, undefined, false],
    [4100, undefined, false],
  ])('T3: with %i says "missing" as %s, and to a look-up %s', (code, missing, means) => {
    expect([missingCodeOf(code), meansMissing(refuse(code))]).toEqual([missing, means])
    expect(meansMissing({ code })).toBe(false)
  })
})
