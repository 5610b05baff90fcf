import { useMemo, useRef, useState } from 'preact/hooks'
import { createDrafts } from './drafts.ts'

export interface Draft {
  /** What is typed in the conversation that is shown. */
  get(): string
  set(text: string): void
}

/**
 * The same object for the life of the component, which is drawn again after each change.
 * @param typedBefore what was typed before there was this component
 */
export function useDraft(conversationId: string | undefined, typedBefore: string): Draft {
  const [, redraw] = useState(0)
  const shown = useRef(conversationId)
  shown.current = conversationId
  return useMemo(() => {
    const drafts = createDrafts()
    drafts.set(undefined, typedBefore)
    return {
      get: () => drafts.get(shown.current),
      set(text) {
        drafts.set(shown.current, text)
        redraw((count) => count + 1)
      },
    }
  }, [])
}
