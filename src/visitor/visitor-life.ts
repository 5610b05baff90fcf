/**
 * What belongs to one visitor and ends with them: the signal by which all work of theirs is stopped, their tokens, and what the token
 * service told of them. It is replaced as a whole, so nothing of it can reach the next visitor.
 */
import type { CozeChatError } from '../errors.ts'
import type { AccessToken } from './token/access-token.ts'
import { createTokenManager, type TokenManager, type TokenManagerOptions } from './token/token-manager.ts'

/** What the token service told beside the token, when it named the visitor. A convenience: it decides nothing about who is there. */
export interface Introduction {
  /** They have never been here before, so there is nothing to look up. */
  readonly isNew: boolean
  /** The agent's profile, unchecked. */
  readonly agent: unknown
  /** Secret of this user, with which their kept messages are encrypted. It is stored nowhere. */
  readonly seal: string | undefined
}

export interface VisitorLife {
  /** Aborted the moment it ends. */
  readonly signal: AbortSignal
  readonly tokens: TokenManager
  /** Tokens beyond the first. */
  readonly renewals: number
  /** Undefined before the visitor is confirmed. */
  introduction: Introduction | undefined
  /** Of the last token that this tab was given by the endpoint itself. */
  apiBase: string | undefined
  /** First rejects everybody who waits for a token, then aborts `signal`: a listener of `signal` can no longer get the old token. */
  end(reason: CozeChatError): void
}

export function createVisitorLife({ onToken, ...options }: TokenManagerOptions): VisitorLife {
  const ending = new AbortController()
  let texts = 0
  let lastText: string | undefined
  const tokens = createTokenManager({ ...options, onToken: countAndTell })

  /** Another tab may offer the token that is here already. */
  function countAndTell(token: AccessToken, own: boolean): void {
    if (token.text !== lastText) texts++
    lastText = token.text
    onToken(token, own)
  }

  return {
    signal: ending.signal,
    tokens,
    get renewals() {
      return Math.max(0, texts - 1)
    },
    introduction: undefined,
    apiBase: undefined,
    end(reason) {
      tokens.stop(reason)
      ending.abort(reason)
    },
  }
}
