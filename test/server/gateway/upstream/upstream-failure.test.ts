import { describe, expect, it } from 'vitest'
import { routeNamed } from '../../../../src/server/gateway/route-matching.ts'
import { errorFromBody, errorFromStatus } from '../../../../src/server/gateway/upstream/upstream-failure.ts'

const NOW_MS = Date.parse('2026-01-01T00:00:00Z')

describe('a failure of Coze’s', () => {
  it.each([
    [404, null, { code: 'not_found', retryAfterSeconds: undefined }],
    [429, '7', { code: 'rate_limited', retryAfterSeconds: 7 }],
    [503, null, { code: 'upstream_unavailable', retryAfterSeconds: 2 }],
    [503, '1', { code: 'upstream_unavailable', retryAfterSeconds: 1 }],
    [503, '0', { code: 'upstream_unavailable', retryAfterSeconds: 2 }],
    [503, '99999', { code: 'upstream_unavailable', retryAfterSeconds: 300 }],
    [503, 'Thu, 01 Jan 2026 00:00:09 GMT', { code: 'upstream_unavailable', retryAfterSeconds: 9 }],
    [503, 'soon', { code: 'upstream_unavailable', retryAfterSeconds: 2 }],
  ])('with status %i and Retry-After %s is told by its status', (status, retryAfter, expected) => {
    const headers = new Headers(retryAfter === null ? {} : { 'retry-after': retryAfter })
    const { code, retryAfterSeconds } = errorFromStatus({ status, headers }, NOW_MS)
    expect({ code, retryAfterSeconds }).toEqual(expected)
  })

  it.each([
    ['chat', 4200, { code: 4002, status: 200, logId: '' }],
    ['conversation_retrieve', 4200, { code: 4200, status: 200, logId: '' }],
    ['chat_retrieve', 4001, { code: 4001, status: 200, logId: '' }],
    ['chat', 4016, { code: 4016, status: 400, logId: 'log1' }],
    ['chat', '720702204', { code: '720702204', status: 400, logId: 'log1' }],
  ])(
    'on the route %s with code %s is told in Coze’s shape, one that means "missing" as for a foreign id',
    (name, code, expected) => {
      const response = { status: 400, headers: new Headers({ 'x-tt-logid': 'log1' }) }
      const error = errorFromBody(routeNamed(name), response, { code }, NOW_MS)
      expect(error).toMatchObject({ name: 'VendorRefusal', ...expected })
    },
  )

  it.each(['oops', 'oops4016', '4016 oops', '4016\n', '', '0', 0, 4016.5, 1e12, null, undefined, {}, ['4016']])(
    'F80: whose code is none (%j) is told by its status, and not by its words',
    (code) => {
      const response = { status: 502, headers: new Headers() }
      const error = errorFromBody(routeNamed('chat'), response, { code }, NOW_MS)
      expect(error).toMatchObject({ name: 'ServiceError', code: 'upstream_unavailable' })
    },
  )

  it.each([
    [200, 200],
    [201, 200],
    [399, 200],
    [400, 400],
    [503, 503],
  ])('with status %i reaches the browser with %i', (status, expected) => {
    const error = errorFromBody(routeNamed('chat'), { status, headers: new Headers() }, { code: 4016 }, NOW_MS)
    expect(error).toMatchObject({ name: 'VendorRefusal', status: expected })
  })
})
