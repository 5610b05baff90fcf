import type { Clock } from '../../../platform/clock.ts'
import { createPieceSource, type PieceReader, type StreamSource } from './piece-source.ts'
import { readBatch } from './read-batch.ts'

/** A streamed response, read from upstream as fast as the visitor takes it and no faster. */
export interface BackpressuredStream<Piece> {
  /**
   * Reads until there is a piece that `isFound` accepts, the stream ends, or more than `maxBytes` have come. What was read
   * remains part of the stream.
   * @returns whether it is within `maxBytes`
   */
  peek(isFound: (piece: Piece) => boolean, maxBytes: number): Promise<boolean>
  /**
   * All pieces that have come, waited for where there are none; `undefined` at the end. An empty list tells now and then
   * that upstream is still there, although nothing of what it sends is a piece.
   * @throws Error where the stream breaks off
   */
  next(): Promise<readonly Piece[] | undefined>
  /** The rest of the stream, as bytes. */
  body(write: (pieces: readonly Piece[]) => Uint8Array): ReadableStream<Uint8Array>
  /** Ends the connection to upstream. A body that has not ended yet ends with an error. */
  close(): void
  /** Calls the listener once, however the stream ended; at once if it has ended already. */
  onClose(listener: () => void): void
}

/** Proxies give up a connection that is silent for a minute. */
const SIGN_OF_LIFE_MS = 15_000

export function createBackpressuredStream<Piece>(
  connection: StreamSource,
  { reader, clock }: { reader: PieceReader<Piece>; clock: Clock },
): BackpressuredStream<Piece> {
  const source = createPieceSource(connection, { reader, clock })
  /** Read by `peek`. */
  const ahead: Piece[] = []
  let lastPiecesAtMs = clock.monotonic()

  function isSignOfLifeDue(): boolean {
    return source.phase !== 'ended' && clock.monotonic() - lastPiecesAtMs >= SIGN_OF_LIFE_MS
  }

  async function next(): Promise<readonly Piece[] | undefined> {
    for (;;) {
      if (ahead.length > 0) return ahead.splice(0)
      if (source.phase === 'ended') return undefined
      const pieces = await readBatch(source)
      if (pieces.length > 0 || isSignOfLifeDue()) {
        lastPiecesAtMs = clock.monotonic()
        return pieces
      }
      await otherWork()
    }
  }

  return {
    close: source.close,
    onClose: source.onClose,
    async peek(isFound, maxBytes) {
      for (let size = 0; size <= maxBytes; ) {
        if (source.phase === 'ended') return true
        const chunk = await source.read()
        ahead.push(...chunk.pieces)
        if (chunk.pieces.some(isFound)) return true
        size += chunk.size
      }
      return false
    },
    next,
    body: (write) =>
      new ReadableStream<Uint8Array>(
        {
          async pull(controller) {
            const pieces = await next()
            if (pieces === undefined) controller.close()
            else controller.enqueue(write(pieces))
          },
          cancel: source.close,
        },
        { highWaterMark: 0 },
      ),
  }
}

/** Lets everything else run: a stream that brings nothing but what nobody may see must not hold up the process. */
function otherWork(): Promise<unknown> {
  return new Promise((resolve) => setTimeout(resolve))
}

/** Bytes as they come, for streams that are passed on unchanged. */
export const rawBytes: PieceReader<Uint8Array> = { push: (bytes) => [bytes], end: () => [] }
