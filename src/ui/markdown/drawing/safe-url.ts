import { parseUrl } from '../../../platform/parse-url.ts'

/** The address if it is absolute and of an allowed protocol; `URL` strips control characters just as browsers do. */
export function safeUrl(address: string, protocols: readonly string[]): URL | undefined {
  const url = parseUrl(address)
  return url && protocols.includes(url.protocol) ? url : undefined
}
