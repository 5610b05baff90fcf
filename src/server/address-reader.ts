import { LRUCache } from 'lru-cache'
import type { Call } from './call.ts'
import { addressBucket, createAddressPicker, type TrustProxy } from './client-address.ts'
import type { EventSink } from './events.ts'

/** Answers the limiter's key of a caller's address: by the site's own hook, or from the socket and the proxies it trusts. */
export function createAddressReader(
  options: { clientAddress?: (request: Request) => string | undefined; trustProxy?: TrustProxy },
  events: EventSink,
): (call: Call) => string {
  const { clientAddress, trustProxy } = options
  const pick = createAddressPicker(trustProxy)
  const buckets = new LRUCache<string, string>({ max: 1_000 })
  let warned = false
  const read = (call: Call): string | undefined => {
    if (clientAddress === undefined) return pick(call.remoteAddress, call.header('x-forwarded-for'))
    try {
      return clientAddress(call.toRequest())
    } catch {
      events.emit({ type: 'hook_failed', hook: 'clientAddress' })
      return undefined
    }
  }
  return (call) => {
    const address = read(call)
    if (address === undefined) {
      if (!warned) events.emit({ type: 'client_address_unknown' })
      warned = true
      return addressBucket(undefined)
    }
    const known = buckets.get(address)
    if (known !== undefined) return known
    const bucket = addressBucket(address)
    buckets.set(address, bucket)
    return bucket
  }
}
