/** What a token response says: who its visitor is, what was told of them, and their token. Pure. */
import { readApiBase } from '../protocol/read-api-base.ts'
import { fingerprint, isSessionId } from './session-id.ts'
import type { AccessToken } from './token/access-token.ts'
import type { ConfirmedReply } from './token/token-client.ts'
import type { Introduction } from './visitor-life.ts'
import type { Confirmation } from './visitor-state.ts'

export interface ReadReply {
  readonly confirmation: Confirmation
  readonly introduction: Introduction
  readonly token: AccessToken
}

/** @param tokenUrl what the place of the Open API may be relative to */
export function readReply(reply: ConfirmedReply, tokenUrl: string | undefined): ReadReply {
  const { text, ttlMs, since, kind, fresh, seal, agent } = reply
  const subject = reply.subject ?? `l_${fingerprint(reply.sentId)}`
  const ticket = isSessionId(reply.sessionId) ? reply.sessionId : undefined
  const visitor = { subject, kind }
  return {
    confirmation: { type: 'confirmed', visitor, ticket, namedByServer: reply.subject !== undefined },
    // Only the response that brings their first credential can know that nobody was here before: none that renews, and none for a user.
    introduction: { isNew: fresh && kind === 'anonymous' && ticket !== undefined, agent, seal },
    token: { text, ttlMs, since, subject, kind, apiBase: readApiBase(reply.apiBase, tokenUrl) },
  }
}
