/** Ids and secrets in the vendor's shapes. */

/** Strictly increasing 19-digit ids, beyond what a JavaScript number can hold. */
export function createIdSource(): () => string {
  let last = 7_500_000_000_000_000_000n
  return () => {
    last += 1n
    return last.toString()
  }
}

/** @returns `prefix` and 64 random hexadecimal digits */
export function createSecret(prefix: string): string {
  return prefix + randomHex(32)
}

/** @returns 34 characters: the time to the second in 14 digits, then 20 random hexadecimal digits */
export function createLogId(nowMs: number): string {
  return new Date(nowMs).toISOString().replace(/\D/g, '').slice(0, 14) + randomHex(10).toUpperCase()
}

function randomHex(bytes: number): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(bytes)), (byte) => byte.toString(16).padStart(2, '0')).join(
    '',
  )
}
