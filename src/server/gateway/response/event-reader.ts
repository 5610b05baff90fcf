import { createEventDecoder, type StreamEvent } from '../../../coze/event-stream.ts'
import type { PieceReader } from './piece-source.ts'
import { ERROR, type VisibleEvent, visibleEvent, visibleFailure } from './visible-event.ts'

/**
 * Reads what may be seen of a turn's events from the bytes of a response. Comments are dropped, and a line or an event above
 * 1 MiB is an error, so memory stays flat.
 */
export function createEventReader(
  /** Returns the failure that an event `error` tells, where that is not in Coze's words. */
  readFailure?: (data: string) => Readonly<Record<string, unknown>> | undefined,
): PieceReader<VisibleEvent> {
  const decoder = createEventDecoder()
  const visibleOf = ({ name, data }: StreamEvent) =>
    name === ERROR && readFailure !== undefined ? visibleFailure(readFailure(data) ?? {}) : visibleEvent(name, data)
  const visible = (events: readonly StreamEvent[]) => events.flatMap((event) => visibleOf(event) ?? [])
  return {
    push: (bytes) => visible(decoder.push(bytes)),
    end: () => visible(decoder.end()),
  }
}
