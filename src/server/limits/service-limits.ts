import type { Clock } from '../../platform/clock.ts'
import { ServiceError } from '../http/service-error.ts'
import type { ServiceRequest } from '../http/service-request.ts'
import { NO_HEADERS } from '../http/service-response.ts'
import type { TokenStore } from '../store/token-store.ts'
import type { AddressKeyReader } from './address-key.ts'
import { createAddressLimiter, createLimiter, type Limit, type LimitVerdict } from './limiter.ts'
import { createOpenStreams, type OpenStreamLimits } from './open-streams.ts'

/** What a call of the gateway costs Coze, by the names of the limits. */
export type CallKind = 'turns' | 'speech' | 'transcriptions' | 'uploads'

/** The budgets of one kind of call. */
export interface CallLimit {
  /** Calls of one session. */
  session?: Limit | false
  /** Calls of one client address. */
  address?: Limit | false
}

/**
 * Counted in one process, or in all processes that share a store (Redis). `false` switches a limit off. A client address
 * is an IPv4 address or an IPv6 /64; the /56 around it has twice the budget in all, and the /48 eight times.
 */
export interface LimitOptions {
  /** Requests of one client address. High, because a whole school may share one. Default 1,200 in 60 s. */
  address?: Limit | false
  /** Requests of one session. Default 120 in 60 s. */
  session?: Limit | false
  /**
   * New anonymous visitors of one client address. Default 120 in 60 s. With `anonymous: 'client-id'` nobody can tell a new
   * one from another, so there every exchange with Coze counts.
   */
  issue?: Limit | false
  /** Gateway: questions to an agent. Default 30 in 60 s for a session, 240 for an address. */
  turns?: CallLimit | false
  /** Gateway: texts read aloud. Default 30 in 60 s for a session, 120 for an address. */
  speech?: CallLimit | false
  /** Gateway: recordings that become text. Default 30 in 60 s for a session, 120 for an address. */
  transcriptions?: CallLimit | false
  /** Gateway: files. Default 30 in 60 s for a session, 120 for an address. */
  uploads?: CallLimit | false
  /**
   * Gateway: streamed responses and uploads that may be open at once, in one process. Default 100 of an address and 1,000
   * in all; for those of one session see `gateway.maxOpenStreams`.
   */
  openStreams?: { address?: number; process?: number }
  /** Exchanges with Coze that may be open at once, in one process. Default 32. */
  upstreamConcurrency?: number
  /** Exchanges that may wait for their turn; those beyond are refused with 503. Default 1,024. */
  upstreamQueue?: number
}

const inAMinute = (max: number): Limit => ({ max, windowSeconds: 60 })
const DEFAULT_LIMITS = { address: inAMinute(1_200), session: inAMinute(120), issue: inAMinute(120) } as const
const DEFAULT_CALLS: Readonly<Record<CallKind, { session: Limit; address: Limit }>> = {
  turns: { session: inAMinute(30), address: inAMinute(240) },
  speech: { session: inAMinute(30), address: inAMinute(120) },
  transcriptions: { session: inAMinute(30), address: inAMinute(120) },
  uploads: { session: inAMinute(30), address: inAMinute(120) },
}
export const CALL_KINDS = Object.keys(DEFAULT_CALLS) as readonly CallKind[]

/** Requests come from more addresses than expensive calls do; about 5 MB. */
const MAX_ADDRESSES = 25_000

/** Headers; no promise where this process counts alone. */
type Spent = readonly string[] | Promise<readonly string[]>

/**
 * The limits of one service. Each of the first three spends one request and returns headers that tell what is left (none
 * for a limit that is off).
 * @throws ServiceError `rate_limited`, with the same headers and `Retry-After`
 */
export interface ServiceLimits {
  spendAddress(request: ServiceRequest): Spent
  spendSession(sessionName: string): Spent
  /** For a new anonymous visitor, by the client's address. */
  spendNewVisitor(request: ServiceRequest): Promise<readonly string[]>
  /** For a call that costs Coze more than a look at its data. */
  spendCall(kind: CallKind, sessionName: string, request: ServiceRequest): Promise<void>
  /**
   * Takes a place among the streams that are open.
   * @returns a function that gives the place back; further calls of it do nothing
   * @throws ServiceError `rate_limited`, or `upstream_unavailable` when the process has no place left
   */
  openStream(sessionName: string, request: ServiceRequest): () => void
}

export function createServiceLimits(
  limits: LimitOptions,
  {
    addressKeyOf,
    streamsOfSession,
    store,
    clock,
  }: {
    addressKeyOf: AddressKeyReader
    /** Streams that one session may have open. */
    streamsOfSession: number
    store: TokenStore
    clock: Clock
  },
): ServiceLimits {
  const ofSession = (policy: string, limit: Limit | false) =>
    limit === false ? undefined : createLimiter(policy, limit, { store, clock })
  const ofAddress = (policy: string, limit: Limit | false, maxKeys?: number) =>
    limit === false
      ? undefined
      : createAddressLimiter(policy, limit, { store, clock, ...(maxKeys !== undefined && { maxKeys }) })

  const address = ofAddress('address', limits.address ?? DEFAULT_LIMITS.address, MAX_ADDRESSES)
  const session = ofSession('session', limits.session ?? DEFAULT_LIMITS.session)
  const newVisitors = ofAddress('visitors', limits.issue ?? DEFAULT_LIMITS.issue, MAX_ADDRESSES)
  const calls = new Map(
    CALL_KINDS.map((kind) => {
      const own = limits[kind]
      const { session, address } =
        own === false ? ({ session: false, address: false } as const) : { ...DEFAULT_CALLS[kind], ...own }
      return [kind, { session: ofSession(kind, session), address: ofAddress(`${kind}-address`, address) }]
    }),
  )
  const streamLimits: OpenStreamLimits = {
    session: streamsOfSession,
    address: limits.openStreams?.address ?? 100,
    process: limits.openStreams?.process ?? 1_000,
  }
  const openStreams = createOpenStreams(streamLimits, clock)

  return {
    spendAddress: (request) => (address === undefined ? NO_HEADERS : spend(address, addressKeyOf(request))),
    spendSession: (sessionName) => (session === undefined ? NO_HEADERS : spend(session, sessionName)),
    spendNewVisitor: async (request) =>
      newVisitors === undefined ? NO_HEADERS : spend(newVisitors, addressKeyOf(request)),
    async spendCall(kind, sessionName, request) {
      const limiters = calls.get(kind)
      if (limiters?.session !== undefined) await spend(limiters.session, sessionName)
      if (limiters?.address !== undefined) await spend(limiters.address, addressKeyOf(request))
    },
    openStream: (sessionName, request) => openStreams.take(sessionName, addressKeyOf(request)),
  }
}

function spend<Key>(limiter: { consume(key: Key): LimitVerdict | Promise<LimitVerdict> }, key: Key): Spent {
  const verdict = limiter.consume(key)
  return verdict instanceof Promise ? verdict.then(headersOf) : headersOf(verdict)
}

function headersOf({ allowed, headers, retryAfterSeconds }: LimitVerdict): readonly string[] {
  if (allowed) return headers
  throw new ServiceError('rate_limited', { retryAfterSeconds, headers })
}
