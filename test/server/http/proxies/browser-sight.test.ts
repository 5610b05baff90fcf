import { describe, expect, it } from 'vitest'
import { type BrowserSight, createBrowserSight } from '../../../../src/server/http/proxies/browser-sight.ts'
import { parseForwarded } from '../../../../src/server/http/proxies/forwarded-headers.ts'
import type { TrustProxy } from '../../../../src/server/http/proxies/trusted-proxies.ts'
import { type ServiceRequest, toServiceRequest } from '../../../../src/server/http/service-request.ts'
import { createTestService, TOKEN_URL } from '../../support/test-service.ts'
import { PROXY_ROWS } from '../proxy-headers.ts'

/** A request as it reaches the service. */
function requestOf(row: {
  host: string
  headers?: Record<string, string>
  peer?: string
  scheme?: string
}): ServiceRequest {
  const request = new Request(TOKEN_URL, { headers: { host: row.host, ...row.headers } })
  const said = `${row.scheme ?? 'http'}://${row.host}`
  return { ...toServiceRequest(request, { remoteAddress: row.peer }), saidOrigin: said, ownOrigin: said }
}

function createSight(options: { trustProxy?: TrustProxy | undefined }): {
  sight: BrowserSight
  told: string[]
} {
  const told: string[] = []
  const sight = createBrowserSight({
    trustProxy: options.trustProxy,
    publicUrl: undefined,
    tell: (problem, message) => told.push(`${problem}: ${message}`),
  })
  return { sight, told }
}

describe('F81, F82: what the browser saw', () => {
  it('is tested with at least forty ways to set up a proxy', () => {
    expect(PROXY_ROWS.length).toBeGreaterThanOrEqual(40)
    expect(new Set(PROXY_ROWS.map(({ name }) => name)).size).toBe(PROXY_ROWS.length)
  })

  it.each(PROXY_ROWS)('F81, F82: is known behind $name', (row) => {
    const { origin = 'https://shop.example', client = '203.0.113.7' } = row
    const { sight } = createSight({ trustProxy: row.trust })
    const request = requestOf(row)
    expect({ origin: sight.originOf(request), client: sight.addressOf(request) }).toEqual({ origin, client })
  })

  it.each(PROXY_ROWS)(
    'F81: a page of the site is served behind $name, with and without Sec-Fetch-Site',
    async (row) => {
      const { origin = 'https://shop.example' } = row
      const { service } = createTestService(row.trust === undefined ? {} : { trustProxy: row.trust })
      const ask = (headers: Record<string, string>) =>
        service.handle({
          ...toServiceRequest(
            new Request(TOKEN_URL, {
              method: 'POST',
              headers: {
                'content-type': 'application/json',
                'x-chat-token': '1',
                host: row.host,
                ...row.headers,
                ...headers,
              },
              body: '{}',
            }),
            { remoteAddress: row.peer },
          ),
          saidOrigin: `${row.scheme ?? 'http'}://${row.host}`,
        })
      expect((await ask({ origin })).status).toBe(200)
      expect((await ask({ origin, 'sec-fetch-site': 'same-origin' })).status).toBe(200)
      expect((await ask({ origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' })).status).toBe(403)
      expect((await ask({ origin: 'https://evil.example' })).status).toBe(403)
    },
  )

  it('F82: headers of proxies are read whatever they hold, and rubbish never throws', () => {
    const { sight } = createSight({ trustProxy: ['loopback'] })
    const rubbish = [
      '',
      ',',
      ',,,',
      ';',
      '"',
      'for=',
      'for="',
      '[',
      '[::1',
      ']',
      ':',
      'a'.repeat(9_000),
      ' , ',
      '%00',
      '::::',
      '1.2.3.4.5',
      'for=;;,=',
    ]
    for (const name of [
      'x-forwarded-for',
      'forwarded',
      'x-forwarded-host',
      'x-forwarded-proto',
      'x-forwarded-port',
      'cf-visitor',
    ]) {
      for (const value of rubbish) {
        const request = requestOf({ host: 'shop.example', peer: '127.0.0.1', headers: { [name]: value } })
        expect(sight.originOf(request)).toMatch(/^https?:\/\/[^/]+$/)
        expect(sight.addressOf(request)).toBe('127.0.0.1')
      }
    }
    for (const value of rubbish) expect(() => parseForwarded(value)).not.toThrow()
  })
})

describe('F83: the owner is told of a proxy', () => {
  const ask = ({ sight }: { sight: BrowserSight }, headers: Record<string, string>, peer: string) =>
    sight.addressOf(requestOf({ host: 'shop.example', headers, peer }))

  it('F83: once, when it is not trusted and its visitors share one limit', () => {
    for (const trustProxy of [undefined, ['10.0.0.0/8']]) {
      const made = createSight(trustProxy === undefined ? {} : { trustProxy })
      for (let i = 0; i < 50; i++) ask(made, { 'x-forwarded-for': `203.0.113.${i}` }, '127.0.0.1')
      ask(made, { forwarded: 'for=203.0.113.9' }, '127.0.0.1')
      expect(made.told).toEqual([
        expect.stringMatching(/^untrusted: .*proxy at 127\.0\.0\.1 .*share the limits.*trustProxy.*"verify" does/),
      ])
    }
  })

  it('F83: once for peers outside too, in words that do not take a forger for a proxy', () => {
    const made = createSight({})
    ask(made, { 'x-forwarded-for': '203.0.113.9' }, '198.51.100.3')
    ask(made, { 'x-forwarded-for': '203.0.113.9' }, '198.51.100.4')
    ask(made, { 'x-forwarded-for': '203.0.113.9' }, '172.17.0.1')
    expect(made.told).toEqual([
      expect.stringMatching(/198\.51\.100\.3 carried X-Forwarded-For, which is ignored/),
      expect.stringMatching(/proxy at 172\.17\.0\.1/),
    ])
  })

  it('F83: not where there is nothing to tell: no header, a trusted proxy, an address that agrees', () => {
    const made = createSight({ trustProxy: ['loopback'] })
    ask(made, {}, '127.0.0.1')
    ask(made, { 'x-forwarded-for': '203.0.113.9' }, '127.0.0.1')
    ask(made, { 'x-forwarded-for': '203.0.113.9', forwarded: 'for=203.0.113.9' }, '127.0.0.1')
    ask(made, { 'x-forwarded-for': '203.0.113.9' }, '203.0.113.9')
    expect(made.told).toEqual([])
  })

  it('F82: once of what cannot be read, and of two headers that disagree', () => {
    const made = createSight({ trustProxy: ['loopback'] })
    for (const node of ['unknown', '_hidden', 'shop.example', 'a\r\nb']) {
      expect(ask(made, { forwarded: `for="${node.replace(/\s/g, ' ')}"` }, '127.0.0.1')).toBe('127.0.0.1')
    }
    expect(ask(made, { 'x-forwarded-for': '203.0.113.9', forwarded: 'for=198.51.100.1' }, '127.0.0.1')).toBe(
      '203.0.113.9',
    )
    expect(made.told).toEqual([
      expect.stringMatching(/^unreadable: The proxy at 127\.0\.0\.1 tells no address of its client but "unknown"/),
      expect.stringMatching(/^contradictory: .*198\.51\.100\.1 and 203\.0\.113\.9.*X-Forwarded-For is believed/),
    ])
  })

  it('F83: by an event of the service', async () => {
    const { ask: askService, events } = createTestService({ limits: {} })
    await askService({ remoteAddress: '127.0.0.1', headers: { 'x-forwarded-for': '203.0.113.9' } })
    expect(events).toContainEqual({
      type: 'proxy_problem',
      problem: 'untrusted',
      message: expect.stringContaining('trustProxy'),
    })
  })
})

describe('F81: a page of the own site', () => {
  const post = (
    service: ReturnType<typeof createTestService>['service'],
    url: string,
    headers: Record<string, string>,
  ) =>
    service.fetch(
      new Request(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-chat-token': '1', ...headers },
        body: '{}',
      }),
      { remoteAddress: '127.0.0.1' },
    )

  it('F81: is served behind an nginx that rewrites Host and says nothing, since its browser says so', async () => {
    const { service } = createTestService()
    const inner = 'http://127.0.0.1:8787/api/coze/token'
    const origin = 'https://shop.example'
    expect((await post(service, inner, { origin, 'sec-fetch-site': 'same-origin' })).status).toBe(200)
    for (const site of ['same-site', 'cross-site', 'none', 'SAME-ORIGIN', 'same-origin, cross-site']) {
      expect((await post(service, inner, { origin, 'sec-fetch-site': site })).status).toBe(403)
    }
    for (const bad of [
      'null',
      'file://',
      '*',
      'https://shop.example/',
      'chrome-extension://abc',
      'https://SHOP.example',
    ]) {
      expect((await post(service, inner, { origin: bad, 'sec-fetch-site': 'same-origin' })).status).toBe(403)
    }
  })

  it('F81: with publicUrl only those addresses are the own site, whatever request and proxy say', async () => {
    const publicUrl = ['https://shop.example', 'https://WWW.shop.example:443/']
    const { service } = createTestService({ publicUrl, trustProxy: ['loopback'] })
    const inner = 'http://127.0.0.1:8787/api/coze/token'
    for (const origin of ['https://shop.example', 'https://www.shop.example']) {
      expect((await post(service, inner, { origin })).status).toBe(200)
    }
    for (const headers of [
      { origin: 'https://evil.example', 'sec-fetch-site': 'same-origin' },
      { origin: 'https://evil.example', 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'https' },
      { origin: 'http://127.0.0.1:8787' },
    ]) {
      expect((await post(service, inner, headers)).status).toBe(403)
    }
  })

  it('F81: a refusal is logged with both values and the cure, not more than ten in ten minutes', async () => {
    const { service, events, clock } = createTestService()
    const advice = () => events.flatMap((event) => (event.type === 'refused' ? (event.advice ?? []) : []))
    const refuse = (origin: string) => post(service, 'http://127.0.0.1:8787/api/coze/token', { origin })
    await refuse('https://shop.example')
    await refuse('https://shop.example')
    expect(advice()).toEqual([
      expect.stringMatching(
        /https:\/\/shop\.example was refused.*reach this service as http:\/\/127\.0\.0\.1:8787.*CHAT_ORIGINS.*CHAT_PUBLIC_URL.*CHAT_TRUST_PROXY/,
      ),
    ])
    for (let i = 0; i < 100; i++) await refuse(`https://a${i}.example`)
    expect(advice()).toHaveLength(10)
    expect(events.filter(({ type }) => type === 'refused')).toHaveLength(102)
    await clock.advance(600_000)
    await refuse('https://shop.example')
    expect(advice()).toHaveLength(11)
  })
})

describe('T41: the host of a request', () => {
  const malformed = [
    'a b',
    'evil/path?',
    'evil.example#',
    'user@evil.example',
    'evil.example:99999',
    '[::1',
    'a,b',
    'evil.example\\x',
    'a%20b',
    'evil.example:80:80',
    '"evil"',
    'evil?x',
    'évil',
    '<evil>',
    ':80',
  ]

  it('T41: is no origin when it is malformed', () => {
    const { sight } = createSight({})
    for (const host of malformed)
      expect([host, sight.originOf({ ...requestOf({ host: 'x' }), saidOrigin: `http://${host}` })]).toEqual([
        host,
        undefined,
      ])
    for (const host of [
      'shop.example',
      'shop.example.',
      'token_service:8787',
      '[2001:db8::1]:8787',
      'LOCALHOST',
      '127.0.0.1:80',
      '',
    ]) {
      expect(sight.originOf({ ...requestOf({ host: 'x' }), saidOrigin: `http://${host}` })).toMatch(/^http:\/\//)
    }
  })

  it('T41: reaches the hooks only as one of publicUrl', async () => {
    const seen: string[] = []
    const identify = (request: Request) => {
      seen.push(request.url)
      return 'alice'
    }
    const { service } = createTestService({ publicUrl: 'https://shop.example', identify })
    for (const host of ['evil.example', '127.0.0.1:8787', 'shop.example']) {
      const response = await service.fetch(
        new Request(`http://${host}/api/coze/token?x=1`, {
          method: 'POST',
          headers: { origin: 'https://shop.example', 'content-type': 'application/json', 'x-chat-token': '1' },
          body: '{}',
        }),
      )
      expect(response.status).toBe(200)
    }
    expect(seen).toEqual(Array(3).fill('https://shop.example/api/coze/token?x=1'))
  })

  it('T41: a publicUrl that is no origin does not start', () => {
    for (const publicUrl of ['shop.example', 'https://shop.example/chat', '*', 'null', 'ftp://shop.example', '']) {
      expect(() => createTestService({ publicUrl })).toThrow(/publicUrl/)
    }
  })
})
