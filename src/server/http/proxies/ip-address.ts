import ipaddr from 'ipaddr.js'

/** Both families compare alike: an IPv4 address is its IPv4-mapped IPv6 address (RFC 4291 section 2.5.5.2). */
export type IpAddress = ipaddr.IPv6

/** An address and the length of its network's prefix, in the 128 bits of IPv6. */
export type IpNetwork = [IpAddress, number]

/** `undefined` for what is not an address. IPv4 must be written as four decimal numbers without leading zeros. */
export function parseIpAddress(text: string): IpAddress | undefined {
  // The zone says on which interface of this machine the address was seen; names such as `br-12ab` are unknown to the library.
  const [address = ''] = text.split('%', 1)
  if (ipaddr.IPv4.isValidFourPartDecimal(address)) return ipaddr.IPv4.parse(address).toIPv4MappedAddress()
  return ipaddr.IPv6.isValid(address) ? ipaddr.IPv6.parse(address) : undefined
}

/** A network such as `10.0.0.0/8`, or a single address; `undefined` for anything else. */
export function parseIpNetwork(text: string): IpNetwork | undefined {
  if (!text.includes('/')) {
    const address = parseIpAddress(text)
    return address && [address, 128]
  }
  if (ipaddr.IPv4.isValidCIDRFourPartDecimal(text)) {
    const [address, bits] = ipaddr.IPv4.parseCIDR(text)
    return [address.toIPv4MappedAddress(), bits + 96]
  }
  return ipaddr.IPv6.isValidCIDR(text) ? ipaddr.IPv6.parseCIDR(text) : undefined
}
