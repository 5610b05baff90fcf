/**
 * Tells whether the SDK has failed to start. It does not say so itself: it shows a panel with a button that reloads the
 * customer's page (docs/coze.md 2.10). It has failed when a request of its start came to nothing, no further one is under way,
 * and it still offers nothing to type in.
 */
import { vendorCode } from '../coze/vendor-codes.ts'
import { CozeChatError } from '../errors.ts'
import type { Clock, TimerHandle } from '../platform/clock.ts'
import type { OnRequest, RequestFailure } from './request-authorization.ts'

export interface StartWatch {
  readonly onRequest: OnRequest
  stop(): void
}

/** For the SDK to try again by itself, or to draw what it has got. */
export const SETTLE_MS = 3_000
/** For a request of the start. The SDK has no limit of its own there. */
export const START_LIMIT_MS = 30_000

const COMPOSER = 'textarea, input[type=text], input:not([type]), [contenteditable]:not([contenteditable=false])'

export interface StartWatchOptions {
  clock: Clock
  onFailed(error: CozeChatError): void
  onRetry(): void
}

export function watchStart(root: HTMLElement, { clock, onFailed, onRetry }: StartWatchOptions): StartWatch {
  let underWay = 0
  let failure: RequestFailure | undefined
  let failed = false
  let over = false
  let settling: TimerHandle | undefined
  let limit: TimerHandle | undefined

  function stop(): void {
    over = true
    clock.clearTimeout(limit)
    clock.clearTimeout(settling)
    root.removeEventListener('click', onClick, true)
  }

  function hasStarted(): boolean {
    if (!over && !failed && root.querySelector(COMPOSER)) stop()
    return over
  }

  function decide(): void {
    if (hasStarted() || failed) return
    failed = true
    clock.clearTimeout(limit)
    clock.clearTimeout(settling)
    onFailed(startError(failure))
  }

  /** A click on the SDK's own button, which has words on it where the close button has none, never reaches the SDK. */
  function onClick(event: MouseEvent): void {
    const button = (event.target as Element | null)?.closest('button, [role=button]')
    if (!failure || hasStarted() || !/\p{L}/u.test(button?.textContent ?? '')) return
    event.preventDefault()
    event.stopImmediatePropagation()
    if (failed) onRetry()
    else decide()
  }
  root.addEventListener('click', onClick, true)

  return {
    onRequest() {
      if (hasStarted() || failed) return undefined
      underWay++
      clock.clearTimeout(settling)
      limit ??= clock.setTimeout(() => {
        if (underWay > 0 || failure) decide()
      }, START_LIMIT_MS)
      return (ended) => {
        underWay--
        failure = ended ?? failure
        if (hasStarted() || failed || underWay > 0 || !failure) return
        settling = clock.setTimeout(decide, SETTLE_MS)
      }
    },
    stop,
  }
}

function startError(failure: RequestFailure | undefined): CozeChatError {
  if (!failure) {
    const text = `Coze's Chat SDK did not start within ${START_LIMIT_MS / 1000} s.`
    return new CozeChatError('timeout', text, { retryable: true })
  }
  const { status, code } = failure
  if (status === 0) {
    const text = "Coze's Chat SDK could not start: Coze did not answer. Check connect-src and the network."
    return new CozeChatError('network', text, { retryable: true })
  }
  const known = vendorCode(Number(code) ? code : status)
  return new CozeChatError(known.error, `Coze's Chat SDK could not start: Coze answered ${known.number}.`, {
    retryable: known.retryable ?? false,
    upstreamCode: String(known.number),
  })
}
