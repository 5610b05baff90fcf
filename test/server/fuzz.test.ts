import { describe, expect, it } from 'vitest'
import fc from '../support/fast-check.ts'
import { createTestService, ORIGIN, TOKEN_URL } from './support/test-service.ts'

const RUNS = 100_000
const NAMES = ['session_id', 'expect', 'renew', 'end', 'user_id', '__proto__', 'constructor', 'toString', 'sub', 'x']

const value = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }),
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.constantFrom('user', 'anonymous', true, false, null, `v1.k1.${'A'.repeat(22)}.tlpwu8.${'A'.repeat(43)}`),
)
const body = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.dictionary(fc.constantFrom(...NAMES), value, { maxKeys: 4 }).map((json) => JSON.stringify(json)),
  },
  { weight: 2, arbitrary: fc.string({ unit: 'binary', maxLength: 80 }) },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 80 }) },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 6_000 }).map((length) => '['.repeat(length)) },
)
const headerName = fc.constantFrom(
  'authorization',
  'cookie',
  'origin',
  'content-type',
  'x-chat-token',
  'sec-purpose',
  'sec-fetch-site',
  'x-forwarded-for',
  'x-forwarded-proto',
  'x-forwarded-host',
  'user_id',
  'accept',
  'ratelimit',
  'purpose',
)
const headerValue = fc.oneof(
  fc.string({ maxLength: 40 }).map((text) => text.replace(/[^\x20-\x7e]/g, '')),
  fc.constantFrom(
    'application/json',
    'null',
    ORIGIN,
    'same-origin',
    'Bearer v1.a.b.c.d',
    'prefetch',
    '__Host-chat=x',
    '::1, ::ffff:1.2.3.4',
  ),
)
const request = fc.record({
  body,
  headers: fc.dictionary(headerName, headerValue, { maxKeys: 3 }),
  query: fc.oneof(
    { weight: 3, arbitrary: fc.constant('') },
    { weight: 1, arbitrary: fc.webQueryParameters().map((text) => `?${text}`) },
  ),
  method: fc.constantFrom('POST', 'POST', 'POST', 'POST', 'POST', 'PUT', 'OPTIONS'),
})

describe('the token endpoint', () => {
  it(`F72 F71 T17: answers ${RUNS.toLocaleString('en')} fuzzed bodies and headers without a 5xx, a rejection or a changed prototype`, async () => {
    const rejections: unknown[] = []
    const onRejection = (reason: unknown) => rejections.push(reason)
    process.on('unhandledRejection', onRejection)
    const prototypes = [Object.prototype, Array.prototype, Function.prototype, String.prototype]
    const before = prototypes.map((prototype) => Object.getOwnPropertyNames(prototype).join())
    const { service } = createTestService({ bindTicket: 'cookie', trustProxy: ['loopback'] })
    const statuses = new Map<number, number>()
    const fuzzed = fc.sample(request, { numRuns: RUNS, seed: 42 })
    for (let start = 0; start < fuzzed.length; start += 100) {
      const answers = await Promise.all(
        fuzzed.slice(start, start + 100).map(async ({ body: payload, headers, query, method }) => {
          const init: RequestInit = {
            method,
            headers: { origin: ORIGIN, 'content-type': 'application/json', 'x-chat-token': '1', ...headers },
            body: typeof payload === 'string' ? payload : new Uint8Array(payload),
          }
          return service.fetch(new Request(TOKEN_URL + query, init), { remoteAddress: '127.0.0.1' })
        }),
      )
      for (const { status } of answers) statuses.set(status, (statuses.get(status) ?? 0) + 1)
    }
    await new Promise((resolve) => setImmediate(resolve))
    process.off('unhandledRejection', onRejection)
    expect([...statuses.keys()].filter((status) => status >= 500)).toEqual([])
    expect([...statuses.keys()].sort()).toEqual([200, 204, 400, 401, 403, 405, 413, 415])
    expect(rejections).toEqual([])
    expect(prototypes.map((prototype) => Object.getOwnPropertyNames(prototype).join())).toEqual(before)
  }, 300_000)
})
