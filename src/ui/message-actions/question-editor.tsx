import { useLayoutEffect, useRef, useState } from 'preact/hooks'
import { isOfInputMethod } from '../../platform/page/input-method.ts'
import { hasOwnKeyboard } from '../../platform/page/screen.ts'
import { TextField } from '../composer/text-field.tsx'
import type { QuestionEditorProps } from '../parts.ts'
import { useStyles } from '../theme/use-styles.ts'
import editorStyles from './question-editor.css?inline'

const HINT_ID = 'edit-hint'

/** In the place of the question, so that what is in the composer stays there. */
export function QuestionEditor({ panel, message, onClose }: QuestionEditorProps) {
  useStyles(panel, editorStyles)
  const { strings, store } = panel
  const [text, setText] = useState(message.text)
  const field = useRef<HTMLTextAreaElement>(null)
  const [sending, setSending] = useState(false)
  const sent = useRef(false)
  const sendable = text.trim() !== '' && !sending

  useLayoutEffect(() => {
    field.current?.focus()
    field.current?.setSelectionRange(text.length, text.length)
  }, [])

  // The keyboard goes on where one writes; on a phone that would call it up.
  useLayoutEffect(() => {
    const root = field.current?.getRootNode() as ParentNode | undefined
    return () => {
      if (!sent.current || !hasOwnKeyboard()) return
      root?.querySelector<HTMLElement>('.composer textarea')?.focus({ preventScroll: true })
    }
  }, [])

  const cancel = () => {
    const article = field.current?.closest('article')
    onClose()
    requestAnimationFrame(() => article?.querySelector<HTMLElement>('.actions button')?.focus({ preventScroll: true }))
  }
  const send = () => {
    if (!sendable) return
    setSending(true)
    sent.current = true
    // Until the question has been taken its words stay here.
    const question = { text: text.trim(), attachments: message.attachments }
    store.retry(message.key, question).finally(() => {
      sent.current = false
      setSending(false)
    })
  }

  return (
    <form
      class="editor"
      onSubmit={(event) => {
        event.preventDefault()
        send()
      }}
      onKeyDown={(event) => {
        if (isOfInputMethod(event)) return
        if (event.key === 'Escape') {
          event.stopPropagation()
          cancel()
        } else if (event.key === 'Enter' && !event.shiftKey && event.target === field.current) {
          event.preventDefault()
          send()
        }
      }}
    >
      <TextField
        panel={panel}
        input={field}
        text={text}
        onText={setText}
        dir="auto"
        aria-label={strings.editQuestion}
        aria-describedby={HINT_ID}
      />
      <div class="buttons">
        <small id={HINT_ID}>{strings.editReplaces}</small>
        <button type="button" class="text-button" onClick={cancel}>
          {strings.cancel}
        </button>
        <button type="submit" class="text-button" disabled={!sendable}>
          {strings.send}
        </button>
      </div>
    </form>
  )
}
