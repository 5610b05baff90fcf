import { parseUrl } from '../../../platform/addresses/parse-url.ts'

/** An origin as browsers write it, or why a text is none: the end of the sentence "… is refused: …", with the cure. */
export type OriginReading = { readonly origin: string } | { readonly problem: string }

/**
 * Reads an origin as people write it. Where the meaning is plain it is written as browsers write it: capitals, an
 * international name, a default port and a slash at the end. Everything else is refused, because an origin that is
 * guessed wrong lets foreign pages in, or none.
 */
export function readOrigin(text: string): OriginReading {
  if (text === 'null') return { problem: 'pages without an origin have no place of their own and cannot be let in' }
  if (text.includes('*')) return { problem: 'it is a pattern; list each origin whole' }
  if (!/^https?:\/\//i.test(text)) {
    const withScheme = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? undefined : shortUrl(`https://${text}`)
    return { problem: `it must begin with https:// or http://${withScheme ? `, such as ${withScheme.origin}` : ''}` }
  }
  const url = shortUrl(text)
  if (url === undefined) return { problem: 'it is not an address' }
  if (url.username !== '' || url.password !== '') return { problem: `it holds a name or password; write ${url.origin}` }
  if (url.pathname !== '/' || url.search !== '' || url.hash !== '' || /[?#\\]/.test(text)) {
    return { problem: `an origin ends after host and port; write ${url.origin}` }
  }
  return { origin: url.origin }
}

/** Whether a text is an origin over http or https exactly as browsers write it in the header `Origin`. */
export function isBrowserOrigin(text: string): boolean {
  const reading = readOrigin(text)
  return 'origin' in reading && reading.origin === text
}

/** Of a `Host` (RFC 9110 section 7.2): a name or an address and perhaps a port, and nothing that a URL reads otherwise. */
const HOST = /^(?<name>[a-z0-9._~-]+|\[[0-9a-f:.]+\])(?::(?<port>\d{0,5}))?$/i

/**
 * The origin of a scheme and a host, written as browsers write it; `undefined` when the host is malformed. A port tells
 * more than a scheme that a proxy has left out: 443 means https, and nobody speaks https on port 80.
 */
export function originOfHost(scheme: 'http' | 'https', host: string): string | undefined {
  const { name, port = '' } = HOST.exec(host.trim())?.groups ?? {}
  if (name === undefined) return undefined
  const trueScheme = port === '443' ? 'https' : scheme
  const truePort = trueScheme === 'https' && port === '80' ? '' : port
  return shortUrl(`${trueScheme}://${name}${truePort && `:${truePort}`}`)?.origin
}

/** A scheme, a name of at most 253 characters (RFC 1035) and a port. What is longer comes from nobody's browser (T46). */
const MAX_LENGTH = 300

function shortUrl(text: string): URL | undefined {
  return text.length > MAX_LENGTH ? undefined : parseUrl(text)
}
