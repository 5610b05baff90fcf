import type { RefObject } from 'preact'
import { useMemo } from 'preact/hooks'
import type { Question } from '../../chat/chat-transport.ts'
import type { WaitingFiles } from '../attachments/use-pending-files.ts'
import { transferredText } from '../composer/transferred-text.ts'
import type { Draft } from '../composer/use-draft.ts'
import type { PanelContext } from '../panel-context.ts'

interface PanelPlace {
  draft: Draft
  files: WaitingFiles
  /** The field. */
  input: RefObject<HTMLTextAreaElement | null>
  /** Puts the focus where one would go on. */
  settleFocus(): void
}

/** What header, transcript and footer do: the same functions for the life of the panel, so that messages and header are not drawn again. */
export function usePanelActions({ store, emit }: PanelContext, { draft, files, input, settleFocus }: PanelPlace) {
  return useMemo(() => {
    /** Joins the texts that are not empty, in the order given. */
    const write = (...texts: string[]) => draft.set(texts.filter(Boolean).join('\n'))
    return {
      startConversation() {
        store.newConversation()
        emit?.('conversation', { action: 'new', id: undefined })
        settleFocus()
      },
      reopen() {
        store.open()
        settleFocus()
      },
      ask(text: string) {
        store.send(text)
        settleFocus()
      },
      send(question: Question) {
        draft.set('')
        store.send(question)
      },
      stop() {
        store.stop()
        settleFocus()
      },
      take(dropped: DataTransfer) {
        const text = transferredText(dropped)
        if (text) write(draft.get(), text)
        else files.add([...dropped.files])
        input.current?.focus()
      },
      async edit(messageKey: string) {
        const question = await store.withdraw(messageKey)
        if (!question) return
        write(question.text, draft.get())
        files.restore(question.attachments)
        input.current?.focus()
      },
    }
  }, [store, draft, files])
}
