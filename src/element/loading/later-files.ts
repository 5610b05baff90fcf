/** The files that a chat may load later. */
import { CozeChatError } from '../../errors.ts'
import type { DrawnOptions } from '../../options/drawn-options.ts'
import type { FileAddress, LoadFile } from '../widget-contract.ts'
import { fetchAhead } from './fetch-ahead.ts'

export interface FilesForLater {
  /** @throws {CozeChatError} `network`, with words for the owner */
  readonly load: LoadFile
  /** See {@link fetchAhead}; a bundler does not say where the files are, and then nothing is fetched. */
  fetchAhead(options: DrawnOptions, need: 'perhaps' | 'now'): void
}

export function filesForLater(loadFile: LoadFile, addressOf: FileAddress | undefined): FilesForLater {
  return {
    load: (name) =>
      loadFile(name).catch((cause) => {
        throw new CozeChatError(
          'network',
          `${name}-….js did not load from beside embed.js: load that by its src, serve all of dist/browser, from another host with Access-Control-Allow-Origin, and allow it in script-src.`,
          { cause, retryable: true },
        )
      }),
    fetchAhead: (options, need) => addressOf && fetchAhead(addressOf, options, need),
  }
}
