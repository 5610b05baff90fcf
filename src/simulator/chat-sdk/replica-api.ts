/** How the original calls Coze: XMLHttpRequest for plain calls, `fetch` for the stream, and its handling of a refused token (docs/coze.md 2.3). */
import { parseJson } from '../../platform/parse-json.ts'

export interface ReplicaAuth {
  token: string
  onRefreshToken(refused: string): unknown
}

export interface StreamEvent {
  name: string
  data: unknown
}

export interface ReplicaApi {
  /**
   * The original has two clients inside: `outer` sees a refused token in the HTTP status and in the body code, `inner` in the status alone.
   * @throws ReplicaFailure
   */
  call(method: string, path: string, body?: unknown, client?: 'outer' | 'inner'): Promise<unknown>
  /**
   * Never sends twice: after a refused token it renews the token, and the visitor's message is lost.
   * @throws ReplicaFailure
   */
  stream(path: string, body: unknown, signal: AbortSignal, onEvent: (event: StreamEvent) => void): Promise<void>
  /** Asks for a new token; rejects for ever once that has failed. */
  refresh(): Promise<void>
}

export class ReplicaFailure extends Error {
  readonly status: number
  readonly code: number

  constructor(status: number, code: number) {
    super(code ? `code: ${code}` : `ResponseStatus: ${status}`)
    this.status = status
    this.code = code
  }
}

/** Body codes that the original takes for a refused token. */
const AUTH_ERRORS = [401, 4100, 4101, 700012006]

export function isTokenRefused(error: unknown): boolean {
  return error instanceof ReplicaFailure && (error.status === 401 || AUTH_ERRORS.includes(error.code))
}

export function createReplicaApi(
  page: Window & typeof globalThis,
  base: string,
  auth: ReplicaAuth,
  lang: string,
): ReplicaApi {
  let refreshing: Promise<void> | undefined

  const headers = () => ({
    Authorization: `Bearer ${auth.token}`,
    'Accept-Language': lang.startsWith('zh') ? 'zh' : 'en',
    'Content-Type': 'application/json',
  })

  /** A defect of the original: the promise is dropped after a success only, so that a rejection is returned until the page reloads. */
  function refresh(): Promise<void> {
    refreshing ??= Promise.resolve(auth.onRefreshToken(auth.token)).then((token) => {
      auth.token = String(token)
      refreshing = undefined
    })
    return refreshing
  }

  function request(method: string, path: string, body: unknown): Promise<{ status: number; text: string }> {
    return new Promise((resolve, reject) => {
      const xhr = new page.XMLHttpRequest()
      xhr.open(method, base + path)
      for (const [name, value] of Object.entries(headers())) xhr.setRequestHeader(name, value)
      xhr.onload = () => resolve({ status: xhr.status, text: xhr.responseText })
      xhr.onerror = () => reject(new ReplicaFailure(0, 0))
      xhr.onabort = () => reject(new ReplicaFailure(0, 0))
      xhr.send(body === undefined ? null : JSON.stringify(body))
    })
  }

  async function callOnce(method: string, path: string, body: unknown): Promise<unknown> {
    const { status, text } = await request(method, path, body)
    const answer = parseJson(text) as { code?: number } | undefined
    if (status < 200 || status > 299 || answer?.code) throw new ReplicaFailure(status, Number(answer?.code ?? 0))
    return answer
  }

  return {
    refresh,

    async call(method, path, body, client = 'outer') {
      try {
        return await callOnce(method, path, body)
      } catch (error) {
        const refused = client === 'outer' ? isTokenRefused(error) : (error as ReplicaFailure).status === 401
        if (!refused) throw error
        await refresh()
        return callOnce(method, path, body)
      }
    },

    async stream(path, body, signal, onEvent) {
      const response = await page.fetch(base + path, {
        method: 'POST',
        headers: headers(),
        body: JSON.stringify(body),
        signal,
      })
      const isStream = response.headers.get('content-type')?.includes('event-stream')
      if (!response.ok || !response.body || !isStream) {
        const answer = parseJson(await response.text()) as { code?: number } | undefined
        const failure = new ReplicaFailure(response.status, response.ok ? Number(answer?.code ?? 0) : 0)
        if (isTokenRefused(failure)) await refresh()
        throw failure
      }
      await readEvents(response.body, onEvent)
    },
  }
}

async function readEvents(body: ReadableStream<Uint8Array>, onEvent: (event: StreamEvent) => void): Promise<void> {
  const reader = body.getReader()
  const decoder = new TextDecoder()
  let rest = ''
  let name = ''
  for (;;) {
    const { done, value } = await reader.read()
    rest += decoder.decode(value, { stream: !done })
    const lines = rest.split(/\r?\n/)
    rest = done ? '' : (lines.pop() ?? '')
    for (const line of lines) {
      const [, field, text = ''] = /^([^:]*): ?(.*)$/.exec(line) ?? []
      if (field === 'event') name = text
      if (field === 'data') onEvent({ name, data: parseJson(text) })
    }
    if (done) return
  }
}
