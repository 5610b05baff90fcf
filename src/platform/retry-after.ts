/**
 * Reads a `Retry-After` header (RFC 9110 section 10.2.3): a number of seconds, or an HTTP date.
 *
 * @param nowMs the moment the header was written, in milliseconds since the epoch: the server's own `Date` where it is known,
 * because the visitor's clock may be wrong.
 * @returns milliseconds to wait, never negative; `0` for a date that has passed; undefined for a header that is missing or
 * cannot be understood. There is no upper bound: how long to obey is the caller's decision.
 */
export function readRetryAfterMs(header: string | null, nowMs: number): number | undefined {
  if (header === null) return undefined
  const text = header.trim()
  const delayMs = SECONDS.test(text) ? Number(text) * 1000 : DATE.test(text) ? Date.parse(text) - nowMs : Number.NaN
  return Number.isNaN(delayMs) ? undefined : Math.max(0, delayMs)
}

/** The RFC knows whole seconds only; some servers send a fraction. */
const SECONDS = /^\d+(?:\.\d+)?$/
/** Every date format has letters in it. Without this test `Date.parse` would read "-3" as a year. */
const DATE = /[a-z]/i
