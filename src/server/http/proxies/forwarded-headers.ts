/** What proxies write about the request that reached them. Whether to believe it is decided in `browser-sight.ts`. */
import { parseIpAddress } from './ip-address.ts'

/** One element of the header `Forwarded` (RFC 7239): what one proxy says. */
export interface ForwardedElement {
  readonly for?: string
  readonly proto?: string
  readonly host?: string
}

export type HeaderReader = (name: string) => string | undefined

/** The first is what nearly all say. */
const SCHEME_HEADERS = [
  'x-forwarded-proto',
  'x-forwarded-scheme',
  'x-forwarded-protocol',
  'x-url-scheme',
  'x-scheme',
] as const
/** More entries than any honest chain of proxies has. */
const MAX_ENTRIES = 32
/** The spaces behind a pair belong to the pair: spaces that stand alone could be divided in many ways, each of which would be tried (T46). */
const FORWARDED_PAIR = /[\t ]*(?:([\w!#$%&'*+.^`|~-]+)=("(?:[^"\\]|\\.)*"|[^\s",;]*)[\t ]*)?([;,]|$)/y

/** The elements of a `Forwarded` header, the nearest proxy last; `undefined` for a text that is malformed. */
export function parseForwarded(text: string): ForwardedElement[] | undefined {
  const elements: ForwardedElement[] = []
  let element: Record<string, string> = {}
  FORWARDED_PAIR.lastIndex = 0
  for (;;) {
    const match = FORWARDED_PAIR.exec(text)
    if (match === null) return undefined
    const [, name, value = '', separator] = match
    if (name !== undefined) element[name.toLowerCase()] = unquote(value)
    if (separator === ';') continue
    if (Object.keys(element).length > 0) elements.push(element)
    element = {}
    if (separator === '') return elements.slice(-MAX_ENTRIES)
  }
}

/** The parts of a header that each proxy adds to, the nearest proxy's last. */
export function listOf(text: string): string[] {
  return text
    .split(',')
    .slice(-MAX_ENTRIES)
    .map((part) => unquote(part.trim()))
}

/**
 * The address in a node identifier, without what proxies write around it: ports (`203.0.113.7:51234`), brackets
 * (`[2001:db8::7]:443`) and quotes. `undefined` for `unknown`, for obfuscated identifiers (`_hidden`) and for rubbish.
 */
export function addressOfNode(node: string): string | undefined {
  const text = unquote(node.trim())
  const [, bracketed, dotted] =
    /^(?:\[([^\]]+)\]|(\d{1,3}(?:\.\d{1,3}){3}))(?::(?:\d{1,5}|_[\w.-]+))?$/.exec(text) ?? []
  const address = bracketed ?? dotted ?? text
  return parseIpAddress(address) === undefined ? undefined : address
}

/**
 * The scheme under which the browser came. Headers of a network at the edge come first, since a proxy behind it often
 * overwrites `X-Forwarded-Proto` with the scheme of its own, inner connection.
 * @param pick chooses among the values that each proxy added
 */
export function forwardedScheme(
  header: HeaderReader,
  forwarded: ForwardedElement | undefined,
  pick: (values: readonly string[]) => string | undefined,
): 'http' | 'https' | undefined {
  const edge =
    header('cloudfront-forwarded-proto') ??
    /"scheme"\s*:\s*"(\w+)"/.exec(header('cf-visitor') ?? '')?.[1] ??
    header('fly-forwarded-proto') ??
    header('x-client-scheme')
  const listed = SCHEME_HEADERS.map(header).find((text) => text !== undefined)
  const told = edge ?? (listed === undefined ? undefined : pick(listOf(listed))) ?? forwarded?.proto
  switch (told?.trim().toLowerCase()) {
    case 'https':
    case 'wss':
    case 'ssl':
      return 'https'
    case 'http':
    case 'ws':
      return 'http'
  }
  const isOn = (name: string) => header(name)?.toLowerCase() === 'on'
  // IIS describes the certificate in X-ARR-SSL, and leaves the header out over http.
  if (isOn('x-forwarded-ssl') || isOn('front-end-https') || header('x-arr-ssl')) return 'https'
  return undefined
}

/** The host under which the browser came, with the port where a proxy tells it apart; `undefined` where no header says it. */
export function forwardedHost(
  header: HeaderReader,
  forwarded: ForwardedElement | undefined,
  pick: (values: readonly string[]) => string | undefined,
): string | undefined {
  const listed = header('x-forwarded-host')
  return (listed === undefined ? undefined : pick(listOf(listed))) || header('x-original-host') || forwarded?.host
}

/** A port that differs from what the scheme implies. Proxies that strip it from the host tell it in a header of its own. */
export function forwardedPort(
  header: HeaderReader,
  pick: (values: readonly string[]) => string | undefined,
): string | undefined {
  const listed = header('x-forwarded-port')
  const port = listed === undefined ? undefined : pick(listOf(listed))
  return port !== undefined && /^\d{1,5}$/.test(port) && port !== '80' && port !== '443' ? port : undefined
}

function unquote(text: string): string {
  return text.length >= 2 && text.startsWith('"') && text.endsWith('"')
    ? text.slice(1, -1).replace(/\\(.)/g, '$1')
    : text
}
