/** Which Open API a chat talks to. */
import type { ResolvedOptions } from '../options/resolve-options.ts'
import type { AccessToken } from '../visitor/token/access-token.ts'

type PlaceOptions = Pick<ResolvedOptions, 'apiBase' | 'region'>

/** Where Coze's own Open API of a region is. */
export const cozeApi = (region: 'cn' | 'com') => `https://api.coze.${region}`

/** Whether the page says it itself; otherwise the token endpoint may. */
export const saysApiBase = ({ apiBase, region }: PlaceOptions) => Boolean(apiBase || region)

/** Without a slash at its end. */
export function apiBaseOf({ apiBase, region }: PlaceOptions, token?: AccessToken): string {
  return (apiBase || (region ? '' : token?.apiBase) || cozeApi(region ?? 'cn')).replace(/\/+$/, '')
}
