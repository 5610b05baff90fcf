import { LRUCache } from 'lru-cache'
import type { Clock } from '../../platform/clock.ts'
import type { ServiceRequest } from '../http/service-request.ts'
import type { TokenStore } from '../store/token-store.ts'

/** As long as a browser waits for the response that sets the cookie. */
const TOGETHER_MS = 10_000
const MAX_REMEMBERED = 10_000
const MAX_KEY_LENGTH = 2_000
const POLL_MS = 50
const POLLS = 3

/** What one browser sends alike from all its tabs, and hardly anybody else at the same address and in the same seconds. */
const TELLING_HEADERS = [
  'x-forwarded-for',
  'forwarded',
  'user-agent',
  'accept-language',
  'sec-ch-ua',
  'sec-ch-ua-platform',
]

/** Gives tabs that are opened together one cookie between them. */
export interface FirstContacts {
  /** The cookie that this browser was given in the last 10 s, or else a new one of `make`. */
  cookieFor(request: ServiceRequest, make: () => string): Promise<string>
}

/**
 * Two tabs that are opened together both ask without a cookie, and the browser keeps only the cookie of the later response. The
 * ticket of the other tab would be bound to a cookie that nobody has, and its chat would be lost at the next renewal (T39). Two people
 * behind one address with the same browser may so share a cookie; each would still need the other's ticket.
 */
export function createFirstContacts({ store, clock }: { store: TokenStore; clock: Clock }): FirstContacts {
  const recent = new LRUCache<string, { cookie: Promise<string>; untilMs: number }>({ max: MAX_REMEMBERED })

  /** Between processes: the first of them makes the cookie, the others read it. */
  async function agreedCookie(key: string, make: () => string): Promise<string> {
    const cookie = make()
    if (store.acquire === undefined) return cookie
    const name = `first-contact:${key}`
    const release = await store.acquire(name, TOGETHER_MS)
    for (let polls = 0; release === undefined && polls < POLLS; polls++) {
      const held = (await store.get(name)) as { cookie?: unknown } | undefined
      if (typeof held?.cookie === 'string') return held.cookie
      await new Promise<void>((resolve) => void clock.setTimeout(resolve, POLL_MS))
    }
    // The lock is not released but ends by itself. Until then everybody gets this cookie, unless the first is so slow that another
    // process gives up waiting and writes its own.
    await store.set(name, { cookie }, { ttlMs: TOGETHER_MS })
    return cookie
  }

  return {
    cookieFor(request, make) {
      const headers = TELLING_HEADERS.map((name) => request.header(name) ?? '')
      const key = [request.remoteAddress ?? '', ...headers].join('\n').slice(0, MAX_KEY_LENGTH)
      const known = recent.get(key)
      if (known !== undefined && clock.monotonic() < known.untilMs) return known.cookie
      const cookie = agreedCookie(key, make)
      recent.set(key, { cookie, untilMs: clock.monotonic() + TOGETHER_MS })
      return cookie
    },
  }
}
