/** What most visitors never need is loaded when it is needed for the first time. */
import { useEffect, useState } from 'preact/hooks'

export interface Chunk<Module> {
  /** Loads once; a failed load may be tried again. */
  load(): Promise<Module>
  /** A hook: the module once it is there, loading it when it is wanted. */
  use(wanted: boolean): Module | undefined
}

function createChunk<Module>(load: () => Promise<Module>): Chunk<Module> {
  let module: Module | undefined
  const chunk: Chunk<Module> = {
    async load() {
      module ??= await load()
      return module
    },
    use(wanted) {
      const [, redraw] = useState(false)
      useEffect(() => {
        // Without the chunk the rest of the chat goes on; it is asked for again with the next message that wants it.
        if (wanted && !module) {
          chunk.load().then(
            () => redraw(true),
            () => {},
          )
        }
      }, [wanted])
      return wanted ? module : undefined
    },
  }
  return chunk
}

export const drawerChunk = createChunk(() => import('./conversation-drawer.tsx'))
/** Files in both directions. */
export const attachmentsChunk = createChunk(() => import('./attachments.tsx'))
/** Reasoning and steps. */
export const asidesChunk = createChunk(() => import('./asides.tsx'))
