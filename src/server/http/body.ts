import type { Clock } from '../../platform/clock.ts'
import { TimeLimitError, withTimeout } from '../resilience/with-timeout.ts'
import { joinBytes } from './join-bytes.ts'

const strictUtf8 = new TextDecoder('utf-8', { fatal: true })

/** `broken`: the connection ended early, or the bytes are not UTF-8. `taken`: other code has read the body and kept it. */
export type BodyFailure = 'too_large' | 'timeout' | 'broken' | 'taken'

export type BodyResult = { text: string } | { failure: BodyFailure }

/** How much of a body to read, and for how long. */
export interface BodyLimits {
  maxBytes: number
  timeoutMs: number
  clock: Clock
}

/**
 * Reads a body as text. The bytes are counted as they arrive, so a body without an end costs neither memory nor time;
 * what is left of a refused body is cancelled.
 */
export async function readText(body: ReadableStream<Uint8Array> | null, limits: BodyLimits): Promise<BodyResult> {
  if (body === null) return { text: '' }
  const reader = body.getReader()
  try {
    const result = await withTimeout(limits.timeoutMs, limits.clock, () => readAll(reader, limits.maxBytes))
    if ('failure' in result) cancel(reader)
    return result
  } catch (error) {
    if (!(error instanceof TimeLimitError)) return { failure: 'broken' }
    cancel(reader)
    return { failure: 'timeout' }
  }
}

async function readAll(reader: ReadableStreamDefaultReader<Uint8Array>, maxBytes: number): Promise<BodyResult> {
  const chunks: Uint8Array[] = []
  let size = 0
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return decodeText(chunks)
    size += value.byteLength
    if (size > maxBytes) return { failure: 'too_large' }
    chunks.push(value)
  }
}

function cancel(reader: ReadableStreamDefaultReader<Uint8Array>): void {
  void reader.cancel().catch(() => undefined)
}

/** The text of these chunks. Strict UTF-8: with replacement characters two different bodies could become equal. */
export function decodeText(chunks: readonly Uint8Array[]): BodyResult {
  const [first = new Uint8Array()] = chunks
  const bytes = chunks.length > 1 ? joinBytes(chunks) : first
  try {
    return { text: strictUtf8.decode(bytes) }
  } catch {
    return { failure: 'broken' }
  }
}
