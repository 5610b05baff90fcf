/** Whether whoever follows it runs what somebody has written into it. */
export function runsScript(url: URL | undefined): boolean {
  return /^(javascript|data|vbscript):$/.test(url?.protocol ?? '')
}

/** The browser's `URL`, where a variable of the page has taken that name: browsers have it under an older one as well (F54). */
export function browserUrl(): typeof URL {
  const { URL: named, webkitURL } = globalThis as { URL?: unknown; webkitURL?: typeof URL }
  return typeof named === 'function' ? (named as typeof URL) : (webkitURL as typeof URL)
}

/**
 * `URL.parse` for browsers that lack it (Chrome before 126, Safari before 18). Pure.
 *
 * @param base what a relative address is relative to; without one, only absolute ones are addresses
 */
export function parseUrl(address: string, base?: string): URL | undefined {
  try {
    return new (browserUrl())(address, base)
  } catch {
    return undefined
  }
}
