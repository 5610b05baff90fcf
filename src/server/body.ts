import type { Clock } from '../platform/clock.ts'

const strictUtf8 = new TextDecoder('utf-8', { fatal: true })

/** `too_large` and `timeout` speak for themselves; `broken` is a connection that ended early or bytes that are no UTF-8. */
export type BodyFailure = 'too_large' | 'timeout' | 'broken'

export type BodyResult = { text: string } | { failure: BodyFailure }

/**
 * Reads at most `maxBytes` of text. Counts while it reads, so a body without end costs neither memory nor time;
 * whatever is left is cancelled.
 */
export async function readText(
  body: ReadableStream<Uint8Array> | null,
  options: { maxBytes: number; timeoutMs: number; clock: Clock },
): Promise<BodyResult> {
  if (body === null) return { text: '' }
  const { maxBytes, timeoutMs, clock } = options
  const reader = body.getReader()
  const chunks: Uint8Array[] = []
  let size = 0
  let failure: BodyFailure | undefined
  const stop = (reason: BodyFailure) => {
    failure ??= reason
    void reader.cancel().catch(() => undefined)
  }
  let ring = () => {}
  const tooLate = new Promise<{ done: true; value?: undefined }>((resolve) => {
    ring = () => {
      stop('timeout')
      resolve({ done: true })
    }
  })
  const timer = clock.setTimeout(ring, timeoutMs)
  try {
    for (;;) {
      const { done, value } = await Promise.race([reader.read(), tooLate])
      if (done || value === undefined) break
      size += value.byteLength
      if (size > maxBytes) {
        stop('too_large')
        break
      }
      chunks.push(value)
    }
  } catch {
    failure ??= 'broken'
  } finally {
    clock.clearTimeout(timer)
  }
  return failure === undefined ? decodeText(chunks, size) : { failure }
}

/** Strict UTF-8; a replacement character could make two different bodies equal. */
export function decodeText(chunks: readonly Uint8Array[], size: number): BodyResult {
  const [first] = chunks
  let bytes = first ?? new Uint8Array(0)
  if (chunks.length > 1) {
    bytes = new Uint8Array(size)
    let offset = 0
    for (const chunk of chunks) {
      bytes.set(chunk, offset)
      offset += chunk.byteLength
    }
  }
  try {
    return { text: strictUtf8.decode(bytes) }
  } catch {
    return { failure: 'broken' }
  }
}
