/**
 * Coze Studio behind one personal token: everybody's conversations belong to one account there, so a conversation must
 * never be found by a name that two visitors could both say. Pure.
 */
import type { Principal } from '../principal-desk.ts'
import { REFUSED, refuse } from './refusal.ts'
import type { WireRequest } from './wire-request.ts'

const APP_CONVERSATION_PATH = '/v1/workflow/conversation/create'

/** @throws VendorRefusal for a chatflow call that would land in the conversation of the whole account */
export function forStudio(request: WireRequest, principal: Principal): WireRequest & { path?: string } {
  const { body, ids } = request
  switch (request.route.name) {
    case 'conversation_create': {
      const name = body['conversation_name']
      if (ids['app_id'] === undefined) return request
      if (name !== undefined && typeof name !== 'string') throw refuse(REFUSED.parameter)
      const scoped = { ...body, conversation_name: prefixOf(principal) + (name ?? '') }
      return { ...request, body: scoped, path: APP_CONVERSATION_PATH }
    }
    case 'workflow_chat': {
      if (ids['conversation_id'] === undefined) throw refuse(REFUSED.parameter)
      const { CONVERSATION_NAME: _name, ...parameters } = { ...(body['parameters'] as object | undefined) } as Record<
        string,
        unknown
      >
      return { ...request, body: { ...body, parameters } }
    }
    default:
      return request
  }
}

/** An answer with the conversation's name as its visitor knows it. */
export function ownName(data: unknown, principal: Principal): unknown {
  if (typeof data !== 'object' || data === null || !('name' in data) || typeof data.name !== 'string') return data
  const prefix = prefixOf(principal)
  return data.name.startsWith(prefix) ? { ...data, name: data.name.slice(prefix.length) } : data
}

function prefixOf({ subject }: Principal): string {
  return `${subject}.`
}
