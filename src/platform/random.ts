/** Randomness from Web Crypto alone: `getRandomValues` exists on plain http pages too, `randomUUID` and `subtle` do not. */
import { nanoid } from 'nanoid'

/** 21 characters of `[A-Za-z0-9_-]`, 126 bits. */
export function randomId(): string {
  return nanoid()
}

/** At least 0, below 1; for jitter. */
export function randomFraction(): number {
  return (crypto.getRandomValues(new Uint32Array(1))[0] ?? 0) / 2 ** 32
}
