/** Asks the token endpoint under test as a browser would, or as one would not. */
import type { Clock } from '../../platform/clock.ts'
import { isRecord } from '../../platform/is-record.ts'
import { parseJson } from '../../platform/parse-json.ts'
import { TOKEN_REQUEST_HEADER } from '../../protocol/token-endpoint.ts'

export interface ProbeRequest {
  method?: string
  /** An object is sent as JSON, a text as it is. */
  body?: Readonly<Record<string, unknown>> | string
  /** Set over those of the widget; `null` removes one of them. */
  headers?: Readonly<Record<string, string | null>>
  /** Beginning with `?`. */
  query?: string
  /** Another path of the same origin. */
  path?: string
  /** Return a 429 instead of waiting and asking again. */
  impatient?: boolean
}

export interface ProbeReply {
  status: number
  headers: Headers
  text: string
  /** Empty where the text is not a JSON object. */
  json: Readonly<Record<string, unknown>>
  /** The access token of a reply with status 200. */
  token: string | undefined
}

export interface TokenEndpointProbe {
  readonly url: URL
  readonly origin: string
  /** Asks as the widget on a page of `origin` does, except for what the request changes. */
  ask(request?: ProbeRequest): Promise<ProbeReply>
  /** The text of every reply, for a search at the end. */
  readonly replies: ReadonlySet<string>
}

const MAX_WAITS = 30
const MAX_WAIT_SECONDS = 60
const REPLY_TIMEOUT_MS = 20_000

export function createTokenEndpointProbe(options: {
  url: URL
  origin: string
  fetch: typeof globalThis.fetch
  clock: Clock
}): TokenEndpointProbe {
  const { url, origin, clock } = options
  const replies = new Set<string>()
  const widgetHeaders: Readonly<Record<string, string>> = {
    origin,
    'sec-fetch-site': origin === url.origin ? 'same-origin' : 'cross-site',
    'content-type': 'application/json',
    [TOKEN_REQUEST_HEADER]: '1',
  }

  async function send(request: ProbeRequest): Promise<ProbeReply> {
    const { method = 'POST', body = {}, headers = {}, query = '', path = url.pathname } = request
    const sent = new Headers(widgetHeaders)
    for (const [name, value] of Object.entries(headers)) {
      if (value === null) sent.delete(name)
      else sent.set(name, value)
    }
    const hasBody = method !== 'GET' && method !== 'HEAD' && method !== 'OPTIONS'
    // Bytes, because fetch adds a `content-type` to a text that has none.
    const bytes = new TextEncoder().encode(typeof body === 'string' ? body : JSON.stringify(body))
    const response = await options.fetch(`${url.origin}${path}${mergeQuery(url.search, query)}`, {
      method,
      headers: sent,
      redirect: 'manual',
      signal: AbortSignal.timeout(REPLY_TIMEOUT_MS),
      ...(hasBody && { body: bytes }),
    })
    const text = await response.text()
    replies.add(text)
    const json = parseObject(text)
    const token = response.status === 200 ? (json['access_token'] ?? json['token']) : undefined
    return {
      status: response.status,
      headers: response.headers,
      text,
      json,
      token: typeof token === 'string' && token !== '' ? token : undefined,
    }
  }

  return {
    url,
    origin,
    replies,
    async ask(request = {}) {
      for (let waits = 0; ; waits++) {
        const answer = await send(request)
        const seconds = Number(answer.headers.get('retry-after') ?? Number.NaN)
        const mayWait = answer.status === 429 && seconds <= MAX_WAIT_SECONDS && waits < MAX_WAITS
        if (!mayWait || request.impatient === true) return answer
        await new Promise<void>((resolve) => clock.setTimeout(resolve, Math.max(1, seconds) * 1000))
      }
    },
  }
}

function mergeQuery(own: string, further: string): string {
  return own === '' ? further : own + further.replace('?', '&')
}

function parseObject(text: string): Readonly<Record<string, unknown>> {
  const json = parseJson(text)
  return isRecord(json) ? json : {}
}
