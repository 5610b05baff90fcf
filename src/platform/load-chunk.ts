/** A part of this package that comes only when it is needed. */
import { CozeChatError } from '../errors.ts'

/** @throws `network`, retryable: the next call asks for the file again. */
export function loadChunk<T>(chunk: Promise<T>): Promise<T> {
  return chunk.catch((cause: unknown) => {
    throw new CozeChatError('network', 'chunk', { retryable: true, cause })
  })
}
