import { describe, expect, it } from 'vitest'
import { createTokenService, type TokenServiceOptions } from '../../../src/server/token-service.ts'
import { createTestService, REQUIRED_OPTIONS, TOKEN_URL } from '../support/test-service.ts'

describe('other origins', () => {
  const listed = 'https://www.example.com'
  const others = [
    'https://example.com',
    'http://www.example.com',
    'https://www.example.com:8443',
    'https://www.example.com.evil.net',
    'https://evil-www.example.com',
    'https://evilwww.example.com',
    'https://www.example.comm',
    'https://www.example.co',
    'https://WWW.EXAMPLE.COM',
    'https://www.example.com/',
    'https://www.example.com.',
    'https://user@www.example.com',
    'https://www.example.com@evil.net',
    'https://xn--www-example-com.net',
    'https://www.example.com#x',
    'https://www.example.com?x',
    'null',
    '*',
    '',
    'undefined',
    'file://',
    'https://',
    'http://localhost',
    'http://127.0.0.1',
    'https://[::1]',
    'capacitor://localhost',
    'chrome-extension://abcdef',
    'https://www.example.com, https://evil.net',
    'https://sub.www.example.com',
  ]

  it('T8: only the listed one is answered and named, out of 30', async () => {
    const { ask, service, coze } = createTestService({ origins: [listed], credentials: true })
    expect(others.length + 1).toBe(30)
    for (const origin of others) {
      const answer = await ask({ headers: { origin } })
      const preflight = await service.fetch(
        new Request(TOKEN_URL, { method: 'OPTIONS', headers: { origin, 'access-control-request-method': 'POST' } }),
      )
      expect([answer.status, preflight.status]).toEqual([403, 403])
      for (const { headers } of [answer, preflight]) expect(headers.get('access-control-allow-origin')).toBeNull()
    }
    expect(coze.seen).toHaveLength(0)
    const good = await ask({ headers: { origin: listed } })
    expect(good.status).toBe(200)
    expect(good.headers.get('access-control-allow-origin')).toBe(listed)
    expect(good.headers.get('access-control-allow-credentials')).toBe('true')
    expect((await ask({ headers: { origin: listed }, body: 'x' })).headers.get('access-control-allow-origin')).toBe(
      listed,
    )
  })

  it('are told method, headers and a short memory in the preflight, and credentials only when asked for', async () => {
    const { service } = createTestService({ origins: [listed] })
    const { headers } = await service.fetch(new Request(TOKEN_URL, { method: 'OPTIONS', headers: { origin: listed } }))
    expect(headers.get('access-control-allow-methods')).toBe('POST, OPTIONS')
    expect(headers.get('access-control-allow-headers')).toBe('content-type, x-chat-token, authorization')
    expect(headers.get('access-control-max-age')).toBe('600')
    expect(headers.get('access-control-allow-credentials')).toBeNull()
  })

  it('same origin needs no list and gets no CORS header, also behind a proxy that ends TLS', async () => {
    const { ask, service } = createTestService()
    expect((await ask()).headers.get('access-control-allow-origin')).toBeNull()
    const inside = (headers: Record<string, string>) =>
      service.fetch(
        new Request('http://shop.example/api/coze/token', {
          method: 'POST',
          headers: { host: 'shop.example', 'content-type': 'application/json', 'x-chat-token': '1', ...headers },
          body: '{}',
        }),
      )
    expect((await inside({ origin: 'https://shop.example' })).status).toBe(403)
    expect((await inside({ origin: 'https://shop.example', 'sec-fetch-site': 'same-origin' })).status).toBe(200)
    expect((await inside({ 'sec-fetch-site': 'same-origin' })).status).toBe(200)
    expect((await inside({ 'sec-fetch-site': 'same-site' })).status).toBe(403)
  })

  it('behind a proxy of ours the forwarded scheme and host are our own origin', async () => {
    const ask = (trustProxy: TokenServiceOptions['trustProxy']) => {
      const { service } = createTestService(trustProxy === undefined ? {} : { trustProxy })
      return service.fetch(
        new Request('http://10.0.0.5:8787/api/coze/token', {
          method: 'POST',
          headers: {
            origin: 'https://shop.example',
            'x-forwarded-proto': 'https',
            'x-forwarded-host': 'shop.example',
            'content-type': 'application/json',
            'x-chat-token': '1',
          },
          body: '{}',
        }),
      )
    }
    expect((await ask(['private'])).status).toBe(200)
    expect((await ask(undefined)).status).toBe(403)
  })

  it('a list with a pattern, a path or null does not start', () => {
    for (const bad of [
      '*',
      'null',
      'https://*.example.com',
      'https://example.com/path',
      'example.com',
      'ftp://example.com',
      '/./',
    ]) {
      expect(() => createTokenService({ ...REQUIRED_OPTIONS, origins: [bad] })).toThrow(
        expect.objectContaining({ code: 'misconfigured' }),
      )
    }
  })
})
