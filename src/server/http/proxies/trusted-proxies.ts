import { CozeChatError } from '../../../errors.ts'
import { addressOfNode } from './forwarded-headers.ts'
import { parseIpAddress, parseIpNetwork } from './ip-address.ts'

/**
 * Which proxies may tell what the browser saw, by `X-Forwarded-*` and `Forwarded`: how many of them are in front of the
 * service, or their addresses, networks (`10.0.0.0/8`) and the words `loopback` and `private`.
 */
export type TrustProxy = number | readonly string[]

const NAMED_NETWORKS: Readonly<Record<string, readonly string[]>> = {
  loopback: ['127.0.0.0/8', '::1/128'],
  private: ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '169.254.0.0/16', 'fc00::/7', 'fe80::/10'],
}

/** Where the way from the socket to the browser leaves the proxies that are trusted. */
export interface ProxyWay {
  /** The nearest address that is not a trusted proxy; `undefined` when the runtime tells no address. */
  readonly client: string | undefined
  /** How many trusted proxies the request came through. 0: nothing that the headers say is believed. */
  readonly hops: number
  /** What a trusted proxy wrote in the place of an address. */
  readonly unreadable?: string
}

/**
 * @param remoteAddress of the other end of the socket
 * @param nodes addresses as the proxies wrote them, the nearest last
 */
export type FollowProxies = (remoteAddress: string | undefined, nodes: readonly string[]) => ProxyWay

/**
 * Follows a request back through the trusted proxies. The addresses are read from right to left, because whatever is left
 * of an untrusted address was written by an unknown party.
 * @throws CozeChatError `misconfigured` for an entry of `trustProxy` that is neither an address nor a network
 */
export function createProxyFollower(trustProxy: TrustProxy | undefined): FollowProxies {
  if (trustProxy === undefined) return (client) => ({ client, hops: 0 })
  const isTrusted =
    typeof trustProxy === 'number' ? (_: string, hop: number) => hop < trustProxy : createNetworkTest(trustProxy)
  return (remoteAddress, nodes) => {
    // Where a runtime tells no address, the owner's word that there are proxies is all there is to go by.
    if (remoteAddress === undefined) {
      return { client: undefined, hops: typeof trustProxy === 'number' ? trustProxy : 1 }
    }
    let client = addressOfNode(remoteAddress) ?? remoteAddress
    let hops = 0
    for (let at = nodes.length - 1; isTrusted(client, hops); at--) {
      hops++
      const node = nodes[at]
      if (node === undefined) break
      const address = addressOfNode(node)
      if (address === undefined) return { client, hops, unreadable: node }
      client = address
    }
    return { client, hops }
  }
}

/** Whether an address belongs to this machine or to an inner network, where a peer is most likely a proxy. */
export const isInnerAddress = createNetworkTest(['loopback', 'private'])

function createNetworkTest(entries: readonly string[]): (text: string) => boolean {
  const networks = entries
    .flatMap((entry) => NAMED_NETWORKS[entry] ?? [entry])
    .map((entry) => {
      const network = parseIpNetwork(entry)
      if (network !== undefined) return network
      throw new CozeChatError(
        'misconfigured',
        `trustProxy must list addresses or networks such as "10.0.0.0/8", or "loopback" or "private"; it has "${entry}".`,
      )
    })
  return (text) => {
    const address = parseIpAddress(text)
    return address !== undefined && networks.some((network) => address.match(network))
  }
}
