import type { Clock } from '../../../platform/clock.ts'
import { limitSilence } from '../../resilience/limit-silence.ts'

/** An open connection to upstream. */
export interface StreamSource {
  readonly body: ReadableStream<Uint8Array> | null
  /** Aborts when the visitor has left. */
  readonly signal: AbortSignal
  /** Ends the connection. */
  close(): void
}

/** Makes pieces, such as events, of the bytes of a stream. */
export interface PieceReader<Piece> {
  /** The pieces that these bytes complete. @throws Error for what cannot be read; the stream breaks off there */
  push(bytes: Uint8Array): readonly Piece[]
  /** What is left when the stream has ended. */
  end(): readonly Piece[]
}

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

const FIRST_PIECE_LIMIT_MS = 60_000
/** Longest silence between two pieces; Coze's own clients wait for the same time. */
const SILENCE_LIMIT_MS = 5 * 60_000
/** Proxies give up a connection that is silent for a minute. */
const SIGN_OF_LIFE_MS = 15_000
/** Of one `next`, so that a visitor who does not read costs no more memory than this. */
const MAX_WAITING_BYTES = 65_536

type Chunk = ReadableStreamReadResult<Uint8Array>

export function createBackpressuredStream<Piece>(
  source: StreamSource,
  options: { reader: PieceReader<Piece>; clock: Clock },
): BackpressuredStream<Piece> {
  const { reader: pieceReader, clock } = options
  const reader = source.body?.getReader()
  /** Read by `peek`. */
  const ahead: Piece[] = []
  /** A read that has begun and that nobody has used yet. */
  let reading: Promise<Chunk> | undefined
  let ended = false
  let broken = false
  let closed = false
  let notifyClosed = () => {}
  let lastPiecesAtMs = clock.monotonic()
  const silence = limitSilence(clock, FIRST_PIECE_LIMIT_MS, close)

  function close(): void {
    if (closed) return
    closed = true
    broken = !ended
    silence.end()
    source.signal.removeEventListener('abort', close)
    void reader?.cancel().catch(() => undefined)
    source.close()
    notifyClosed()
  }
  source.signal.addEventListener('abort', close)

  function read(): Promise<Chunk> {
    reading ??= reader === undefined ? Promise.resolve({ done: true, value: undefined }) : reader.read()
    // Whoever asks for the chunk gets the error.
    reading.catch(() => undefined)
    return reading
  }

  function piecesOf({ done, value }: Chunk): readonly Piece[] {
    reading = undefined
    if (broken) throw brokenOff()
    silence.broken(SILENCE_LIMIT_MS)
    ended = done
    const pieces = done ? pieceReader.end() : pieceReader.push(value)
    if (done) close()
    return pieces
  }

  /** The pieces of one chunk. */
  async function readOne(): Promise<{ pieces: readonly Piece[]; size: number }> {
    if (broken) throw brokenOff()
    const chunk = await read()
    return { pieces: piecesOf(chunk), size: chunk.value?.length ?? 0 }
  }

  /** The pieces of one chunk, and of those behind it that are there already. Only the first is waited for. */
  async function readBatch(): Promise<Piece[]> {
    const first = await readOne()
    const pieces = [...first.pieces]
    for (let { size } = first; !ended && size < MAX_WAITING_BYTES; ) {
      const chunk = await Promise.race([read(), Promise.resolve(undefined)]).catch(() => undefined)
      if (chunk === undefined) break
      size += chunk.value?.length ?? 0
      for (const piece of piecesOf(chunk)) pieces.push(piece)
    }
    return pieces
  }

  /** Where the stream breaks off, nothing is kept open. */
  async function orClose<T>(work: Promise<T>): Promise<T> {
    try {
      return await work
    } catch (error) {
      close()
      throw error
    }
  }

  async function next(): Promise<readonly Piece[] | undefined> {
    for (;;) {
      if (ahead.length > 0) return ahead.splice(0)
      if (ended) return undefined
      const pieces = await orClose(readBatch())
      const now = clock.monotonic()
      const isSignOfLife = !ended && now - lastPiecesAtMs >= SIGN_OF_LIFE_MS
      if (pieces.length === 0 && !isSignOfLife) {
        await otherWork()
        continue
      }
      lastPiecesAtMs = now
      return pieces
    }
  }

  return {
    close,
    onClose(listener) {
      if (closed) listener()
      else notifyClosed = listener
    },
    async peek(isFound, maxBytes) {
      for (let size = 0; size <= maxBytes; ) {
        if (ended) return true
        const one = await orClose(readOne())
        ahead.push(...one.pieces)
        if (one.pieces.some(isFound)) return true
        size += one.size
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
          cancel: close,
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

export function joinBytes(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((size, part) => size + part.length, 0))
  let offset = 0
  for (const part of parts) {
    bytes.set(part, offset)
    offset += part.length
  }
  return bytes
}

function brokenOff(): Error {
  return new Error("Coze's response broke off before its end.")
}
