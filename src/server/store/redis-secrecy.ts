import type { RandomBytes } from '../crypto/random-bytes.ts'
import { openSealedText, sealText } from '../crypto/sealed-text.ts'
import { deriveMacKey, deriveSealKey, macOf } from '../crypto/secrets.ts'

/** What Redis gets to see: hashed keys and encrypted values. */
export interface RedisSecrecy {
  /** The name in Redis of a key of the store's. */
  nameOf(kind: 'value' | 'lock' | 'limit', key: string): Promise<string>
  /** The value as it lies under a name. It opens under the same name only. */
  seal(name: string, value: object): Promise<string>
  /** `undefined` for anything but a sealed value of this name. */
  open(name: string, held: string | null): Promise<unknown>
}

const SEALED = 'v1.'

export function createRedisSecrecy(options: {
  secret: Uint8Array<ArrayBuffer>
  /** Start of every name. */
  prefix: string
  random: RandomBytes
}): RedisSecrecy {
  const { secret, prefix, random } = options
  let derived: Promise<readonly [CryptoKey, CryptoKey]> | undefined

  const keys = () => {
    derived ??= Promise.all([deriveSealKey(secret, 'cache/1'), deriveMacKey(secret, 'cache-key/1')])
    return derived
  }

  return {
    async nameOf(kind, key) {
      const [, hashKey] = await keys()
      return `${prefix}${kind}:${await macOf(hashKey, new TextEncoder().encode(key))}`
    },
    async seal(name, value) {
      const [sealKey] = await keys()
      return SEALED + (await sealText(sealKey, JSON.stringify(value), { boundTo: name, random }))
    },
    async open(name, held) {
      if (!held?.startsWith(SEALED)) return undefined
      const [sealKey] = await keys()
      const json = await openSealedText(sealKey, held.slice(SEALED.length), name)
      return json === undefined ? undefined : JSON.parse(json)
    },
  }
}
