// @vitest-environment happy-dom
import { afterEach, describe, expect, it, vi } from 'vitest'
import { keepAuthorizationFresh } from '../../src/official/request-authorization.ts'
import type { SdkToken } from '../../src/official/sdk/sdk-token.ts'
import { settle } from './support.ts'

afterEach(() => vi.unstubAllGlobals())

const page = window as Window & typeof globalThis

function install() {
  const calls: { input: unknown; init: RequestInit | undefined }[] = []
  const answers: (() => Response)[] = []
  const native = vi.fn(async (input: unknown, init?: RequestInit) => {
    calls.push({ input, init })
    return answers.shift()?.() ?? new Response('{"code":0}', { headers: { 'content-type': 'application/json' } })
  })
  vi.stubGlobal('fetch', native)
  const sent: { headers: string[][]; body: unknown }[] = []
  class Xhr extends EventTarget {
    headers: string[][] = []
    open() {
      this.headers = []
    }
    setRequestHeader(name: string, value: string) {
      this.headers.push([name, value])
    }
    send(body?: unknown) {
      sent.push({ headers: this.headers, body })
    }
    abort() {}
  }
  vi.stubGlobal('XMLHttpRequest', Xhr)
  const token: SdkToken = {
    text: 'new',
    isOurs: (text) => text === 'old' || text === 'new',
    occursIn: () => false,
    start: async () => {},
    fresh: async () => 'new',
    renew: vi.fn(async () => 'newer'),
    stop() {},
  }
  return { calls, answers, native, sent, token, authorization: keepAuthorizationFresh(page, token) }
}

const bearer = (init: RequestInit | undefined) => new Headers(init?.headers).get('authorization')

describe('the SDK’s requests', () => {
  it.each([
    ['an object', { authorization: 'Bearer old' }],
    ['a list', [['Authorization', 'Bearer old']]],
    ['Headers', new Headers({ Authorization: 'Bearer old' })],
  ] as [string, HeadersInit][])('carry the newest token, their headers written as %s', async (_, headers) => {
    const { calls, authorization } = install()
    await fetch('https://api.test/', { method: 'POST', headers, body: '{}' })
    expect(calls).toHaveLength(1)
    expect(bearer(calls[0]?.init)).toBe('Bearer new')
    expect(calls[0]?.init).toMatchObject({ method: 'POST', body: '{}' })
    authorization.stop()
  })

  it('carry it when they come as a Request, which is copied and not used up', async () => {
    const { calls, authorization } = install()
    const request = new Request('https://api.test/', {
      method: 'POST',
      body: 'b',
      headers: { authorization: 'Bearer old' },
    })
    await fetch(request)
    expect(bearer(calls[0]?.init)).toBe('Bearer new')
    expect(request.bodyUsed).toBe(false)
    authorization.stop()
  })

  it('are sent once more after a refusal, but not a stream, which is used up', async () => {
    const { calls, answers, authorization } = install()
    const refusal = () => new Response('', { status: 401 })
    answers.push(refusal)
    const headers = { Authorization: 'Bearer new' }
    await fetch('https://api.test/', { method: 'POST', headers, body: 'text' })
    expect(calls.map(({ init }) => bearer(init)).at(-1)).toBe('Bearer newer')
    answers.push(refusal)
    const body = new ReadableStream()
    const response = await fetch('https://api.test/', { method: 'POST', headers, body })
    expect(response.status).toBe(401)
    expect(calls).toHaveLength(3)
    authorization.stop()
  })

  it('F23: go nowhere once the chat has ended, even where the signal is not heeded', async () => {
    const { calls, token, authorization } = install()
    let arrive = (_: string) => {}
    token.fresh = () =>
      new Promise((resolve) => {
        arrive = resolve
      })
    const { signal } = new AbortController()
    const sent = fetch('https://api.test/', { headers: { Authorization: 'Bearer old' }, signal })
    authorization.stop()
    arrive('new')
    await expect(sent).rejects.toMatchObject({ name: 'AbortError' })
    expect(calls).toEqual([])
  })

  it('by XMLHttpRequest get it at the last moment, unless they were aborted or opened anew', async () => {
    const { sent, authorization } = install()
    const start = () => {
      const xhr = new XMLHttpRequest()
      xhr.open('POST', 'https://api.test/')
      xhr.setRequestHeader('X-Other', '1')
      xhr.setRequestHeader('authorization', 'Bearer old')
      xhr.send('body')
      return xhr
    }
    start()
    start().abort()
    start().open('GET', '/')
    await settle()
    expect(sent).toEqual([
      {
        headers: [
          ['X-Other', '1'],
          ['authorization', 'Bearer new'],
        ],
        body: 'body',
      },
    ])
    const synchronous = new XMLHttpRequest()
    synchronous.open('GET', 'https://api.test/', false)
    synchronous.setRequestHeader('Authorization', 'Bearer old')
    synchronous.send()
    expect(sent.at(-1)?.headers).toEqual([['Authorization', 'Bearer new']])
    authorization.stop()
  })
})

describe('F54: the page’s own requests', () => {
  it('pass with the very arguments they were made with', async () => {
    const { native, sent, authorization } = install()
    const headers = { Authorization: 'Bearer mine' }
    const init = { headers }
    await fetch('/mine', init)
    expect(native.mock.lastCall?.[1]).toBe(init)
    await fetch('/plain')
    expect(native.mock.lastCall).toEqual(['/plain'])
    const once = new Map([['Authorization', 'Bearer old']]).entries()
    await fetch('/iterator', { headers: once as unknown as HeadersInit })
    expect([...once]).toHaveLength(1)
    const xhr = new XMLHttpRequest()
    xhr.open('GET', '/mine')
    xhr.setRequestHeader('Authorization', 'Bearer mine')
    xhr.send()
    expect(sent[0]?.headers).toEqual([['Authorization', 'Bearer mine']])
    expect(authorization.carried).toBe(0)
    authorization.stop()
  })

  it('a fetch that the page wraps later stays wrapped, and ours only passes on below it', async () => {
    const { calls, native, authorization } = install()
    const ours = globalThis.fetch
    const wrapped: typeof fetch = (input, init) => ours(input, init)
    globalThis.fetch = wrapped
    authorization.stop()
    expect(globalThis.fetch).toBe(wrapped)
    await fetch('/after', { headers: { Authorization: 'Bearer old' } })
    expect(bearer(calls[0]?.init)).toBe('Bearer old')
    globalThis.fetch = native as unknown as typeof fetch
  })

  it('two chats leave in any order, and the page has its own methods back', async () => {
    const { native, token, authorization } = install()
    const second = keepAuthorizationFresh(page, token)
    authorization.stop()
    expect(globalThis.fetch).not.toBe(native)
    await fetch('/x', { headers: { Authorization: 'Bearer old' } })
    expect(second.carried).toBe(1)
    second.stop()
    expect(globalThis.fetch).toBe(native)
  })
})
