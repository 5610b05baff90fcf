import { LRUCache } from 'lru-cache'
import { type Clock, elapsedMs, type Instant, markInstant } from '../../platform/clock.ts'
import type { RandomBytes } from '../crypto/random-bytes.ts'
import { openSealedText, sealText } from '../crypto/sealed-text.ts'
import { deriveSealKey } from '../crypto/secrets.ts'
import type { TokenStore } from '../store/token-store.ts'
import type { AuthenticatedVisitor } from './authenticated-visitor.ts'
import type { SessionName } from './session-name.ts'

export interface AccessPass {
  text: string
  /** How long it is good, in milliseconds. */
  leftMs: number
}

/**
 * Access passes are what browsers hold in place of Coze's tokens when there is a gateway: `g1.` and the visitor, sealed
 * with AES-GCM, so that nobody outside of this service can make, change or read one. Coze does not accept them.
 */
export interface AccessPasses {
  issue(visitor: AuthenticatedVisitor): Promise<AccessPass>
  /** The visitor of a pass; `undefined` when it is not ours, too old, or older than the last logout of its session. */
  open(text: string): Promise<AuthenticatedVisitor | undefined>
  /** Logout: all passes of the session are worthless from now on. */
  end(visitor: AuthenticatedVisitor): Promise<void>
}

const PREFIX = 'g1.'
/** Longer than any pass of ours: session names and subjects are short, a tenant has some hundred characters at most. */
const MAX_LENGTH = 4_096
const MAX_REMEMBERED = 10_000
const BOUND_TO = 'chat-gateway-pass'

/** A pass that seems to have been made more than this from now was made while a clock was wrong, here or on another machine. */
const CLOCK_LEAD_MS = 60_000
/**
 * Logouts are dated this far ahead: the passes to be ended may come from a machine whose clock is ahead (T40). Less than
 * {@link CLOCK_LEAD_MS}, or a logout would look like one of a wrong clock.
 */
const LOGOUT_LEAD_MS = 59_000

interface OpenedPass {
  visitor: AuthenticatedVisitor
  /** When it was first seen here: a pass that seems to be from the future lives no longer than others all the same. */
  seenAt: Instant
  issuedAtMs: number
  expiresAtMs: number
}

export function isAccessPass(text: string): boolean {
  return text.startsWith(PREFIX)
}

export async function createAccessPasses(options: {
  secret: Uint8Array<ArrayBuffer>
  /** Keeps the time of logouts, for as long as a pass may live. */
  store: TokenStore
  lifeMs: number
  clock: Clock
  random: RandomBytes
}): Promise<AccessPasses> {
  const { store, lifeMs, clock, random } = options
  const key = await deriveSealKey(options.secret, 'gateway/1')
  const opened = new LRUCache<string, OpenedPass>({ max: MAX_REMEMBERED })

  /** Milliseconds since the epoch; `undefined` without a logout in the life of a pass. */
  async function lastLogoutMs({ sessionName }: AuthenticatedVisitor): Promise<number | undefined> {
    const held = (await store.get(logoutKey(sessionName))) as { atMs?: unknown } | undefined
    return typeof held?.atMs === 'number' ? held.atMs : undefined
  }

  /** Whether the session was ended after the pass was issued. */
  async function isEnded({ visitor, issuedAtMs }: OpenedPass): Promise<boolean> {
    const logoutMs = await lastLogoutMs(visitor)
    if (logoutMs === undefined) return false
    const latestMs = clock.now() + CLOCK_LEAD_MS
    // The pass is dated by a wrong clock and the logout by a right one: nobody knows which was first, and a new pass costs little.
    if (issuedAtMs > latestMs && logoutMs <= latestMs) return true
    return logoutMs >= issuedAtMs
  }

  async function unseal(text: string): Promise<OpenedPass | undefined> {
    if (text.length > MAX_LENGTH || !isAccessPass(text)) return undefined
    const json = await openSealedText(key, text.slice(PREFIX.length), BOUND_TO)
    if (json === undefined) return undefined
    // Only `issue` seals with this key, so the content has the form it writes and the name was made by session-name.ts.
    const [kind, tenant, sessionName, subject, issuedAtMs, expiresAtMs] = JSON.parse(json)
    const visitor: AuthenticatedVisitor = { kind, tenant, sessionName: sessionName as SessionName, subject }
    return { visitor, seenAt: markInstant(clock), issuedAtMs, expiresAtMs }
  }

  return {
    async issue(visitor) {
      const { kind, tenant, sessionName, subject } = visitor
      // Later than the last logout, which is dated ahead.
      const issuedAtMs = Math.max(clock.now(), ((await lastLogoutMs(visitor)) ?? 0) + 1)
      const expiresAtMs = clock.now() + lifeMs
      const content = JSON.stringify([kind, tenant, sessionName, subject, issuedAtMs, expiresAtMs])
      return { text: PREFIX + (await sealText(key, content, { boundTo: BOUND_TO, random })), leftMs: lifeMs }
    },

    async open(text) {
      const pass = opened.get(text) ?? (await unseal(text))
      if (pass === undefined) return undefined
      opened.set(text, pass)
      if (clock.now() >= pass.expiresAtMs || elapsedMs(pass.seenAt, clock) >= lifeMs) return undefined
      return (await isEnded(pass)) ? undefined : pass.visitor
    },

    async end(visitor) {
      // Not before a pass that was issued after the last logout.
      const atMs = Math.max(clock.now() + LOGOUT_LEAD_MS, ((await lastLogoutMs(visitor)) ?? 0) + 1)
      await store.set(logoutKey(visitor.sessionName), { atMs }, { ttlMs: lifeMs })
    },
  }
}

function logoutKey(sessionName: SessionName): string {
  return `gateway-end:${sessionName}`
}
