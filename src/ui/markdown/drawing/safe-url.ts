/** Which addresses an answer may lead to, and which its pictures may come from. From which hosts is for `image-hosts.ts` to say. */
import { parseUrl } from '../../../platform/addresses/parse-url.ts'

const LINK_PROTOCOLS = ['http:', 'https:', 'mailto:', 'tel:']
const IMAGE_PROTOCOLS = ['http:', 'https:']

/** The address if it is absolute and of an allowed protocol; `URL` strips control characters just as browsers do. */
function safeUrl(address: string, protocols: readonly string[]): URL | undefined {
  const url = parseUrl(address)
  return url && protocols.includes(url.protocol) ? url : undefined
}

export const linkUrl = (address: string) => safeUrl(address, LINK_PROTOCOLS)
export const imageUrl = (address: string) => safeUrl(address, IMAGE_PROTOCOLS)
