import type { Clock } from '../../platform/clock.ts'
import type { EventFilter } from './event-filter.ts'
import type { OpenAnswer } from './upstream.ts'

/** An answer on its way: read piece by piece, as fast as the visitor takes it and no faster. */
export interface Flow {
  /** Reads ahead until `enough` says so or the answer ends; what was read is kept for the body. */
  peek(enough: (piece: Uint8Array) => boolean): Promise<void>
  body(): ReadableStream<Uint8Array>
  /** Lets go of upstream; the body ends broken if it had not ended. */
  close(): void
  /** Called once, however the answer ended; at once if it has. */
  onClose(listener: () => void): void
}

const FIRST_PIECE_LIMIT_MS = 60_000
/** The vendor's own clients wait that long between two pieces. */
const SILENCE_LIMIT_MS = 5 * 60_000

export function createFlow(answer: OpenAnswer, options: { filter?: EventFilter; clock: Clock }): Flow {
  const { filter, clock } = options
  const reader = answer.response.body?.getReader()
  const ahead: Uint8Array[] = []
  let ended = false
  let broken = false
  let closed = false
  let tellClosed = () => {}
  let lastAtMs = clock.monotonic()
  let limitMs = FIRST_PIECE_LIMIT_MS

  // One timer that looks at the clock, instead of one for each of a thousand pieces.
  let timer = clock.setTimeout(look, limitMs)
  function look(): void {
    const leftMs = lastAtMs + limitMs - clock.monotonic()
    if (leftMs <= 0) close()
    else timer = clock.setTimeout(look, leftMs)
  }

  function close(): void {
    if (closed) return
    closed = true
    broken = !ended
    clock.clearTimeout(timer)
    answer.signal.removeEventListener('abort', close)
    void reader?.cancel().catch(() => undefined)
    answer.close()
    tellClosed()
  }
  answer.signal.addEventListener('abort', close)

  /** The next piece; `undefined` at the end. Throws where the answer broke off. */
  async function next(): Promise<Uint8Array | undefined> {
    for (;;) {
      if (ended) return undefined
      if (broken) throw new Error('The answer broke off.')
      const { done, value } = (await reader?.read()) ?? { done: true, value: undefined }
      if (broken) throw new Error('The answer broke off.')
      lastAtMs = clock.monotonic()
      limitMs = SILENCE_LIMIT_MS
      ended = done
      const piece = done ? filter?.end() : (filter?.push(value) ?? value)
      if (done) close()
      if (piece !== undefined && piece.length > 0) return piece
    }
  }

  async function nextOrClose(): Promise<Uint8Array | undefined> {
    try {
      return await next()
    } catch (error) {
      close()
      throw error
    }
  }

  return {
    close,
    onClose(listener) {
      if (closed) listener()
      else tellClosed = listener
    },
    async peek(enough) {
      for (;;) {
        const piece = await nextOrClose()
        if (piece !== undefined) ahead.push(piece)
        if (piece === undefined || enough(piece)) return
      }
    },
    body: () =>
      new ReadableStream<Uint8Array>(
        {
          async pull(controller) {
            const piece = ahead.shift() ?? (await nextOrClose())
            if (piece === undefined) controller.close()
            else controller.enqueue(piece)
          },
          cancel: close,
        },
        { highWaterMark: 0 },
      ),
  }
}
