/** An access token of Coze's, as the cache keeps it. Times are milliseconds of our wall clock. */
export interface UpstreamToken {
  accessToken: string
  expiresAtMs: number
  /** Until when it is handed out while upstream is well. */
  freshUntilMs: number
  /** When it replaced a token that upstream had rejected; 0 when it did not. */
  renewedAtMs: number
}

const MIN_LEAD_MS = 60_000
const LEAD_SHARE = 0.2
const JITTER_SHARE = 0.1

/**
 * When a token stops being fresh: with max(60 s, 20 % of its life) left (half of its life for very short ones), and up to
 * 10 % of its life sooner by chance, so that the tokens of one deploy do not fall due together (F79).
 * @param chance 0 to 1
 */
export function freshUntil(receivedAtMs: number, expiresAtMs: number, chance: number): number {
  const lifeMs = expiresAtMs - receivedAtMs
  const leadMs = Math.min(Math.max(MIN_LEAD_MS, LEAD_SHARE * lifeMs), lifeMs / 2)
  return expiresAtMs - leadMs - chance * JITTER_SHARE * lifeMs
}

/** What a store gave back, or `undefined` for anything that is not a token written by this version. */
export function parseUpstreamToken(value: unknown): UpstreamToken | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const { accessToken, expiresAtMs, freshUntilMs, renewedAtMs } = value as Partial<Record<keyof UpstreamToken, unknown>>
  const valid =
    typeof accessToken === 'string' &&
    accessToken !== '' &&
    typeof expiresAtMs === 'number' &&
    typeof freshUntilMs === 'number' &&
    typeof renewedAtMs === 'number'
  return valid ? (value as UpstreamToken) : undefined
}
