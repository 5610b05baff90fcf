import { ServiceError } from '../../http/service-error.ts'
import type { EventSink } from '../../operations/events.ts'
import type { SigningKey } from './assertion.ts'

/** By which key an assertion is signed, and by whose time it is dated. */
export interface AssertionTerms {
  readonly signingKey: SigningKey
  /** Coze's time minus ours, as far as it is known. */
  readonly clockOffsetMs: number
}

export interface CorrectableTerms {
  /** @throws ServiceError `misconfigured` where there is no key */
  current(): AssertionTerms
  /**
   * After `invalid_client`: takes over Coze's time or the next key.
   * @param skewMs Coze's time minus ours, if its refusal told its time
   * @returns whether the next try differs from the one that was refused
   */
  correct(tried: AssertionTerms, skewMs: number | undefined): boolean
}

/** `iat` and `exp` of the assertion allow for a smaller difference. */
const SKEW_WORTH_CORRECTING_MS = 20_000

/** @param options.signingKeys in the order of trust: the next one is tried when Coze does not accept the one in use */
export function createAssertionTerms(options: {
  signingKeys: readonly SigningKey[]
  events: EventSink
}): CorrectableTerms {
  const { signingKeys, events } = options
  let keyInUse = 0
  let clockOffsetMs = 0

  function nextKey(): void {
    keyInUse = (keyInUse + 1) % signingKeys.length
    events.emit({ type: 'key_rotated', keyId: signingKeys[keyInUse]?.keyId ?? '' })
  }

  return {
    current() {
      const signingKey = signingKeys[keyInUse]
      if (signingKey === undefined) throw new ServiceError('misconfigured')
      return { signingKey, clockOffsetMs }
    },
    correct(tried, skewMs) {
      const isFarFrom = (offsetMs: number) =>
        skewMs !== undefined && Math.abs(skewMs - offsetMs) > SKEW_WORTH_CORRECTING_MS
      if (skewMs !== undefined && isFarFrom(clockOffsetMs)) {
        clockOffsetMs = skewMs
        events.emit({ type: 'clock_skew', seconds: Math.round(skewMs / 1000) })
      }
      // Another request may have corrected the time meanwhile.
      if (isFarFrom(tried.clockOffsetMs)) return true
      if (signingKeys.length === 1) return false
      // Another request may have changed the key meanwhile.
      if (signingKeys[keyInUse] === tried.signingKey) nextKey()
      return true
    },
  }
}
