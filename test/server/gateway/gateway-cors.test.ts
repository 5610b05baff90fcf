import { describe, expect, it } from 'vitest'
import {
  isPreflight,
  preflightResponse,
  refuseForeignOrigin,
  withCorsHeaders,
} from '../../../src/server/gateway/gateway-cors.ts'
import { createCorsPolicy } from '../../../src/server/http/cors.ts'
import { toServiceRequest } from '../../../src/server/http/service-request.ts'

const cors = createCorsPolicy({ origins: ['https://shop.example'], publicOrigins: [], credentials: false })
const request = (headers: Record<string, string>, method = 'GET') =>
  toServiceRequest(new Request('https://chat.example/', { method, headers }), {})
const refusalOf = (headers: Record<string, string>) => {
  const asked = request(headers)
  try {
    refuseForeignOrigin(asked, cors.judge(asked), cors)
    return undefined
  } catch (error) {
    return (error as { code?: string }).code
  }
}

describe('pages of other origins at the gateway', () => {
  it('T8: ask beforehand with OPTIONS and an origin', () => {
    const origin = 'https://evil.example'
    expect(isPreflight(request({ origin }, 'OPTIONS'))).toBe(true)
    expect([isPreflight(request({ origin })), isPreflight(request({}, 'OPTIONS'))]).toEqual([false, false])
    const { status, headers } = preflightResponse(['GET', 'POST', 'GET'])
    expect([status, headers[headers.indexOf('access-control-allow-methods') + 1]]).toEqual([204, 'GET, POST, OPTIONS'])
    expect(headers.join(' ')).toMatch(
      /access-control-allow-headers content-type, authorization.*access-control-max-age 600/,
    )
  })

  it.each<[string, Record<string, string>, string | undefined]>([
    ['a listed origin', { origin: 'https://shop.example' }, undefined],
    ['our own origin', { origin: 'https://chat.example' }, undefined],
    ['another origin', { origin: 'https://evil.example' }, 'origin_not_allowed'],
    [
      'another origin with a credential',
      { origin: 'https://evil.example', authorization: 'Bearer g1.x' },
      'origin_not_allowed',
    ],
    ['an older browser with a pass', { authorization: 'Bearer g1.x' }, undefined],
    ['an older browser with a ticket', { authorization: 'Bearer v1.k1.x' }, undefined],
    ['an older browser without a credential', {}, 'origin_not_allowed'],
    ['an older browser with a credential of somebody else’s', { authorization: 'Bearer eyJ' }, 'origin_not_allowed'],
    [
      'a browser that tells of another site',
      { 'sec-fetch-site': 'cross-site', authorization: 'Bearer g1.x' },
      'origin_not_allowed',
    ],
    ['a browser that tells of our site', { 'sec-fetch-site': 'same-origin' }, undefined],
  ])('T7: %s', (_who, headers, code) => {
    expect(refusalOf(headers)).toBe(code)
  })

  it('read the log id of a response that is theirs to read', () => {
    const response = { status: 200, headers: ['a', 'b'], body: null }
    expect(withCorsHeaders(response, ['c', 'd']).headers).toEqual([
      ...['a', 'b', 'c', 'd'],
      ...['access-control-expose-headers', 'x-tt-logid'],
    ])
    expect([withCorsHeaders(response, undefined), withCorsHeaders(response, [])]).toEqual([response, response])
  })
})
