import { describe, expect, it } from 'vitest'
import { type asker, createTestService, ORIGIN, TOKEN_URL, tokenRequest } from '../support/test-service.ts'

/** Not the list of the source, or nothing went red when a name was taken from it. */
const ALIASES = ['user_id', 'userId', 'uid', 'sub', 'session_name', 'sessionName']

describe('identity in the request', () => {
  const places: Record<string, (name: string) => Parameters<ReturnType<typeof asker>>[0]> = {
    body: (name) => ({ body: { [name]: 'alice' } }),
    'body beside a session_id': (name) => ({ body: { session_id: 'x', [name]: 'alice' } }),
    'body with null': (name) => ({ body: { [name]: null } }),
    'body, nested': (name) => ({ body: { user: { [name]: 'alice' } } }),
    'body, nested in a known field': (name) => ({ body: { session_id: { [name]: 'alice' } } }),
    'body, in an array': (name) => ({ body: [{ [name]: 'alice' }] }),
    query: (name) => ({ query: `?${name}=alice` }),
    'query beside others': (name) => ({ query: `?v=1&${name}=alice` }),
    'query, nested': (name) => ({ query: `?user[${name}]=alice` }),
    'query, encoded': (name) => ({ query: `?%${name.charCodeAt(0).toString(16)}${name.slice(1)}=alice` }),
    'query without value': (name) => ({ query: `?${name}` }),
    header: (name) => ({ headers: { [name]: 'alice' } }),
    'header with dashes': (name) => ({ headers: { [name.replace('_', '-')]: 'alice' } }),
  }
  for (const [place, request] of Object.entries(places)) {
    it(`T1: every alias in ${place} is 400 identity_in_body without an upstream call`, async () => {
      for (const name of ALIASES) {
        const { ask, coze } = createTestService()
        expect(await ask(request(name))).toMatchObject({ status: 400, json: { error: 'identity_in_body' } })
        expect(coze.seen).toHaveLength(0)
      }
    })
  }

  it('T1: a word that only contains an alias, and the x-user-id of a proxy, say nobody’s identity', async () => {
    for (const options of [
      { query: '?subject=a&suburb=b&my_user_id_hint=c&groupuid=d&my_uid=e' },
      { headers: { 'x-user-id': 'alice' } },
      { headers: { 'x-subject': 'a' } },
    ]) {
      expect((await createTestService().ask(options)).status).toBe(200)
    }
  })

  it('T17: the claims are exactly ours and prototypes stay as they are, whatever the body holds', async () => {
    const before = Object.getOwnPropertyNames(Object.prototype)
    const { ask, coze } = createTestService()
    const bodies = [
      '{"__proto__":{"expect":"user","polluted":1}}',
      '{"constructor":{"prototype":{"polluted":1}}}',
      '{"iss":"evil","aud":"evil","jti":"x"}',
      '{"scope":{},"duration_seconds":86399}',
      '[]',
      '[{"session_id":"x"}]',
    ]
    for (const body of bodies)
      expect(await ask({ body })).toMatchObject({ status: 400, json: { error: 'bad_request' } })
    await ask({ body: '{"session_id":"a","session_id":"b"}' })
    expect(Object.getOwnPropertyNames(Object.prototype)).toEqual(before)
    expect(Object.keys(coze.seen[0]?.claims ?? {}).sort()).toEqual(['aud', 'exp', 'iat', 'iss', 'jti', 'session_name'])
    expect(coze.seen[0]?.claims).toMatchObject({ iss: '1100', aud: 'api.coze.cn' })
  })
})

describe('requests that are refused cheaply', () => {
  it('F72: bytes that are no UTF-8 are refused, so that two bodies never read alike', async () => {
    const { service, coze } = createTestService()
    const bytes = (odd: number[]) => new Uint8Array([...Buffer.from('{"session_id":"'), ...odd, ...Buffer.from('"}')])
    const statusOf = async (body: Uint8Array<ArrayBuffer>) =>
      (await service.fetch(new Request(tokenRequest(), { body }))).status
    expect(await statusOf(bytes([0x61]))).toBe(200)
    for (const odd of [[0xff], [0xc3], [0xed, 0xa0, 0x80], [0xc0, 0xaf], [0xf5, 0x80, 0x80, 0x80]]) {
      expect(await statusOf(bytes(odd))).toBe(400)
    }
    expect(coze.seen).toHaveLength(1)
  })

  it('F72, T7, T17: another method, type, charset or shape is a 4xx of the list', async () => {
    const { ask, coze } = createTestService()
    const type = (value: string) => ({ headers: { 'content-type': value } })
    const rows: [Parameters<typeof ask>[0], number, string][] = [
      [{ method: 'GET' }, 405, 'method_not_allowed'],
      [{ method: 'PUT' }, 405, 'method_not_allowed'],
      [{ method: 'DELETE' }, 405, 'method_not_allowed'],
      [type('text/plain'), 415, 'unsupported_media_type'],
      [type('application/x-www-form-urlencoded'), 415, 'unsupported_media_type'],
      [type('application/json; charset=gbk'), 415, 'unsupported_media_type'],
      [type('application/jsonp'), 415, 'unsupported_media_type'],
      [{ body: 'null' }, 400, 'bad_request'],
      [{ body: '"text"' }, 400, 'bad_request'],
      [{ body: '7' }, 400, 'bad_request'],
      [{ body: '' }, 400, 'bad_request'],
      [{ body: '{} trailing' }, 400, 'bad_request'],
      [{ body: { session_id: 7 } }, 400, 'bad_request'],
      [{ body: { session_id: null } }, 400, 'bad_request'],
      [{ body: { expect: 'admin' } }, 400, 'bad_request'],
      [{ body: { renew: 'yes' } }, 400, 'bad_request'],
      [{ body: { unknown: 1 } }, 400, 'bad_request'],
    ]
    for (const [request, status, error] of rows) expect(await ask(request)).toMatchObject({ status, json: { error } })
    for (const good of ['application/json; charset=utf-8', 'Application/JSON;charset="UTF-8"']) {
      expect((await ask(type(good))).status).toBe(200)
    }
    expect(coze.seen).toHaveLength(2)
  })

  it('F71: a body of 4 KiB is read, a longer or deeper one is refused, and one that never ends is given up', async () => {
    const { service, ask, clock } = createTestService()
    const fitting = JSON.stringify({ session_id: 'x'.repeat(4_096 - 17) })
    expect(fitting.length).toBe(4_096)
    expect((await ask({ body: fitting })).status).toBe(200)
    expect(await ask({ body: `${fitting} ` })).toMatchObject({ status: 413, json: { error: 'too_large' } })
    expect((await ask({ body: '['.repeat(4_000) })).status).toBe(400)

    let pulled = 0
    const endless = new ReadableStream<Uint8Array>({
      pull(controller) {
        pulled++
        controller.enqueue(new Uint8Array(1_024).fill(91))
      },
    })
    const headers = { origin: ORIGIN, 'content-type': 'application/json', 'x-chat-token': '1' }
    const streamed = (body: ReadableStream<Uint8Array<ArrayBuffer>>) =>
      service.fetch(new Request(TOKEN_URL, { method: 'POST', headers, body, duplex: 'half' } as RequestInit))
    expect((await streamed(endless as ReadableStream<Uint8Array<ArrayBuffer>>)).status).toBe(413)
    expect(pulled).toBeLessThan(10)

    const silent = streamed(new ReadableStream())
    while (clock.pending === 0) await new Promise((resolve) => setImmediate(resolve))
    await clock.advance(5_000)
    expect((await silent).status).toBe(400)
  })

  it('F10: a prefetched or prerendered page gets no token', async () => {
    const { ask, coze } = createTestService()
    for (const value of ['prefetch', 'prefetch;prerender', 'prefetch;anonymous-client-ip']) {
      expect(await ask({ headers: { 'sec-purpose': value } })).toMatchObject({
        status: 403,
        json: { error: 'prefetch_refused' },
      })
    }
    expect(coze.seen).toHaveLength(0)
  })

  it('T7: a form post, a no-cors fetch, a beacon and an image from another site mint nothing', async () => {
    const { service, coze } = createTestService()
    const site = { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }
    const attempts: RequestInit[] = [
      { method: 'POST', headers: { ...site, 'content-type': 'application/x-www-form-urlencoded' }, body: 'a=b' },
      { method: 'POST', headers: { ...site, 'content-type': 'text/plain' }, body: '{}' },
      { method: 'POST', headers: { ...site, 'content-type': 'application/json', 'x-chat-token': '1' }, body: '{}' },
      { method: 'POST', headers: { origin: 'null', 'content-type': 'text/plain' }, body: '{}' },
      { method: 'POST', headers: { 'content-type': 'application/json', 'x-chat-token': '1' }, body: '{}' },
      { method: 'GET', headers: { 'sec-fetch-site': 'cross-site' } },
    ]
    for (const attempt of attempts) {
      const { status } = await service.fetch(new Request(TOKEN_URL, attempt))
      expect([403, 405, 415]).toContain(status)
    }
    const ownForm = { method: 'POST', headers: { origin: ORIGIN, 'content-type': 'application/json' }, body: '{}' }
    expect((await service.fetch(new Request(TOKEN_URL, ownForm))).status).toBe(400)
    expect(coze.seen).toHaveLength(0)
  })

  it('answers 404 beside its routes and never claims them', async () => {
    const { service } = createTestService()
    expect(['/api/coze/token', '/api/coze/x', '/api/coze', '/api/cozetoken', '/'].map(service.owns)).toEqual([
      true,
      true,
      false,
      false,
      false,
    ])
    for (const path of [
      '/',
      '/api/coze',
      '/api/coze/',
      '/api/coze/token/',
      '/api/coze//token',
      '/token',
      '/api/coze/constructor',
    ]) {
      expect((await service.fetch(new Request(ORIGIN + path))).status).toBe(404)
    }
  })
})
