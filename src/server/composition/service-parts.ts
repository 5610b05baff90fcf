/** What a service consists of before its keys are read: suppliers, limits, and who may ask. */
import { type Clock, systemClock } from '../../platform/clock.ts'
import { createRandomBytes, type RandomBytes } from '../crypto/random-bytes.ts'
import { parseSecret } from '../crypto/secrets.ts'
import { type ResolvedGatewayOptions, resolveGatewayOptions } from '../gateway/gateway-options.ts'
import { type CorsPolicy, createCorsPolicy } from '../http/cors.ts'
import { type BrowserSight, createBrowserSight } from '../http/proxies/browser-sight.ts'
import { remoteKeySetOf } from '../identity/identity-token/identity-token.ts'
import type { RemoteKeySet } from '../identity/identity-token/remote-key-set.ts'
import { createAddressKeyReader } from '../limits/address-key.ts'
import { createServiceLimits, type ServiceLimits } from '../limits/service-limits.ts'
import { createTroubleReport } from '../operations/event-rate.ts'
import { createEventSink, type EventSink } from '../operations/events.ts'
import { createSupplierHealth, type SupplierHealth } from '../operations/supplier-health.ts'
import { DEFAULT_BASE_PATH, DEFAULT_TOKEN_TTL_SECONDS, type TokenServiceOptions } from '../service-options.ts'
import { createMemoryTokenStore } from '../store/memory-token-store.ts'
import type { TokenStore } from '../store/token-store.ts'
import { type UpstreamAddress, upstreamAddress } from '../upstream/upstream-address.ts'
import { createUpstreamGate, type UpstreamGate } from '../upstream/upstream-gate.ts'

export interface ServiceParts {
  readonly basePath: string
  readonly secret: Uint8Array<ArrayBuffer>
  readonly clock: Clock
  readonly random: RandomBytes
  readonly fetch: typeof globalThis.fetch
  readonly events: EventSink
  readonly suppliers: SupplierHealth
  readonly store: TokenStore
  /** Keeps who has logged out and who was adopted: without a store of the owner's in a room of its own, because what is pushed out of it nobody can tell again (T20, T38). */
  readonly records: TokenStore
  readonly sight: BrowserSight
  readonly cors: CorsPolicy
  readonly limits: ServiceLimits
  /** Where identity tokens of another service are checked. */
  readonly keySet: RemoteKeySet | undefined
  /** Where Coze is. */
  readonly upstream: UpstreamAddress
  /** Through which all exchanges go. */
  readonly gate: UpstreamGate
  /** The life of the tokens that Coze is asked for. */
  readonly tokenTtlSeconds: number
  /** Absent: tokens go to browsers. */
  readonly gateway: ResolvedGatewayOptions | undefined
}

/**
 * For the records of a service without a store: those of half a day in which one address is given all it may have, 120 visitors a minute.
 * Beyond that the oldest go. Who wants more, or keeps tickets for longer, has a store.
 */
const MAX_RECORDS = 100_000

/** @throws CozeChatError `misconfigured` */
export function createServiceParts(options: TokenServiceOptions): ServiceParts {
  const { basePath = DEFAULT_BASE_PATH, metrics, clock = systemClock, random = createRandomBytes() } = options
  const gateway = options.gateway && resolveGatewayOptions(options.gateway, options.bots)
  const secret = parseSecret(options.secret)
  const suppliers = createSupplierHealth(clock)
  const events = createEventSink(
    [options.onEvent ?? createTroubleReport(clock), metrics?.observe, suppliers.observe],
    clock,
  )
  const store = options.store ?? createMemoryTokenStore({ clock })
  const sight = createBrowserSight({
    trustProxy: options.trustProxy,
    publicUrl: options.publicUrl,
    tell: (problem, message) => events.emit({ type: 'proxy_problem', problem, message }),
  })
  const keySet = options.identify && remoteKeySetOf(options.identify)
  keySet?.report(events.emit)
  return {
    basePath,
    secret,
    clock,
    random,
    // The global one is looked up with each call, since a tracer may replace it later.
    fetch: (input, init) => (options.fetch ?? globalThis.fetch)(input, init),
    events,
    suppliers,
    store,
    records: options.store ?? createMemoryTokenStore({ clock, maxEntries: MAX_RECORDS }),
    sight,
    cors: createCorsPolicy({
      origins: options.origins ?? [],
      publicOrigins: sight.publicOrigins,
      credentials: options.credentials ?? false,
    }),
    limits: createServiceLimits(options.limits ?? {}, {
      addressKeyOf: createAddressKeyReader(options.clientAddress, sight, events),
      streamsOfSession: gateway?.maxOpenStreams ?? 0,
      store,
      clock,
    }),
    keySet,
    upstream: upstreamAddress(options),
    gate: createUpstreamGate({
      clock,
      concurrency: options.limits?.upstreamConcurrency,
      maxWaiting: options.limits?.upstreamQueue,
    }),
    tokenTtlSeconds: options.tokenTtlSeconds ?? DEFAULT_TOKEN_TTL_SECONDS,
    gateway,
  }
}
