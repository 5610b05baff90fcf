/** What a browser's request becomes before it goes up: only known fields, checked ids, and only targets that the owner named. Pure. */
import type { GatewayTarget, ResolvedGatewayOptions } from '../gateway-options.ts'
import { REFUSED, refuse } from '../response/refusal.ts'
import type { GatewayRoute } from '../routes.ts'
import type { BodyField } from './field-values.ts'
import { codeForMissing, readIds } from './ids.ts'
import { present, readSentContent, requiredRecord } from './sent-content.ts'

/** What a browser asks of a route. */
export interface RouteInput {
  /** The ids in the path. */
  readonly params?: Readonly<Record<string, string>>
  /** The query with its `?`. */
  readonly search?: string
  /** The parsed body. */
  readonly json?: unknown
}

export interface WireRequest {
  readonly route: GatewayRoute
  readonly path: string
  /** Ids by their names, wherever in the request they were. */
  readonly ids: Readonly<Record<string, string>>
  readonly query: Readonly<Record<string, string>>
  readonly body: Readonly<Record<string, unknown>>
  /** The uploaded files that the request refers to. */
  readonly fileIds: readonly string[]
}

/** @throws VendorRefusal for a field or an id that is malformed, missing or not allowed */
export function readWireRequest(
  route: GatewayRoute,
  { params = {}, search = '', json }: RouteInput,
  { targets, fileHosts }: Pick<ResolvedGatewayOptions, 'targets' | 'fileHosts'>,
): WireRequest {
  const parameters = new URLSearchParams(search)
  const query: Record<string, string> = {}
  for (const name of route.query ?? []) {
    const value = parameters.get(name)
    if (value !== null && value !== '') query[name] = value
  }
  const fields = Array.isArray(route.body) ? pick(json, route.body) : {}
  const { body, fileIds } = readSentContent(fields, fileHosts)
  const ids = readIds(route, { ...params, ...query, ...body })
  checkTarget(route, ids, targets)
  const path = route.path.replace(/:(\w+)/g, (_part, name: string) => ids[name] ?? '')
  return { route, path, ids, query, body, fileIds }
}

function pick(json: unknown, names: readonly BodyField[]): Partial<Record<BodyField, unknown>> {
  const source = present(requiredRecord(json))
  return Object.fromEntries(names.filter((name) => Object.hasOwn(source, name)).map((name) => [name, source[name]]))
}

/** An agent or chatflow that the owner did not name is refused as one that does not exist. */
function checkTarget(
  route: GatewayRoute,
  { bot_id: botId, app_id: appId, workflow_id: workflowId }: Readonly<Record<string, string>>,
  targets: readonly GatewayTarget[],
): void {
  if (botId !== undefined && !targets.includes(botId)) throw refuse(codeForMissing(route, 'bot_id'))
  if (appId !== undefined || workflowId !== undefined) {
    const isNamed = targets.some(
      (target) =>
        typeof target !== 'string' &&
        (appId === undefined || target.appId === appId) &&
        (workflowId === undefined || target.workflowId === workflowId),
    )
    if (!isNamed) throw refuse(REFUSED.notFound)
  }
  // A new conversation belongs either to an agent or to an app.
  const hasOneOwner = (botId === undefined) !== (appId === undefined)
  if (route.claims === 'conversation' && !hasOneOwner) throw refuse(REFUSED.parameter)
}
