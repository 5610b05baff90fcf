/** Which Open API a chat talks to: what the page says, otherwise what the token endpoint says with each token, otherwise Coze's own. */
import { cozeApi, type ResolvedOptions } from '../options/resolve-options.ts'
import type { AccessToken } from '../visitor/access-token.ts'

export function apiBaseOf(
  { apiBase, region }: Pick<ResolvedOptions, 'apiBase' | 'region'>,
  token?: AccessToken,
): string {
  return apiBase || token?.apiBase || cozeApi(region ?? 'cn')
}
