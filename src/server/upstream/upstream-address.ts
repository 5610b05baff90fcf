/** Open API hosts, by the region of an account. */
export const API_HOSTS = { cn: 'api.coze.cn', com: 'api.coze.com' } as const

export interface UpstreamAddress {
  /** Without a slash at its end. */
  apiBase: string
  /** Where assertions are exchanged for tokens. */
  tokenUrl: string
  /** The `aud` of assertions: Coze's own host name, without scheme. */
  audience: string
}

/** Where the Open API of an account is, and to whom its assertions are addressed (docs/coze.md 1.2 and 1.3). */
export function upstreamAddress(options: {
  region?: keyof typeof API_HOSTS
  apiBase?: string
  accountId?: string
  enterpriseId?: string
}): UpstreamAddress {
  const regionHost = API_HOSTS[options.region ?? 'cn']
  const base = new URL(options.apiBase ?? `https://${regionHost}`)
  const path =
    options.enterpriseId !== undefined
      ? `enterprise_id/${encodeURIComponent(options.enterpriseId)}/token`
      : options.accountId !== undefined
        ? `account/${encodeURIComponent(options.accountId)}/token`
        : 'token'
  const apiBase = base.href.replace(/\/+$/, '')
  return {
    apiBase,
    tokenUrl: `${apiBase}/api/permission/oauth2/${path}`,
    // A proxy in front of Coze (or the simulator) has another host, but assertions are still addressed to Coze.
    audience: Object.values<string>(API_HOSTS).includes(base.host) ? base.host : regionHost,
  }
}
