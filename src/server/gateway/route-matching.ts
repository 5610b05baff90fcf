import { GATEWAY_ROUTES, type GatewayRoute } from './routes.ts'

export interface RouteMatch {
  route: GatewayRoute
  /** The ids in the path, by their names; not yet checked. */
  params: Readonly<Record<string, string>>
}

const PATTERNS = GATEWAY_ROUTES.map((route) => ({
  route,
  pattern: new RegExp(`^${route.path.replace(/:(\w+)/g, '(?<$1>[^/]+)')}$`),
}))

/** The routes of a path, whatever their methods; empty for a path that does not exist. */
export function matchPath(path: string): RouteMatch[] {
  return PATTERNS.flatMap(({ route, pattern }) => {
    const match = pattern.exec(path)
    return match === null ? [] : [{ route, params: { ...match.groups } }]
  })
}

/** @throws TypeError for a name that is not in the table */
export function routeNamed(name: string): GatewayRoute {
  const found = GATEWAY_ROUTES.find((route) => route.name === name)
  if (found === undefined) throw new TypeError(`The gateway has no route named "${name}".`)
  return found
}
