/** One question to whoever makes the tokens: the site's endpoint, or a function of the page. */
import { type IdentityKind, TOKEN_REQUEST_HEADER } from '../contract.ts'
import { CozeChatError, isCozeChatError } from '../errors.ts'
import { abortError, wait } from '../platform/abort.ts'
import type { Platform } from '../platform/browser.ts'
import { type Instant, markInstant } from '../platform/clock.ts'
import { withTimeLimit } from '../platform/time-limit.ts'
import { badAnswer, readRefusal, readTokenAnswer, type TokenGrant } from './token-answer.ts'

export interface TokenQuestion {
  /** The credential of this visitor. */
  sessionId: string
  /** What the page believes about who is there. */
  expect: IdentityKind | undefined
  /** True when the vendor rejected the last token: skip caches. */
  renew: boolean
  signal: AbortSignal
  /** Signed identity token of the site. */
  bearer?: string | undefined
}

export interface TokenReply extends TokenGrant {
  /** When it was asked for. */
  readonly since: Instant
}

export interface TokenSource {
  /** Whether tabs may share an answer. Not those of host code: it may do anything, so it must not run inside a lock. */
  readonly shared: boolean
  ask(question: TokenQuestion): Promise<TokenReply>
  /** Logout: asks the service to drop its cached token. Best effort; it outlives the page and tells nobody how it went. */
  end(question: Farewell): void
}

/** A user has no id of his own: the site's session names him. */
interface Farewell extends Pick<TokenQuestion, 'expect' | 'bearer'> {
  sessionId: string | undefined
}

/** Covers the body too. */
const REQUEST_LIMIT_MS = 10_000
const MAX_ANSWER_BYTES = 65_536

export function createUrlTokenSource(
  options: {
    tokenUrl: string
    /** Name of the session id in the request. Default `session_id`. */
    tokenField?: string | undefined
  },
  platform: Platform,
): TokenSource {
  const { tokenUrl, tokenField = 'session_id' } = options
  const request = (question: Farewell, flag: object): RequestInit => ({
    method: 'POST',
    credentials: 'same-origin',
    // Not followed: a token endpoint that redirects leads to a login page. `error` would look like a dead network.
    redirect: 'manual',
    cache: 'no-store',
    referrerPolicy: 'no-referrer',
    headers: {
      'content-type': 'application/json',
      [TOKEN_REQUEST_HEADER]: '1',
      ...(question.bearer && { authorization: `Bearer ${question.bearer}` }),
    },
    body: JSON.stringify({
      [tokenField]: question.sessionId,
      ...(question.expect && { expect: question.expect }),
      ...flag,
    }),
  })
  return {
    shared: true,
    async ask(question) {
      const since = markInstant(platform.clock)
      const csp = platform.watchCsp(tokenUrl)
      try {
        return await withTimeLimit(REQUEST_LIMIT_MS, question.signal, platform, async (signal) => {
          const init = request(question, question.renew ? { renew: true } : {})
          const response = await platform.fetch(tokenUrl, { ...init, signal })
          return { ...(await readResponse(response, platform)), since }
        })
      } catch (error) {
        if (isCozeChatError(error)) throw error
        if (question.signal.aborted) throw abortError(question.signal)
        throw await networkError(error, () => csp.directive, question.signal, platform)
      } finally {
        csp.stop()
      }
    },
    end(question) {
      // `keepalive`: the host often leaves the page right after its logout.
      const sending = async () => platform.fetch(tokenUrl, { ...request(question, { end: true }), keepalive: true })
      sending().catch(() => {})
    },
  }
}

export function createCallbackTokenSource(
  getToken: (context: Omit<TokenQuestion, 'bearer'>) => unknown,
  platform: Platform,
): TokenSource {
  return {
    shared: false,
    async ask({ sessionId, expect, renew, signal: outer }) {
      const since = markInstant(platform.clock)
      try {
        return await withTimeLimit(REQUEST_LIMIT_MS, outer, platform, async (signal) => {
          const answer = await getToken({ sessionId, expect, renew, signal })
          const grant =
            answer instanceof Response
              ? await readResponse(answer, platform)
              : readTokenAnswer(answer, platform.clock.now())
          return { ...grant, since }
        })
      } catch (error) {
        if (isCozeChatError(error)) throw error
        throw new CozeChatError('network', 'getToken() failed.', { retryable: true, cause: error })
      }
    },
    end() {},
  }
}

/** The violation event of a blocked request may come just after `fetch` has thrown. */
const CSP_EVENT_MS = 50

async function networkError(
  cause: unknown,
  directive: () => string | undefined,
  signal: AbortSignal,
  platform: Platform,
): Promise<CozeChatError> {
  await wait(platform.clock, CSP_EVENT_MS, signal)
  const blockedBy = directive()
  return blockedBy === undefined
    ? new CozeChatError('network', 'The token endpoint is out of reach.', { retryable: true, cause })
    : new CozeChatError('blocked_by_csp', `Add the origin of tokenUrl to ${blockedBy}.`, { cause })
}

async function readResponse(response: Response, platform: Platform): Promise<TokenGrant> {
  // Browsers hide the status of a redirect and give 0.
  if (!response.ok && response.status < 400) throw badAnswer('The token endpoint should not redirect.')
  const body = parse(await readText(response))
  // The server's clock is the one its dates were made with.
  const serverMs = Date.parse(response.headers.get('date') ?? '')
  const nowMs = Number.isNaN(serverMs) ? platform.clock.now() : serverMs
  if (!response.ok) throw readRefusal(response.status, body, response.headers.get('retry-after'), nowMs)
  return readTokenAnswer(body, nowMs)
}

/** Some back ends answer the bare token; a short word such as `unavailable` is none. */
const BARE_TOKEN = /^[\w.~+/=-]{24,}$/

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    const bare = text.trim()
    return BARE_TOKEN.test(bare) ? bare : undefined
  }
}

async function readText(response: Response): Promise<string> {
  const reader = response.body?.getReader()
  if (reader === undefined) return ''
  const decoder = new TextDecoder()
  let text = ''
  let bytes = 0
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return text + decoder.decode()
    bytes += value.byteLength
    if (bytes > MAX_ANSWER_BYTES) {
      reader.cancel().catch(() => {})
      throw badAnswer('The token endpoint answered too much.')
    }
    text += decoder.decode(value, { stream: true })
  }
}
