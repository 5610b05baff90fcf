import { REFUSED, refuse } from '../response/refusal.ts'
import type { GatewayRoute } from '../routes.ts'

/** A decimal number of up to 24 digits, always as text: ids exceed 2^53. */
const ID = /^\d{1,24}$/
const ID_FIELDS = [
  ...['bot_id', 'app_id', 'workflow_id', 'conversation_id', 'chat_id', 'message_id'],
  ...['before_id', 'after_id'],
]

/** The code for an id that is malformed or does not exist, by the name of its field. */
const CODE_FOR_MISSING: Readonly<Record<string, number>> = {
  bot_id: REFUSED.bot,
  conversation_id: REFUSED.notFound,
  chat_id: REFUSED.chat,
  message_id: REFUSED.message,
  before_id: REFUSED.message,
  after_id: REFUSED.message,
}

/**
 * The ids among a request's fields, by their names.
 * @throws VendorRefusal for a malformed id, as for a well-formed one that does not exist
 */
export function readIds(route: GatewayRoute, fields: Readonly<Record<string, unknown>>): Record<string, string> {
  const ids: Record<string, string> = {}
  for (const name of ID_FIELDS) {
    const value = fields[name]
    if (value === undefined) continue
    if (typeof value !== 'string' || !ID.test(value)) throw refuse(codeForMissing(route, name))
    ids[name] = value
  }
  for (const name of route.requiredIds ?? []) if (ids[name] === undefined) throw refuse(REFUSED.parameter)
  return ids
}

/** The code with which Coze says on this route that what the id names does not exist. */
export function codeForMissing({ missingCodes }: GatewayRoute, name: string): number {
  if (name === 'bot_id' && missingCodes?.bot !== undefined) return missingCodes.bot
  if (name === 'conversation_id' && missingCodes?.conversation !== undefined) return missingCodes.conversation
  return CODE_FOR_MISSING[name] ?? REFUSED.notFound
}
