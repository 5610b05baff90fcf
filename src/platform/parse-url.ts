/**
 * `URL.parse` for browsers that lack it (Chrome before 126, Safari before 18). Pure.
 *
 * @param base what a relative address is relative to; without one, only absolute ones are addresses
 */
export function parseUrl(address: string, base?: string): URL | undefined {
  try {
    return new URL(address, base)
  } catch {
    return undefined
  }
}
