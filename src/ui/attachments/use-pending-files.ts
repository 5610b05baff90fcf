import { useEffect, useMemo, useState } from 'preact/hooks'
import type { Attachment } from '../../chat/chat-state.ts'
import type { ChatStore } from '../../chat/chat-store.ts'
import type { PendingUploads } from '../parts.ts'
import { useParts } from '../use-part.ts'

/** The files that wait for the next question. */
export interface WaitingFiles {
  /** Undefined until a file was added. */
  uploads(): PendingUploads | undefined
  add(files: readonly File[]): void
  /** Puts attachments back, from a question that is edited. */
  restore(attachments: readonly Attachment[]): void
}

/** The same object for the life of the component, which is drawn again when one of the files changes. */
export function usePendingFiles(store: ChatStore): WaitingFiles {
  const parts = useParts()
  const [, redraw] = useState(0)
  const files = useMemo(() => {
    let uploads: PendingUploads | undefined
    const withUploads = (use: (uploads: PendingUploads) => void) => {
      parts?.attachments.load().then(
        ({ createPendingUploads }) => {
          uploads ??= createPendingUploads(store, () => redraw((count) => count + 1))
          use(uploads)
        },
        // What takes files could not be loaded: everything stays as it is.
        () => {},
      )
    }
    return {
      uploads: () => uploads,
      add: (added: readonly File[]) => withUploads((ready) => ready.add(added)),
      restore(attachments: readonly Attachment[]) {
        if (attachments.length > 0) withUploads((ready) => ready.restore(attachments))
      },
      clear: () => uploads?.clear(),
    }
  }, [store, parts])
  useEffect(() => files.clear, [files])
  return files
}
