import { IDENTITY_FIELDS } from '../../protocol/token-endpoint.ts'
import { ServiceError } from '../http/service-error.ts'
import type { ServiceRequest } from '../http/service-request.ts'

const NAMES = IDENTITY_FIELDS.map((name) => name.toLowerCase())
/** As headers write them: any case, dashes for underscores. `x-user-id` stays allowed for proxies that `identify` may trust. */
const HEADER_NAMES = [...new Set(NAMES.flatMap((name) => [name, name.replace('_', '-')]))]
/** As a whole word in the name of a parameter: `user_id`, `user[user_id]`, `filter.uid`. */
const NAME_IN_PARAMETER = new RegExp(`(?:^|[^a-z0-9_])(?:${NAMES.join('|')})(?:[^a-z0-9_]|$)`, 'i')
const NAME_IN_JSON = new RegExp(`"(?:${NAMES.join('|')})"\\s*:`, 'i')

/**
 * Refuses a request that says in a header or in the query who its visitor is. Ignoring it is not enough: an integration
 * that sends `user_id` must fail while its developer tests it, and not run with every visitor anonymous.
 * @throws ServiceError `identity_in_body`
 */
export function refuseIdentityBesideBody(request: ServiceRequest): void {
  for (const name of HEADER_NAMES) {
    if (request.header(name) !== undefined) throw new ServiceError('identity_in_body')
  }
  if (request.query === '') return
  for (const name of new URLSearchParams(request.query).keys()) {
    if (NAME_IN_PARAMETER.test(name)) throw new ServiceError('identity_in_body')
  }
}

/** Whether JSON says at any depth who its visitor is. */
export function hasIdentityField(json: string): boolean {
  return NAME_IN_JSON.test(json)
}
