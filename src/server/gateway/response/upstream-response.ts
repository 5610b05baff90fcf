import type { BackpressuredStream } from './backpressured-stream.ts'
import type { VisibleEvent } from './visible-event.ts'

/**
 * A successful response of Coze's. From JSON nothing has been removed yet; of events only what a visitor may see was read.
 * `logId` is empty where Coze sent none.
 */
export type UpstreamResponse =
  | { kind: 'json'; body: Readonly<Record<string, unknown>>; logId: string }
  /** `first`: the event that tells the turn's conversation; it is still part of the stream. */
  | { kind: 'events'; stream: BackpressuredStream<VisibleEvent>; first: VisibleEvent | undefined; logId: string }
  | { kind: 'sound'; stream: BackpressuredStream<Uint8Array>; contentType: string; logId: string }
