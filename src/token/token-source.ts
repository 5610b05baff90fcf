/** One question to the site's token endpoint. */
import type { IdentityKind } from '../contract.ts'
import { isCozeChatError } from '../errors.ts'
import type { Platform } from '../platform/browser.ts'
import { type Clock, type Instant, markInstant } from '../platform/clock.ts'
import { createLazyPart } from '../platform/lazy-part.ts'
import { withTimeLimit } from '../platform/time-limit.ts'
import { TOKEN_REQUEST_HEADER } from '../token-request-header.ts'
import { readGrant, type TokenGrant } from './token-answer.ts'

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
  ask(question: TokenQuestion): Promise<TokenReply>
  /** Logout: asks the service to drop its cached token. Best effort; it outlives the page and tells nobody how it went. */
  end(question: Farewell): void
}

/** A user has no id of his own: the site's session names him. */
interface Farewell extends Pick<TokenQuestion, 'expect' | 'bearer'> {
  sessionId: string | undefined
}

const failurePart = createLazyPart(() => import('./unreachable.ts'))
const foreignPart = createLazyPart(() => import('./foreign-answer.ts'))

/** Covers the body too. */
export const REQUEST_LIMIT_MS = 10_000
const MAX_ANSWER_BYTES = 65_536

export function createTokenSource(
  tokenUrl: string,
  /** Name of the session id in the request. */
  tokenField: string,
  platform: Platform,
): TokenSource {
  const post = async ({ sessionId, expect, bearer }: Farewell, flags: object, init: RequestInit) =>
    platform.fetch(tokenUrl, {
      method: 'POST',
      credentials: 'same-origin',
      // Not `error`: both refuse to follow, but `manual` tells a login page from a dead network (F30).
      redirect: 'manual',
      cache: 'no-store',
      referrerPolicy: 'no-referrer',
      headers: {
        'content-type': 'application/json',
        [TOKEN_REQUEST_HEADER]: '1',
        ...(bearer && { authorization: `Bearer ${bearer}` }),
      },
      body: JSON.stringify({ [tokenField]: sessionId, expect, ...flags }),
      ...init,
    })
  return {
    async ask(question) {
      const { clock } = platform
      const since = markInstant(clock)
      const csp = platform.watchCsp()
      try {
        return await withTimeLimit(REQUEST_LIMIT_MS, question.signal, platform, async (signal) => {
          const response = await post(question, question.renew ? { renew: true } : {}, { signal })
          return { ...(await readResponse(response, clock)), since }
        })
      } catch (error) {
        if (isCozeChatError(error)) throw error
        const { unreachable } = await failurePart()
        throw await unreachable(error, tokenUrl, csp, clock, question.signal)
      } finally {
        csp.stop()
      }
    },
    end(question) {
      // `keepalive`: the host often leaves the page right after its logout.
      post(question, { end: true }, { keepalive: true }).catch(() => {})
    },
  }
}

/** @throws the error that the answer is; a `TypeError` where its body breaks off. */
export async function readResponse(response: Response, clock: Clock): Promise<TokenGrant> {
  const text = await readText(response)
  const grant = response.ok && text && parseGrant(text)
  return grant || (await foreignPart()).readForeignAnswer(response, text, clock)
}

function parseGrant(text: string): TokenGrant | undefined {
  try {
    return readGrant(JSON.parse(text))
  } catch {
    return undefined
  }
}

/** Undefined for a body of more than 64 KiB, whatever its headers say. */
async function readText({ body }: Response): Promise<string | undefined> {
  const reader = body?.getReader()
  const decoder = new TextDecoder()
  let text = ''
  let bytes = 0
  while (reader) {
    const { done, value } = await reader.read()
    if (done) break
    bytes += value.length
    if (bytes > MAX_ANSWER_BYTES) {
      reader.cancel().catch(() => {})
      return undefined
    }
    text += decoder.decode(value, { stream: true })
  }
  return text + decoder.decode()
}
