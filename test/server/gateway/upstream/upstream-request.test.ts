import { describe, expect, it } from 'vitest'
import { withForcedFields } from '../../../../src/server/gateway/request/forced-fields.ts'
import type { UploadBody } from '../../../../src/server/gateway/request/upload-body.ts'
import { routeNamed } from '../../../../src/server/gateway/route-matching.ts'
import { buildUpstreamRequest } from '../../../../src/server/gateway/upstream/upstream-request.ts'
import { toServiceRequest } from '../../../../src/server/http/service-request.ts'
import { UPLOAD_LIMIT_MS } from '../../../../src/server/http/time-limits.ts'
import type { AuthenticatedVisitor } from '../../../../src/server/identity/authenticated-visitor.ts'

const ANN = { sessionName: 'ann', subject: 's_ann' } as AuthenticatedVisitor
const wire = (route: string, body: object = {}) =>
  withForcedFields(
    { route: routeNamed(route), path: '/v1/of/it', ids: {}, query: { a: '1' }, body: { ...body }, fileIds: [] },
    ANN,
    '1024',
  )
const from = (headers: Record<string, string> = {}) => {
  const request = toServiceRequest(new Request('https://shop.test/'), {})
  return { ...request, header: (name: string) => headers[name] }
}

describe('what is sent to Coze', () => {
  it('T9: of the browser’s headers is the language alone', () => {
    const headers = {
      ...{ cookie: 'session=1', authorization: 'Bearer g1.x', 'user-agent': 'x', 'x-forwarded-for': '10.0.0.1' },
      ...{ accept: 'text/event-stream;deltas=text', 'content-type': 'application/json', origin: 'https://shop.test' },
      'accept-language': 'zh-CN,zh;q=0.9, *;q=0.1',
    }
    expect(buildUpstreamRequest(wire('conversations'), from(headers))).toEqual({
      method: 'GET',
      path: '/v1/of/it',
      query: { a: '1', connector_id: '1024', user_id: 's_ann' },
      headers: { 'accept-language': 'zh-CN,zh;q=0.9, *;q=0.1' },
      limitMs: 15_000,
    })
  })

  it.each(['', 'zh\r\nx: y', 'zh"', '<script>', '中文', 'a'.repeat(101), 'zh\u0000'])(
    'T9: no language that is none: %j',
    (language) => {
      expect(buildUpstreamRequest(wire('agent'), from({ 'accept-language': language })).headers).toEqual({})
    },
  )

  it('has no header without a value, which some runtimes would send as the word "undefined"', () => {
    expect(Object.entries(buildUpstreamRequest(wire('agent'), from()).headers)).toEqual([])
  })

  it('is JSON with its type for a route with a body, also where that is empty', () => {
    expect(buildUpstreamRequest(wire('messages', { limit: 5 }), from())).toMatchObject({
      method: 'POST',
      body: '{"limit":5}',
      headers: { 'content-type': 'application/json' },
      limitMs: 15_000,
    })
    expect(buildUpstreamRequest(wire('messages'), from())).toMatchObject({ body: '{}' })
    expect(buildUpstreamRequest(wire('feedback_withdraw'), from())).not.toHaveProperty('body')
  })

  it('asks for events where the route has them, uncompressed, and waits for a minute', () => {
    expect(buildUpstreamRequest(wire('chat'), from())).toMatchObject({
      headers: { accept: 'text/event-stream', 'accept-encoding': 'identity' },
      limitMs: 60_000,
    })
    const { headers, limitMs } = buildUpstreamRequest(wire('speech'), from())
    expect([headers, limitMs]).toEqual([{ 'content-type': 'application/json' }, 60_000])
  })

  it('is a file as it came, with its type', () => {
    const stream = new ReadableStream<Uint8Array>()
    const upload: UploadBody = {
      contentType: 'multipart/form-data; boundary=x',
      stream,
      failure: undefined,
      awaitsSender: false,
    }
    const request = buildUpstreamRequest(wire('upload'), from(), upload)
    expect(request).toMatchObject({
      headers: { 'content-type': 'multipart/form-data; boundary=x' },
      limitMs: UPLOAD_LIMIT_MS,
    })
    expect(request.body).toBe(upload)
  })
})
