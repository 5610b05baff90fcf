import { useEffect, useState } from 'preact/hooks'

/**
 * What is typed and not yet sent, for each conversation of its own.
 * Words typed while the conversation is still being opened go along into it.
 * @param forget true when the chat was emptied for another visitor
 */
export function useDraft(
  conversationId: string | undefined,
  forget: boolean,
): [string, (change: (text: string) => string) => void] {
  const [drafts, setDrafts] = useState<Readonly<Record<string, string>>>({})
  const key = conversationId ?? ''
  const textOf = (all: Readonly<Record<string, string>>) => all[key] || all[''] || ''

  useEffect(() => {
    if (forget) setDrafts({})
  }, [forget])

  return [textOf(drafts), (change) => setDrafts((all) => ({ ...all, '': '', [key]: change(textOf(all)) }))]
}
