import { CozeChatError } from '../errors.ts'

/**
 * Which neighbours may tell us the client's address by `X-Forwarded-For`: a number of hops in front of us,
 * or their addresses, networks (`10.0.0.0/8`) and the words `loopback` and `private`.
 */
export type TrustProxy = number | readonly string[]

const NAMED_NETWORKS: Record<string, readonly string[]> = {
  loopback: ['127.0.0.0/8', '::1/128'],
  private: ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '169.254.0.0/16', 'fc00::/7', 'fe80::/10'],
}

interface Network {
  groups: readonly number[]
  bits: number
}

export type AddressPicker = (remoteAddress: string | undefined, forwardedFor: string | undefined) => string | undefined

/**
 * The client's address: the nearest one that is not a trusted proxy, read from right to left, because everything
 * further left was written by somebody we don't know. Without `trustProxy` the header is not looked at.
 */
export function createAddressPicker(trustProxy: TrustProxy | undefined): AddressPicker {
  if (trustProxy === undefined) return (remoteAddress) => remoteAddress
  const isTrusted =
    typeof trustProxy === 'number' ? (_: string, hop: number) => hop < trustProxy : inNetworks(trustProxy)
  return (remoteAddress, forwardedFor) => {
    if (remoteAddress === undefined) return undefined
    const chain = forwardedFor === undefined ? [] : forwardedFor.split(',').slice(-32)
    let client = remoteAddress
    for (let hop = 0; chain.length > 0 && isTrusted(client, hop); hop++) {
      const next = (chain.pop() ?? '').trim()
      if (parseAddress(next) === undefined) break
      client = next
    }
    return client
  }
}

/** The limiter's key, the same for each spelling: IPv4 as it is, IPv6 as its /64 (one household or server has 2⁶⁴ of them), unknown in one shared bucket. */
export function addressBucket(address: string | undefined): string {
  if (address === undefined) return 'unknown'
  const groups = parseAddress(address)
  if (groups === undefined) return 'unknown'
  if (isMappedIpv4(groups)) {
    const [high = 0, low = 0] = groups.slice(6)
    return `${high >> 8}.${high & 0xff}.${low >> 8}.${low & 0xff}`
  }
  return `${groups
    .slice(0, 4)
    .map((group) => group.toString(16))
    .join(':')}::/64`
}

function inNetworks(entries: readonly string[]): (address: string) => boolean {
  const networks = entries.flatMap((entry) => NAMED_NETWORKS[entry] ?? [entry]).map(parseNetwork)
  return (address) => {
    const groups = parseAddress(address)
    return groups !== undefined && networks.some((network) => contains(network, groups))
  }
}

function parseNetwork(text: string): Network {
  const [address = '', bitsText] = text.split('/')
  const groups = parseAddress(address)
  const widest = address.includes(':') ? 128 : 32
  const bits = bitsText === undefined ? widest : Number(bitsText)
  if (groups === undefined || !Number.isInteger(bits) || bits < 0 || bits > widest) {
    throw new CozeChatError(
      'misconfigured',
      'trustProxy must list addresses or networks such as "10.0.0.0/8", or "loopback" or "private".',
    )
  }
  return { groups, bits: bits + 128 - widest }
}

function contains({ groups, bits }: Network, address: readonly number[]): boolean {
  for (let i = 0, left = bits; left > 0; i++, left -= 16) {
    const shift = Math.max(0, 16 - left)
    if ((groups[i] ?? 0) >> shift !== (address[i] ?? 0) >> shift) return false
  }
  return true
}

/** Eight 16-bit groups; IPv4 as `::ffff:a.b.c.d`, so both families compare alike. */
function parseAddress(text: string): readonly number[] | undefined {
  const address = text.replace(/%.*$/, '')
  if (!address.includes(':')) return parseIpv4(address)
  const [left = '', right, ...rest] = address.split('::')
  if (rest.length > 0) return undefined
  const head = parseGroups(left)
  const tail = right === undefined ? [] : parseGroups(right)
  if (head === undefined || tail === undefined) return undefined
  const missing = 8 - head.length - tail.length
  if (right === undefined ? missing !== 0 : missing < 1) return undefined
  return [...head, ...new Array<number>(missing).fill(0), ...tail]
}

function parseGroups(text: string): readonly number[] | undefined {
  if (text === '') return []
  const groups: number[] = []
  for (const part of text.split(':')) {
    if (part.includes('.')) {
      const ipv4 = parseIpv4(part)
      if (ipv4 === undefined) return undefined
      groups.push(...ipv4.slice(6))
    } else if (/^[0-9a-f]{1,4}$/i.test(part)) {
      groups.push(Number.parseInt(part, 16))
    } else {
      return undefined
    }
  }
  return groups.length <= 8 ? groups : undefined
}

function parseIpv4(text: string): readonly number[] | undefined {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text)
  const [a = 0, b = 0, c = 0, d = 0] = match?.slice(1).map(Number) ?? [256]
  if (Math.max(a, b, c, d) > 255) return undefined
  return [0, 0, 0, 0, 0, 0xffff, (a << 8) | b, (c << 8) | d]
}

function isMappedIpv4(groups: readonly number[]): boolean {
  return groups[5] === 0xffff && groups.slice(0, 5).every((group) => group === 0)
}
