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

/** What came with one chunk. */
export interface ReadChunk<Piece> {
  readonly pieces: readonly Piece[]
  /** Bytes of the chunk. */
  readonly size: number
}

/** Reads a connection chunk by chunk. Once it has ended or is broken, it is closed. */
export interface PieceSource<Piece> {
  /** `ended`: nothing more will come. `broken`: also after `close` of a stream that had not ended. */
  readonly phase: 'open' | 'ended' | 'broken'
  /** Waits for the next chunk; the last one is the end. @throws Error where the stream breaks off or is closed */
  read(): Promise<ReadChunk<Piece>>
  /** The next chunk if it is there already. Where the stream breaks off before it, the next `read` says so. */
  readAvailable(): Promise<ReadChunk<Piece> | undefined>
  close(): void
  /** Calls the listener once, however the stream ended; at once if it has ended already. */
  onClose(listener: () => void): void
}

const FIRST_CHUNK_LIMIT_MS = 60_000
/** Longest silence between two chunks; Coze's own clients wait for the same time. */
const SILENCE_LIMIT_MS = 5 * 60_000

type Chunk = ReadableStreamReadResult<Uint8Array>

export function createPieceSource<Piece>(
  source: StreamSource,
  { reader: pieceReader, clock }: { reader: PieceReader<Piece>; clock: Clock },
): PieceSource<Piece> {
  const reader = source.body?.getReader()
  const silence = limitSilence(clock, FIRST_CHUNK_LIMIT_MS, close)
  let phase: PieceSource<Piece>['phase'] = 'open'
  /** A read that has begun and that nobody has used yet. */
  let reading: Promise<Chunk> | undefined
  let notifyClosed = () => {}

  function finish(as: 'ended' | 'broken'): void {
    if (phase !== 'open') return
    phase = as
    silence.end()
    source.signal.removeEventListener('abort', close)
    void reader?.cancel().catch(() => undefined)
    source.close()
    notifyClosed()
  }
  function close(): void {
    finish('broken')
  }
  source.signal.addEventListener('abort', close)

  function nextChunk(): Promise<Chunk> {
    reading ??= reader === undefined ? Promise.resolve({ done: true, value: undefined }) : reader.read()
    // Whoever asks for the chunk gets the error.
    reading.catch(() => undefined)
    return reading
  }

  function use({ done, value }: Chunk): ReadChunk<Piece> {
    reading = undefined
    if (phase === 'broken') throw brokenOff()
    silence.broken(SILENCE_LIMIT_MS)
    if (!done) return { pieces: pieceReader.push(value), size: value.length }
    const pieces = pieceReader.end()
    finish('ended')
    return { pieces, size: 0 }
  }

  async function orClose<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work()
    } catch (error) {
      close()
      throw error
    }
  }

  return {
    get phase() {
      return phase
    },
    close,
    onClose(listener) {
      if (phase === 'open') notifyClosed = listener
      else listener()
    },
    read: () =>
      orClose(async () => {
        if (phase === 'broken') throw brokenOff()
        return use(await nextChunk())
      }),
    readAvailable: () =>
      orClose(async () => {
        const chunk = await Promise.race([nextChunk(), Promise.resolve(undefined)]).catch(() => undefined)
        return chunk === undefined ? undefined : use(chunk)
      }),
  }
}

function brokenOff(): Error {
  return new Error("Coze's response broke off before its end.")
}
