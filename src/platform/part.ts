import { CozeChatError } from '../errors.ts'

/** Code that is loaded when it is first needed. Which code that is, and from where, is said in `widget/load.ts`. */
export interface Part<Module> {
  /** `undefined` until it has been loaded. */
  readonly loaded: Module | undefined
  /**
   * Loads it once. A failed load costs only whoever asked for it: the next call tries again.
   * @throws CozeChatError `network`
   */
  load(): Promise<Module>
}

export function createPart<Module>(load: () => Promise<Module>): Part<Module> {
  let loaded: Module | undefined
  let loading: Promise<Module> | undefined
  return {
    get loaded() {
      return loaded
    },
    load() {
      loading ??= load().then(
        (module) => {
          loaded = module
          return module
        },
        (cause: unknown) => {
          loading = undefined
          throw new CozeChatError('network', 'A file of the chat could not be loaded.', { retryable: true, cause })
        },
      )
      return loading
    },
  }
}

/** A part that is there from the beginning. */
export function createLoadedPart<Module>(module: Module): Part<Module> {
  return { loaded: module, load: async () => module }
}
