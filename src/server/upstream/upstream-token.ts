/**
 * An access token of Coze's, as it is stored. Nothing in it depends on what the clock said: a clock that is set neither lengthens
 * nor ends the life of a token (T40).
 */
export interface UpstreamToken {
  accessToken: string
  /** From the exchange to its end, in milliseconds. */
  lifeMs: number
  /** With so much of its life left it is due for renewal, in milliseconds. */
  leadMs: number
  /** It replaced a token that Coze had rejected. */
  isRenewal: boolean
  /** Wall time of the exchange in milliseconds since the epoch, for stores that do not know how old their values are. */
  receivedAtMs: number
}

const MIN_LEAD_MS = 60_000
const LEAD_SHARE = 0.2
const JITTER_SHARE = 0.1

/**
 * How much of its life a token has left when it is due for renewal: 60 s or 20 %, whichever is more, but half of its life
 * at most; and up to 10 % of its life more by chance, so that tokens of the same moment are not renewed together (F79).
 * @param chance a random number from 0 to 1
 */
export function renewalLeadMs(lifeMs: number, chance: number): number {
  const leadMs = Math.min(Math.max(MIN_LEAD_MS, LEAD_SHARE * lifeMs), lifeMs / 2)
  return leadMs + chance * JITTER_SHARE * lifeMs
}

/** Checks what a store returned; `undefined` for anything but a token in the format of this version. */
export function parseUpstreamToken(value: unknown): UpstreamToken | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const { accessToken, lifeMs, leadMs, isRenewal, receivedAtMs } = value as Partial<
    Record<keyof UpstreamToken, unknown>
  >
  const valid =
    typeof accessToken === 'string' &&
    accessToken !== '' &&
    typeof lifeMs === 'number' &&
    typeof leadMs === 'number' &&
    typeof isRenewal === 'boolean' &&
    typeof receivedAtMs === 'number'
  return valid ? (value as UpstreamToken) : undefined
}
