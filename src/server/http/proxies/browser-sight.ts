import { LRUCache } from 'lru-cache'
import { CozeChatError } from '../../../errors.ts'
import { cleanText } from '../clean-text.ts'
import type { ServiceRequest } from '../service-request.ts'
import {
  addressOfNode,
  type ForwardedElement,
  forwardedHost,
  forwardedPort,
  forwardedScheme,
  listOf,
  parseForwarded,
} from './forwarded-headers.ts'
import { originOfHost, readOrigin } from './origin.ts'
import { createProxyFollower, isInnerAddress, type TrustProxy } from './trusted-proxies.ts'

/** What is wrong with the proxies in front: they are not trusted, they write what cannot be read, or two headers disagree. */
export type ProxyProblem = 'untrusted' | 'unreadable' | 'contradictory'

/** What the browser saw when it sent a request, whatever the proxies in between have made of it. */
export interface BrowserSight {
  /** The origins that the owner has named (`publicUrl`); empty for none. */
  readonly publicOrigins: readonly string[]
  /**
   * The origin under which the browser reached the service, written as browsers write it: one of `publicUrl` if that is
   * set, otherwise what trusted proxies say, otherwise what the request says. `undefined` when its host is malformed.
   */
  originOf(request: ServiceRequest): string | undefined
  /** The browser's address; `undefined` when the runtime tells none. */
  addressOf(request: ServiceRequest): string | undefined
}

/** Where a request tells no host (HTTP/1.0), a URL needs one all the same. */
const NO_HOST = 'localhost'
const MAX_READINGS = 100

/**
 * @param options.tell called once for each kind of problem, with a sentence that names the cure
 * @throws CozeChatError `misconfigured` for a `trustProxy` or `publicUrl` that can never work
 */
export function createBrowserSight(options: {
  trustProxy: TrustProxy | undefined
  publicUrl: string | readonly string[] | undefined
  tell: (problem: ProxyProblem, message: string) => void
}): BrowserSight {
  const follow = createProxyFollower(options.trustProxy)
  // Browsers reach a service under a few names only, and reading one costs as much as looking a token up.
  const readings = new LRUCache<string, { origin: string | undefined }>({ max: MAX_READINGS })
  const publicOrigins = readPublicOrigins(options.publicUrl)
  const told = new Set<string>()

  function tellOnce(problem: ProxyProblem, message: string, kind = ''): void {
    if (told.has(problem + kind)) return
    told.add(problem + kind)
    options.tell(problem, message)
  }

  function saidOriginOf(said: string): string | undefined {
    let reading = readings.get(said)
    if (reading === undefined) {
      const { scheme, host } = splitOrigin(said)
      reading = { origin: originOfHost(scheme, host || NO_HOST) }
      readings.set(said, reading)
    }
    return reading.origin
  }

  /** Without a proxy that is trusted, headers of proxies are read only to tell the owner of it. */
  function tellOfUntrusted(request: ServiceRequest, nodes: readonly string[]): void {
    const { remoteAddress } = request
    const last = nodes.at(-1)
    if (remoteAddress === undefined || last === undefined || addressOfNode(last) === remoteAddress) return
    const inner = isInnerAddress(remoteAddress)
    const name = request.header('x-forwarded-for') === undefined ? 'Forwarded' : 'X-Forwarded-For'
    tellOnce(
      'untrusted',
      inner
        ? `Requests come through a proxy at ${remoteAddress} that is not trusted, so ${name} is ignored and all visitors share the limits of one address. Name it in trustProxy (CHAT_TRUST_PROXY or --trust-proxy), such as "loopback", "private" or "${remoteAddress}". If there is no proxy, somebody there wrote the header, as "verify" does, and there is nothing to do.`
        : `A request from ${remoteAddress} carried ${name}, which is ignored because that address is not trusted. If it is a proxy of yours, name it in trustProxy (CHAT_TRUST_PROXY or --trust-proxy); otherwise there is nothing to do.`,
      inner ? 'inner' : 'outer',
    )
  }

  function tellOfContradiction(request: ServiceRequest, client: string, elements: readonly ForwardedElement[]): void {
    if (elements.length === 0 || request.header('x-forwarded-for') === undefined) return
    const other = follow(
      request.remoteAddress,
      elements.map((element) => element.for ?? ''),
    )
    if (other.client === client || other.hops === 0 || other.unreadable !== undefined) return
    tellOnce(
      'contradictory',
      `Forwarded and X-Forwarded-For name different clients (${cleanText(String(other.client))} and ${cleanText(client)}); X-Forwarded-For is believed. Let your proxy remove the header that it does not write itself.`,
    )
  }

  function originByProxies(request: ServiceRequest): string | undefined {
    const elements = elementsOf(request)
    return forwardedOrigin(request, follow(request.remoteAddress, nodesOf(request, elements)).hops, elements)
  }

  return {
    publicOrigins,
    originOf(request) {
      const own = saidOriginOf(request.saidOrigin)
      if (own === undefined) return undefined
      const seen = options.trustProxy === undefined ? own : (originByProxies(request) ?? own)
      if (publicOrigins.length === 0 || publicOrigins.includes(seen)) return seen
      return publicOrigins[0]
    },
    addressOf(request) {
      const elements = elementsOf(request)
      const nodes = nodesOf(request, elements)
      const { client, hops, unreadable } = follow(request.remoteAddress, nodes)
      if (hops === 0) tellOfUntrusted(request, nodes)
      else if (unreadable !== undefined) {
        tellOnce(
          'unreadable',
          `The proxy at ${client} tells no address of its client but "${cleanText(unreadable).slice(0, 60)}", so all visitors behind it share the limits of one address. Let it write the address into X-Forwarded-For.`,
        )
      } else if (client !== undefined) tellOfContradiction(request, client, elements)
      return client
    },
  }
}

const NO_ELEMENTS: readonly ForwardedElement[] = []
const NO_NODES: readonly string[] = []

/** Those of `Forwarded`, which counts only where the older headers say nothing. */
function elementsOf(request: ServiceRequest): readonly ForwardedElement[] {
  const forwarded = request.header('forwarded')
  return forwarded === undefined ? NO_ELEMENTS : (parseForwarded(forwarded) ?? NO_ELEMENTS)
}

/** The addresses that proxies have written, the nearest last. */
function nodesOf(request: ServiceRequest, elements: readonly ForwardedElement[]): readonly string[] {
  const forwardedFor = request.header('x-forwarded-for')
  if (forwardedFor) return listOf(forwardedFor)
  return elements.length === 0 ? NO_NODES : elements.map((element) => element.for ?? '')
}

/** `undefined` when trusted proxies say nothing, or what makes no origin: then what the request itself says counts. */
function forwardedOrigin(
  request: ServiceRequest,
  hops: number,
  elements: readonly ForwardedElement[],
): string | undefined {
  if (hops === 0) return undefined
  const said = splitOrigin(request.saidOrigin)
  const header = (name: string) => request.header(name)
  // What the farthest trusted proxy wrote is that many entries from the end. Proxies that overwrite a header leave one.
  const pick = <T>(values: readonly T[]): T | undefined => values.at(Math.max(-hops, -values.length))
  const element = pick(elements)
  const scheme = forwardedScheme(header, element, pick) ?? said.scheme
  const host = forwardedHost(header, element, pick) ?? said.host
  const port = forwardedPort(header, pick)
  const hasPort = /:\d+$/.test(host)
  return originOfHost(scheme, port === undefined || hasPort ? host : `${host}:${port}`)
}

function splitOrigin(origin: string): { scheme: 'http' | 'https'; host: string } {
  const at = origin.indexOf('://')
  return { scheme: origin.slice(0, at) === 'https' ? 'https' : 'http', host: origin.slice(at + 3) }
}

function readPublicOrigins(publicUrl: string | readonly string[] | undefined): string[] {
  const texts = publicUrl === undefined ? [] : typeof publicUrl === 'string' ? [publicUrl] : publicUrl
  return texts.map((text) => {
    const reading = readOrigin(text)
    if ('origin' in reading) return reading.origin
    throw new CozeChatError('misconfigured', `publicUrl "${cleanText(text)}" is refused: ${reading.problem}.`)
  })
}
