/** A visitor's call -> what may be asked upstream: picked fields, checked ids, the server's own values. Pure. */
import type { Principal } from '../principal-desk.ts'
import type { GatewayTarget } from './gateway-options.ts'
import { REFUSED, refuse } from './refusal.ts'
import type { ForcedField, GatewayRoute } from './routes.ts'
import { readSentContent } from './sent-content.ts'

export interface WireRequest {
  readonly route: GatewayRoute
  /** Ids by their names, wherever in the call they were. */
  readonly ids: Readonly<Record<string, string>>
  readonly query: Readonly<Record<string, string>>
  readonly body: Readonly<Record<string, unknown>>
  /** Uploads that the visitor refers to. */
  readonly fileIds: readonly string[]
}

/** Decimal strings, beyond 2^53. */
const ID = /^\d{1,24}$/
const ID_FIELDS = [
  ...['bot_id', 'app_id', 'workflow_id', 'conversation_id', 'chat_id', 'message_id'],
  ...['before_id', 'after_id'],
]
/** What an id of the wrong form is answered with: the same as a right one of nobody's. */
const MALFORMED: Readonly<Record<string, number>> = {
  bot_id: REFUSED.bot,
  conversation_id: REFUSED.notFound,
  chat_id: REFUSED.chat,
  message_id: REFUSED.message,
  before_id: REFUSED.message,
  after_id: REFUSED.message,
}

/** @throws VendorRefusal */
export function readWireRequest(
  route: GatewayRoute,
  params: Readonly<Record<string, string>>,
  search: string,
  json: unknown,
  targets: readonly GatewayTarget[],
): WireRequest {
  const parameters = new URLSearchParams(search)
  const query: Record<string, string> = {}
  for (const name of route.query ?? []) {
    const value = parameters.get(name)
    if (value !== null && value !== '') query[name] = value
  }
  const fields = Array.isArray(route.body) ? pick(json, route.body) : {}
  const { body, fileIds } = readSentContent(fields)
  const ids = readIds(route, { ...params, ...query, ...body })
  for (const name of route.needs ?? []) if (ids[name] === undefined) throw refuse(REFUSED.parameter)
  checkTarget(route, ids, targets)
  return { route, ids, query, body, fileIds }
}

function pick(json: unknown, names: readonly string[]): Record<string, unknown> {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) throw refuse(REFUSED.parameter)
  const source: Record<string, unknown> = { ...json }
  const present = names.filter((name) => Object.hasOwn(source, name) && source[name] !== null && source[name] !== '')
  return Object.fromEntries(present.map((name) => [name, source[name]]))
}

function readIds(route: GatewayRoute, fields: Readonly<Record<string, unknown>>): Record<string, string> {
  const ids: Record<string, string> = {}
  for (const name of ID_FIELDS) {
    const value = fields[name]
    if (value === undefined) continue
    if (typeof value !== 'string' || !ID.test(value)) throw refuse(codeForMissing(route, name))
    ids[name] = value
  }
  return ids
}

/** The code that says "there is no such thing" for this id in this call. */
export function codeForMissing({ missing }: GatewayRoute, name: string): number {
  if (name === 'bot_id' && missing?.bot !== undefined) return missing.bot
  if (name === 'conversation_id' && missing?.conversation !== undefined) return missing.conversation
  return MALFORMED[name] ?? REFUSED.notFound
}

/** Only what the owner named; an agent beside the list is as good as none. */
function checkTarget(
  route: GatewayRoute,
  { bot_id: botId, app_id: appId, workflow_id: workflowId }: Readonly<Record<string, string>>,
  targets: readonly GatewayTarget[],
): void {
  if (botId !== undefined && !targets.includes(botId)) throw refuse(codeForMissing(route, 'bot_id'))
  if (appId !== undefined || workflowId !== undefined) {
    const known = targets.some(
      (target) =>
        typeof target !== 'string' &&
        (appId === undefined || target.appId === appId) &&
        (workflowId === undefined || target.workflowId === workflowId),
    )
    if (!known) throw refuse(REFUSED.notFound)
  }
  // A conversation belongs to one agent, or to one chatflow.
  if (route.claims === 'conversation' && (botId === undefined) === (appId === undefined))
    throw refuse(REFUSED.parameter)
}

/** The request with what the server says for the visitor; whatever he said there himself is overwritten. */
export function withForcedFields(request: WireRequest, principal: Principal, connectorId: string): WireRequest {
  const { forced, fixed } = request.route
  const values: Record<ForcedField, unknown> = {
    connector_id: connectorId,
    user_id: principal.subject,
    session_name: principal.subject,
    ext: { user_id: principal.subject },
  }
  const chosen = (names: readonly ForcedField[] = []) => Object.fromEntries(names.map((name) => [name, values[name]]))
  return {
    ...request,
    query: { ...request.query, ...fixed?.query, ...(chosen(forced?.query) as Record<string, string>) },
    body: { ...request.body, ...fixed?.body, ...chosen(forced?.body) },
  }
}

/** The path with the ids put in that were checked. */
export function pathOf({ route, ids }: WireRequest): string {
  return route.path.replace(/:(\w+)/g, (_part, name: string) => ids[name] ?? '')
}
