/** Returns that many random bytes. */
export type RandomBytes = (length: number) => Uint8Array

const POOL_BYTES = 4_096

/**
 * Random bytes from Web Crypto, drawn 4 KiB at a time: one draw costs about ten microseconds whatever its length, and
 * every exchange needs two. No byte is handed out twice, and handed out bytes are erased from the pool.
 */
export function createRandomBytes(): RandomBytes {
  const pool = new Uint8Array(POOL_BYTES)
  let used = POOL_BYTES
  return (length) => {
    if (length > POOL_BYTES) return crypto.getRandomValues(new Uint8Array(length))
    if (length > POOL_BYTES - used) {
      crypto.getRandomValues(pool)
      used = 0
    }
    const end = used + length
    const bytes = pool.slice(used, end)
    pool.fill(0, used, end)
    used = end
    return bytes
  }
}

/** A random number from 0 to 1. */
export function randomShare(random: RandomBytes): number {
  const [high = 0, low = 0] = random(2)
  return (high * 256 + low) / 65_535
}
