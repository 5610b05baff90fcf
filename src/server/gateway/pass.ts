import { base64url } from 'jose'
import { LRUCache } from 'lru-cache'
import type { Clock } from '../../platform/clock.ts'
import type { Principal } from '../principal-desk.ts'
import { deriveSealKey } from '../secrets.ts'
import type { SessionName } from '../session-name.ts'
import type { TokenStore } from '../token-store.ts'

export interface Pass {
  text: string
  expiresAtMs: number
}

/**
 * Passes are what a browser holds in place of Coze's token: `g1.` and the principal, sealed with AES-GCM, so that one
 * can neither be made, nor changed, nor read outside of this service. A pass is worth nothing to Coze.
 */
export interface PassDesk {
  issue(principal: Principal): Promise<Pass>
  /** Whom a pass speaks for; `undefined` for one that is not ours, too old, or older than the session's logout. */
  open(text: string): Promise<Principal | undefined>
  /** Logout: all passes of the session are worthless from now on. */
  end(principal: Principal): Promise<void>
}

const PREFIX = 'g1.'
const IV_BYTES = 12
/** Longer than any pass of ours: names and tags are short, a tenant has at most some hundred characters. */
const MAX_LENGTH = 4_096
const MAX_REMEMBERED = 10_000
const BOUND_TO = new TextEncoder().encode('chat-gateway-pass')

interface Sealed {
  principal: Principal
  issuedAtMs: number
  expiresAtMs: number
}

export function isPass(text: string): boolean {
  return text.startsWith(PREFIX)
}

export async function createPassDesk(options: {
  secret: Uint8Array<ArrayBuffer>
  /** Where logouts are kept for as long as a pass may live. */
  store: TokenStore
  lifeMs: number
  clock: Clock
  random: (length: number) => Uint8Array
}): Promise<PassDesk> {
  const { store, lifeMs, clock, random } = options
  const key = await deriveSealKey(options.secret, 'gateway/1')
  const opened = new LRUCache<string, Sealed>({ max: MAX_REMEMBERED })

  async function endedAtMs({ sessionName }: Principal): Promise<number> {
    const held = (await store.get(endKey(sessionName))) as { atMs?: unknown } | undefined
    return typeof held?.atMs === 'number' ? held.atMs : 0
  }

  async function unseal(text: string): Promise<Sealed | undefined> {
    if (text.length > MAX_LENGTH || !isPass(text)) return undefined
    const encoded = text.slice(PREFIX.length)
    try {
      const bytes = new Uint8Array(base64url.decode(encoded))
      // One spelling only: a decoder also accepts others.
      if (base64url.encode(bytes) !== encoded) return undefined
      const iv = bytes.subarray(0, IV_BYTES)
      const params = { name: 'AES-GCM', iv, additionalData: BOUND_TO }
      const plain = await crypto.subtle.decrypt(params, key, bytes.subarray(IV_BYTES))
      const [kind, tenant, sessionName, subject, issuedAtMs, expiresAtMs] = JSON.parse(new TextDecoder().decode(plain))
      // Only `issue` seals with this key, so the name is one that session-name.ts has made.
      return { principal: { kind, tenant, sessionName: sessionName as SessionName, subject }, issuedAtMs, expiresAtMs }
    } catch {
      return undefined
    }
  }

  return {
    async issue(principal) {
      const { kind, tenant, sessionName, subject } = principal
      // Later than the last logout on whichever machine's clock that was.
      const issuedAtMs = Math.max(clock.now(), (await endedAtMs(principal)) + 1)
      const expiresAtMs = clock.now() + lifeMs
      const text = JSON.stringify([kind, tenant, sessionName, subject, issuedAtMs, expiresAtMs])
      const iv = new Uint8Array(random(IV_BYTES))
      const params = { name: 'AES-GCM', iv, additionalData: BOUND_TO }
      const sealed = await crypto.subtle.encrypt(params, key, new TextEncoder().encode(text))
      const bytes = new Uint8Array(IV_BYTES + sealed.byteLength)
      bytes.set(iv)
      bytes.set(new Uint8Array(sealed), IV_BYTES)
      return { text: PREFIX + base64url.encode(bytes), expiresAtMs }
    },

    async open(text) {
      const pass = opened.get(text) ?? (await unseal(text))
      if (pass === undefined) return undefined
      opened.set(text, pass)
      if (clock.now() >= pass.expiresAtMs) return undefined
      return (await endedAtMs(pass.principal)) >= pass.issuedAtMs ? undefined : pass.principal
    },

    async end(principal) {
      await store.set(endKey(principal.sessionName), { atMs: clock.now() }, { ttlMs: lifeMs })
    },
  }
}

function endKey(sessionName: SessionName): string {
  return `gateway-end:${sessionName}`
}
