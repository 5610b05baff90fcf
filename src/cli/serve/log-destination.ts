import type { Writable } from 'node:stream'

/** What may wait for a reader that stands still. */
const MAX_WAITING_BYTES = 1_048_576

export interface LogDestination {
  /** Never waits, never throws. */
  write(line: string): void
  /** Waits until the reader has taken what was written, at most so many milliseconds. */
  flush(limitMs: number): Promise<void>
}

/**
 * Writes lines to a stream, and lets go of those that nobody takes: the disk may be full, the reader may stand still or be gone
 * (T30). What was lost is counted and told with the next line that gets through.
 */
export function createLogDestination(stream: Writable): LogDestination {
  let lost = 0
  let waiting = 0
  let onIdle = () => {}
  // Without a listener an error of a stream ends the process.
  stream.on('error', () => undefined)

  function send(text: string, lines: number): void {
    waiting++
    const settle = (error?: Error | null) => {
      waiting--
      if (error) lost += lines
      if (waiting === 0) onIdle()
    }
    try {
      stream.write(text, settle)
    } catch {
      settle(new Error('not written'))
    }
  }

  return {
    write(line) {
      if (stream.writableLength > MAX_WAITING_BYTES) {
        lost++
        return
      }
      const before = lost
      lost = 0
      send(before === 0 ? line : lostLine(before) + line, before + 1)
    },
    async flush(limitMs) {
      if (waiting === 0) return
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, limitMs)
        onIdle = () => {
          clearTimeout(timer)
          resolve()
        }
      })
    },
  }
}

/** In the form of pino's lines; 40 is its `warn`. */
function lostLine(lost: number): string {
  return `${JSON.stringify({ level: 40, time: Date.now(), lost, msg: 'log lines were lost: nobody took them' })}\n`
}
