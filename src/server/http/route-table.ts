import type { ServiceRequest } from './service-request.ts'
import type { ServiceResponse } from './service-response.ts'

/** Responds to the requests of a route. It may throw a `ServiceError`. */
export type RouteHandler = (request: ServiceRequest) => Promise<ServiceResponse>

/** Which handler responds to a path. Paths are those below the service's `basePath`, such as `/token`. */
export interface RouteTable {
  readonly paths: ReadonlyMap<string, RouteHandler>
  /** Responds to every other path; without it they are unknown. */
  readonly otherwise?: RouteHandler | undefined
}

export function findRoute(table: RouteTable, path: string): RouteHandler | undefined {
  return table.paths.get(path) ?? table.otherwise
}
