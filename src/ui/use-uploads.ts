import { useEffect, useRef, useState } from 'preact/hooks'
import type { ChatStore } from '../chat/chat-store.ts'
import { attachmentsChunk } from './chunks.ts'
import type { PendingUploads } from './pending-uploads.ts'

export interface Uploads {
  /** Undefined until a file was added. */
  readonly current: PendingUploads | undefined
  /** Loads what it takes. */
  start(): Promise<PendingUploads>
}

export function useUploads(store: ChatStore): Uploads {
  const [, redraw] = useState(0)
  const uploads = useRef<PendingUploads>(undefined)
  useEffect(() => () => uploads.current?.clear(), [])
  return {
    current: uploads.current,
    async start() {
      const { createPendingUploads } = await attachmentsChunk.load()
      uploads.current ??= createPendingUploads(store, () => redraw((count) => count + 1))
      return uploads.current
    },
  }
}
