/** The service that `chaos.ts` makes suffer: `serve` with a clock and a resolver that its parent moves by messages. */
import { setTimeout as sleep } from 'node:timers/promises'
import { serve } from '../../src/cli/serve/serve.ts'
import { type Clock, systemClock } from '../../src/platform/clock.ts'
import { identityToken } from '../../src/server/identity/identity-token/identity-token.ts'

export interface ChaosMessage {
  /** Moves the wall clock, milliseconds off the real time. */
  readonly wallMs?: number
  /** Lets monotonic time pass, in milliseconds from now on. */
  readonly passMs?: number
  /** Name resolution for all outgoing requests. */
  readonly dns?: 'well' | 'ENOTFOUND' | 'EAI_AGAIN' | 'hang' | 'slow'
}

const SLOW_DNS_MS = 700

let wallMs = 0
let passedMs = 0
let dns: ChaosMessage['dns'] = 'well'
process.on('message', (message: ChaosMessage) => {
  wallMs = message.wallMs ?? wallMs
  passedMs += message.passMs ?? 0
  dns = message.dns ?? dns
})
// The parent is the service's only reason to be there.
process.on('disconnect', () => process.exit(1))

const clock: Clock = {
  ...systemClock,
  now: () => Date.now() + wallMs,
  monotonic: () => performance.now() + passedMs,
}

const resolvingFetch: typeof globalThis.fetch = async (input, init) => {
  if (dns === 'hang') {
    await new Promise((_, reject) => init?.signal?.addEventListener('abort', () => reject(init.signal?.reason)))
  }
  if (dns === 'slow') await sleep(SLOW_DNS_MS)
  else if (dns !== 'well')
    throw new TypeError('fetch failed', { cause: Object.assign(new Error('getaddrinfo'), { code: dns }) })
  return fetch(input, init)
}

const running = await serve({
  service: {
    clock,
    fetch: resolvingFetch,
    ticketMaxAgeHours: 2_160,
    limits: { address: false, session: false, issue: false, turns: false },
    identify: identityToken({
      issuer: 'https://shop.example',
      audience: 'coze-chat',
      jwksUrl: process.env['CHAOS_JWKS_URL'] ?? '',
      clock,
      fetch: resolvingFetch,
    }),
    ...(process.env['CHAOS_GATEWAY'] === '1' && { gateway: true as const }),
  },
})
process.send?.({ url: running.url })
await running.closed
await running.logWritten(500)
process.exit(0)
