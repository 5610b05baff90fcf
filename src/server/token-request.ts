import { IDENTITY_FIELDS, type TokenRequest } from '../contract.ts'
import type { Call } from './call.ts'
import { ServiceFault } from './service-fault.ts'

const FIELDS: ReadonlySet<string> = new Set(['session_id', 'expect', 'renew', 'end'])
const ALIASES = IDENTITY_FIELDS.map((name) => name.toLowerCase())
/** The names as headers write them: any case, dashes for underscores. `x-user-id` is left to proxies that `identify` may trust. */
const ALIAS_HEADERS = [...new Set(ALIASES.flatMap((name) => [name, name.replace('_', '-')]))]
/** The names as a whole word of a parameter name: `user_id`, `user[user_id]`, `filter.uid`. */
const ALIAS_PARAMETER = new RegExp(`(?:^|[^a-z0-9_])(?:${ALIASES.join('|')})(?:[^a-z0-9_]|$)`, 'i')
const ALIAS_IN_JSON = new RegExp(`"(?:${ALIASES.join('|')})"\\s*:`, 'i')

/**
 * Refuses requests that try to say who they are anywhere but in the body. Not ignored: a back end written after the
 * guide, or a page that still sends `user_id`, must fail on its developer's desk.
 */
export function refuseIdentityBesideBody(call: Call): void {
  for (const name of ALIAS_HEADERS) {
    if (call.header(name) !== undefined) throw new ServiceFault('identity_in_body')
  }
  if (call.query === '') return
  for (const name of new URLSearchParams(call.query).keys()) {
    if (ALIAS_PARAMETER.test(name)) throw new ServiceFault('identity_in_body')
  }
}

/** The body as the contract has it: these four fields, of these types, and nothing else at any depth. */
export function parseTokenRequest(text: string): TokenRequest {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    throw new ServiceFault('bad_request')
  }
  if (typeof json !== 'object' || json === null || Array.isArray(json)) throw refuse(text)
  for (const field of Object.keys(json)) {
    if (!FIELDS.has(field)) throw refuse(text)
  }
  const { session_id, expect, renew, end } = json as Record<string, unknown>
  if (
    (session_id !== undefined && typeof session_id !== 'string') ||
    (expect !== undefined && expect !== 'user' && expect !== 'anonymous') ||
    (renew !== undefined && typeof renew !== 'boolean') ||
    (end !== undefined && typeof end !== 'boolean')
  ) {
    throw refuse(text)
  }
  return {
    ...(session_id !== undefined && { session_id }),
    ...(expect !== undefined && { expect }),
    ...(renew === true && { renew }),
    ...(end === true && { end }),
  }
}

function refuse(text: string): ServiceFault {
  return new ServiceFault(ALIAS_IN_JSON.test(text) ? 'identity_in_body' : 'bad_request')
}
