import { describe, expect, it, vi } from 'vitest'
import type { UploadBody } from '../../../../src/server/gateway/request/upload-body.ts'
import { createUpstreamClient, type UpstreamRequest } from '../../../../src/server/gateway/upstream/upstream-client.ts'
import { createFakeClock } from '../../../support/fake-clock.ts'

const REQUEST: UpstreamRequest = { method: 'GET', path: '/v1/x', query: {}, headers: {}, limitMs: 1_000 }
const UNAVAILABLE = { name: 'ServiceError', code: 'upstream_unavailable' }

/** A client in front of a `fetch` of the test's, with what it reports. */
function createClient(fetch: typeof globalThis.fetch) {
  const clock = createFakeClock()
  const reports: string[] = []
  const client = createUpstreamClient({
    baseUrl: 'https://coze.test/base',
    fetch,
    clock,
    onAnswer: () => reports.push('answer'),
    onFailure: (host, cause) => reports.push(`${host} ${cause}`),
  })
  return { client, clock, reports }
}

const createUpload = (more: Partial<UploadBody> = {}): UploadBody => ({
  contentType: 'multipart/form-data; boundary=x',
  stream: new ReadableStream<Uint8Array>(),
  failure: undefined,
  awaitsSender: false,
  ...more,
})

/** A `fetch` that never answers, and does not notice an abort. */
function createHanging() {
  const inits: RequestInit[] = []
  const fetch = (_url: unknown, init: RequestInit = {}) => {
    inits.push(init)
    return new Promise<Response>(() => {})
  }
  return { fetch: fetch as typeof globalThis.fetch, inits }
}

describe('a request to Coze', () => {
  it('goes to the one address that the owner named, with the visitor’s token and these headers', async () => {
    const fetch = vi.fn(async () => new Response('{}'))
    const { client, clock, reports } = createClient(fetch)
    const query = { bot_id: '7', name: 'tea & cake' }
    const headers = { 'accept-language': 'zh', authorization: 'Bearer of-the-browser' }
    await client.open({ ...REQUEST, method: 'POST', query, headers, body: '{"a":1}' }, 'czs_1', undefined)
    expect(fetch).toHaveBeenCalledExactlyOnceWith('https://coze.test/base/v1/x?bot_id=7&name=tea+%26+cake', {
      method: 'POST',
      headers: { 'accept-language': 'zh', authorization: 'Bearer czs_1' },
      redirect: 'manual',
      signal: expect.any(AbortSignal),
      body: '{"a":1}',
    })
    expect([reports, clock.pending]).toEqual([['answer'], 0])
  })

  it('has neither a question mark nor a body where there is nothing to say, and streams a file', async () => {
    const fetch = vi.fn(async () => new Response('{}'))
    const { client } = createClient(fetch)
    await client.open(REQUEST, 'czs_1', undefined)
    const { stream, ...file } = createUpload()
    await client.open({ ...REQUEST, body: { stream, ...file } }, 'czs_1', undefined)
    const [[url, plain], [, upload]] = fetch.mock.calls as unknown as [[string, object], [string, object]]
    expect(url).toBe('https://coze.test/base/v1/x')
    expect([plain].filter((init) => 'body' in init || 'duplex' in init)).toEqual([])
    expect(upload).toMatchObject({ body: stream, duplex: 'half' })
  })

  it.each([300, 301, 302, 303, 304, 307, 308, 399])('T16: that is redirected (%i) ends there', async (status) => {
    let signal: AbortSignal | null | undefined
    const { client, reports } = createClient(async (_url, init) => {
      signal = init?.signal
      return new Response(null, { status, headers: { location: 'http://10.0.0.1/' } })
    })
    await expect(client.open(REQUEST, 't', undefined)).rejects.toMatchObject({ ...UNAVAILABLE, retryAfterSeconds: 2 })
    expect([reports, signal?.aborted]).toEqual([[`coze.test HTTP_${status}`], true])
  })

  it('T16: that is redirected where the runtime hides the status ends there', async () => {
    const { client, reports } = createClient(async () => Response.error())
    await expect(client.open(REQUEST, 't', undefined)).rejects.toMatchObject(UNAVAILABLE)
    expect(reports).toEqual(['coze.test HTTP_0'])
  })

  it.each([
    [200, 'answer'],
    [299, 'answer'],
    [400, 'answer'],
    [401, 'answer'],
    [499, 'answer'],
    [500, 'coze.test HTTP_500'],
    [503, 'coze.test HTTP_503'],
  ])('T26: with the answer %i is handed on, and told as %s', async (status, report) => {
    const { client, reports } = createClient(async () => new Response('{}', { status }))
    const { response, signal } = await client.open(REQUEST, 't', undefined)
    expect([response.status, signal.aborted, reports]).toEqual([status, false, [report]])
  })

  it.each<[string, typeof globalThis.fetch, string]>([
    ['rejects', async () => Promise.reject(new TypeError('secret')), 'TypeError'],
    [
      'throws at once',
      () => {
        throw Object.assign(new Error('secret'), { code: 'ECONNREFUSED' })
      },
      'ECONNREFUSED',
    ],
    ['returns what is no response', async () => ({}) as Response, 'no_response'],
    ['returns nothing', (async () => null) as unknown as typeof globalThis.fetch, 'no_response'],
  ])('T26: whose fetch %s is an outage of Coze’s, told in one word', async (_what, fetch, cause) => {
    const { client, clock, reports } = createClient(fetch)
    const error: unknown = await client.open(REQUEST, 't', undefined).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ ...UNAVAILABLE, retryAfterSeconds: 2 })
    expect(String(error)).not.toContain('secret')
    expect([reports, clock.pending]).toEqual([[`coze.test ${cause}`], 0])
  })

  it('F63: is waited for as long as its limit says, and given up then, also by a fetch that hears no abort', async () => {
    const { fetch, inits } = createHanging()
    const { client, clock, reports } = createClient(fetch)
    let outcome: unknown = 'open'
    void client.open(REQUEST, 't', undefined).catch((error: unknown) => {
      outcome = error
    })
    await clock.advance(999)
    expect([outcome, reports, inits[0]?.signal?.aborted]).toEqual(['open', [], false])
    await clock.advance(1)
    expect(outcome).toMatchObject({ ...UNAVAILABLE, retryAfterSeconds: 2 })
    expect([reports, inits[0]?.signal?.aborted]).toEqual([['coze.test TimeLimitError'], true])
  })

  it.each<[string, Partial<UploadBody>, string[]]>([
    ['grows too large', { failure: 'too_large' }, []],
    ['is cut off by its sender', { failure: 'bad_request' }, []],
    ['is whole', {}, ['coze.test ECONNRESET']],
    ['still comes', { awaitsSender: true }, ['coze.test ECONNRESET']],
  ])('T26: that breaks while a file %s says of Coze: %j → %j', async (_what, file, expected) => {
    const { client, reports } = createClient(async () => {
      throw Object.assign(new Error('broken'), { code: 'ECONNRESET' })
    })
    await expect(client.open({ ...REQUEST, body: createUpload(file) }, 't', undefined)).rejects.toMatchObject(
      UNAVAILABLE,
    )
    expect(reports).toEqual(expected)
  })

  it.each<[string, Partial<UploadBody>, string[]]>([
    ['its sender', { awaitsSender: true }, []],
    ['Coze', {}, ['coze.test TimeLimitError']],
  ])('T26: whose time is over while %s is waited for says of Coze: %j → %j', async (_who, file, expected) => {
    const { fetch } = createHanging()
    const { client, clock, reports } = createClient(fetch)
    const opened = client.open({ ...REQUEST, body: createUpload(file) }, 't', undefined).catch(() => undefined)
    await clock.advance(1_000)
    await opened
    expect(reports).toEqual(expected)
  })

  it('F56: ends when the visitor leaves, and that says nothing about Coze', async () => {
    const { fetch, inits } = createHanging()
    const { client, clock, reports } = createClient(fetch)
    const visitor = new AbortController()
    const opened = client.open(REQUEST, 't', visitor.signal)
    visitor.abort()
    await expect(opened).rejects.toMatchObject(UNAVAILABLE)
    expect([reports, inits[0]?.signal?.aborted, clock.pending]).toEqual([[], true, 0])
  })

  it('F56: ends as quietly where fetch tells of the abort', async () => {
    const { client, reports } = createClient(
      (_url, init) =>
        new Promise((_resolve, reject) => {
          init?.signal?.addEventListener('abort', () => reject(new DOMException('aborted', 'AbortError')))
        }),
    )
    const visitor = new AbortController()
    const opened = client.open(REQUEST, 't', visitor.signal)
    visitor.abort()
    await expect(opened).rejects.toMatchObject(UNAVAILABLE)
    expect(reports).toEqual([])
  })

  it('F56: is not made for a visitor who has left already', async () => {
    const { fetch, inits } = createHanging()
    const { client } = createClient(fetch)
    await expect(client.open(REQUEST, 't', AbortSignal.abort())).rejects.toMatchObject(UNAVAILABLE)
    expect(inits).toEqual([])
  })

  it('F56: whose body is being read ends when the visitor leaves, or when nobody wants it any longer', async () => {
    const { client } = createClient(async () => new Response('{}'))
    const visitor = new AbortController()
    const left = await client.open(REQUEST, 't', visitor.signal)
    const closed = await client.open(REQUEST, 't', visitor.signal)
    expect([left.signal.aborted, closed.signal.aborted]).toEqual([false, false])
    closed.close()
    expect([left.signal.aborted, closed.signal.aborted]).toEqual([false, true])
    visitor.abort()
    expect(left.signal.aborted).toBe(true)
  })

  it('F71: leaves no listener with the visitor’s connection once it is closed', async () => {
    const { client } = createClient(async () => new Response('{}'))
    const { signal } = new AbortController()
    const added = vi.spyOn(signal, 'addEventListener')
    const removed = vi.spyOn(signal, 'removeEventListener')
    const { close } = await client.open(REQUEST, 't', signal)
    close()
    expect(added).toHaveBeenCalledOnce()
    expect(removed.mock.calls).toEqual(added.mock.calls)
  })

  it('F63: that has been answered may take longer than its limit for the body', async () => {
    const { client, clock, reports } = createClient(async () => new Response('{}'))
    const { signal } = await client.open(REQUEST, 't', undefined)
    await clock.advance(60_000)
    expect([signal.aborted, reports]).toEqual([false, ['answer']])
  })
})
