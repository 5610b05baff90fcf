/** Code that is fetched when it is first needed. */
import { CozeChatError } from '../errors.ts'

/**
 * Fetches once; a failed fetch is tried again at the next call.
 * @throws CozeChatError `network`, retryable: without this part nothing was begun and nothing is lost
 */
export function createLazyPart<T>(load: () => Promise<T>): () => Promise<T> {
  let part: Promise<T> | undefined
  return () => {
    part ??= load().catch((cause) => {
      part = undefined
      throw new CozeChatError('network', 'chunk not loaded', { retryable: true, cause })
    })
    return part
  }
}
