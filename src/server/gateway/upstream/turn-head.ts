import type { BackpressuredStream } from '../response/backpressured-stream.ts'
import type { VisibleEvent } from '../response/visible-event.ts'
import { upstreamUnavailable } from './upstream-failure.ts'

/** How far into the stream the ids of its turn may be. */
const MAX_HEAD_BYTES = 65_536

/**
 * The first event that tells which conversation the turn is in, or why there is no turn. It is read before anything
 * reaches the visitor; `undefined` when the stream ends without one.
 * @throws ServiceError `upstream_unavailable` when the stream breaks off, or tells neither within 64 KiB
 */
export async function readTurnHead(stream: BackpressuredStream<VisibleEvent>): Promise<VisibleEvent | undefined> {
  let first: VisibleEvent | undefined
  const isHead = (event: VisibleEvent) => {
    const isFirst = typeof event.data === 'object' && ('conversation_id' in event.data || 'code' in event.data)
    if (isFirst) first = event
    return isFirst
  }
  const isUsable = await stream.peek(isHead, MAX_HEAD_BYTES).catch(() => false)
  if (isUsable) return first
  // Nobody may see a turn that cannot be told whose it is.
  stream.close()
  throw upstreamUnavailable()
}
