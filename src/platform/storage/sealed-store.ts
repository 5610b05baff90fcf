/**
 * Values in IndexedDB, each encrypted (AES-GCM) with a secret that is kept elsewhere. Forgetting the secret makes the value unreadable at
 * once, while deleting from IndexedDB takes time. Nothing here throws; where IndexedDB or Web Crypto is missing or blocked, nothing is kept.
 */
import { clear, createStore, del, delMany, entries, get, set } from 'idb-keyval'
import type { Clock } from '../clock.ts'
import { toJson } from '../to-json.ts'

export interface SealedStore {
  /** Opens the database, which a first read would have to wait for. */
  open(): void
  /** Returns undefined if there is no value of that name, or the secret is not the one it was written with. */
  read(name: string, secret: string): Promise<unknown>
  /** Returns whether the value was kept. The value `undefined` removes the entry. */
  write(name: string, secret: string, value: unknown): Promise<boolean>
  clear(): Promise<void>
}

interface Entry {
  /** Wall clock, milliseconds since the epoch. */
  readonly at: number
  readonly iv: Uint8Array<ArrayBuffer>
  readonly sealed: ArrayBuffer
}

const encode = (text: string) => new TextEncoder().encode(text)

async function keyOf(secret: string): Promise<CryptoKey> {
  const bits = await crypto.subtle.digest('SHA-256', encode(secret))
  return crypto.subtle.importKey('raw', bits, 'AES-GCM', false, ['encrypt', 'decrypt'])
}

/** The name is authenticated too, so that an entry opens under its own name only. */
const seal = (name: string, iv: Uint8Array<ArrayBuffer>) => ({ name: 'AES-GCM', iv, additionalData: encode(name) })

/** What is older goes, and the oldest of those beyond the number. */
export interface SealedStoreLimits {
  readonly maxAgeMs: number
  readonly maxEntries: number
}

/** @param database an IndexedDB database of its own */
export function createSealedStore(
  database: string,
  { maxAgeMs, maxEntries }: SealedStoreLimits,
  clock: Clock,
): SealedStore {
  const store = createStore(database, 'sealed')
  const isFresh = (entry: Entry | undefined) => Math.abs(clock.now() - Number(entry?.at)) < maxAgeMs
  let swept = false

  async function sweep(): Promise<void> {
    swept = true
    const all = await entries<string, Entry>(store)
    const fresh = all.filter(([, entry]) => isFresh(entry)).sort(([, a], [, b]) => b.at - a.at)
    const staying = new Set(fresh.slice(0, maxEntries))
    await delMany(
      all.filter((entry) => !staying.has(entry)).map(([name]) => name),
      store,
    )
  }

  return {
    open() {
      get('', store).catch(() => {})
    },

    async read(name, secret) {
      try {
        // Side by side: whoever comes back waits for both.
        const [entry, key] = await Promise.all([get<Entry>(name, store), keyOf(secret)])
        if (!entry || !isFresh(entry)) return undefined
        const text = await crypto.subtle.decrypt(seal(name, entry.iv), key, entry.sealed)
        return JSON.parse(new TextDecoder().decode(text))
      } catch {
        return undefined
      }
    },

    async write(name, secret, value) {
      try {
        if (value === undefined) await del(name, store)
        else {
          const iv = crypto.getRandomValues(new Uint8Array(12))
          const sealed = await crypto.subtle.encrypt(
            seal(name, iv),
            await keyOf(secret),
            encode(toJson(value) ?? 'null'),
          )
          await set(name, { at: clock.now(), iv, sealed } satisfies Entry, store)
        }
        if (!swept) await sweep()
        return value !== undefined
      } catch {
        return false
      }
    },

    async clear() {
      try {
        await clear(store)
      } catch {
        // There is none.
      }
    },
  }
}
