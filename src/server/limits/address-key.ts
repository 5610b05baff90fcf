import { LRUCache } from 'lru-cache'
import type { BrowserSight } from '../http/proxies/browser-sight.ts'
import { addressOfNode } from '../http/proxies/forwarded-headers.ts'
import { type IpAddress, parseIpAddress } from '../http/proxies/ip-address.ts'
import type { ServiceRequest } from '../http/service-request.ts'
import { callHookNow } from '../operations/call-hook.ts'
import type { EventSink } from '../operations/events.ts'

/** What is counted for one address: itself or a network around it. */
export interface CountedKey {
  readonly key: string
  /** How many times the budget of a single client it has. */
  readonly growth: (typeof ADDRESS_GROWTH)[number]
}

/** The narrowest first. */
export type AddressKeys = readonly CountedKey[]

/**
 * IPv6 comes in networks, and who has one has all addresses of it: a /64 is one client, a /56 what a household gets, a /48
 * what a company or the customer of a hoster gets. The wider the network, the more people may be in it, but far fewer than
 * its addresses, so the budgets grow slowly.
 */
const IPV6_NETWORKS = [
  { bits: 64, growth: 1 },
  { bits: 56, growth: 2 },
  { bits: 48, growth: 8 },
] as const
export const ADDRESS_GROWTH = [1, 2, 8] as const

const MAX_REMEMBERED = 1_000
/** One key for all whose address is unknown, so that hiding it gains nothing. */
const UNKNOWN: AddressKeys = [{ key: 'unknown', growth: 1 }]

/** Returns the keys under which limiters count the client's address. */
export type AddressKeyReader = (request: ServiceRequest) => AddressKeys

/** The address comes from the site's own `clientAddress`, or else from the socket and the proxies that are trusted. */
export function createAddressKeyReader(
  clientAddress: ((request: Request) => string | undefined) | undefined,
  sight: BrowserSight,
  events: EventSink,
): AddressKeyReader {
  const remembered = new LRUCache<string, AddressKeys>({ max: MAX_REMEMBERED })
  let warned = false
  let toldOfHook = false

  function addressOf(request: ServiceRequest): string | undefined {
    if (clientAddress === undefined) return sight.addressOf(request)
    return callHookNow('clientAddress', events, () => clientAddress(request.toRequest()), isAddressOrNone) ?? undefined
  }

  return (request) => {
    const address = addressOf(request)
    if (address === undefined) {
      if (!warned) events.emit({ type: 'client_address_unknown' })
      warned = true
      return UNKNOWN
    }
    const known = remembered.get(address)
    if (known !== undefined) return known
    const keys = addressKeys(address)
    if (keys === UNKNOWN && clientAddress !== undefined && !toldOfHook) {
      // Such as a whole `X-Forwarded-For`.
      events.emit({ type: 'hook_failed', hook: 'clientAddress', cause: 'returned_no_address' })
      toldOfHook = true
    }
    remembered.set(address, keys)
    return keys
  }
}

/** `null` is what `headers.get()` has for a header that is not there. */
function isAddressOrNone(value: unknown): value is string | null | undefined {
  return value === undefined || value === null || typeof value === 'string'
}

/** The same keys for every spelling of an address, with a port or without. Whatever is not an address shares one key. */
export function addressKeys(address: string): AddressKeys {
  const parsed = parseIpAddress(addressOfNode(address) ?? '')
  if (parsed === undefined) return UNKNOWN
  if (parsed.isIPv4MappedAddress()) return [{ key: parsed.toIPv4Address().toString(), growth: 1 }]
  return IPV6_NETWORKS.map(({ bits, growth }) => ({ key: networkOf(parsed, bits), growth }))
}

function networkOf({ parts }: IpAddress, bits: number): string {
  const whole = parts.slice(0, 4)
  // Of the fourth group a /56 has the first half and a /48 nothing.
  whole[3] = bits === 64 ? (parts[3] ?? 0) : bits === 56 ? (parts[3] ?? 0) & 0xff00 : 0
  return `${whole.map((part) => part.toString(16)).join(':')}::/${bits}`
}
