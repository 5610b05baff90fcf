/** What can be done with a question: put it in other words, and take it back while it waits. A chunk of its own. */
import { h } from 'preact'
import { useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks'
import type { UserMessage } from '../chat/chat-state.ts'
import { createCompositionGuard } from './composing.ts'
import type { CompletePanel } from './panel-props.ts'
import questionToolStyles from './question-tools.css?inline'

const HINT_ID = 'edit-hint'

export interface QuestionToolsProps {
  panel: CompletePanel
  message: UserMessage
  /** Takes a question that waits back into the composer. */
  onEdit(messageKey: string): void
  /** Of a question that is put in other words. */
  onClose(): void
}

export function QuestionTools(props: QuestionToolsProps) {
  const { panel, message, onEdit, onClose } = props
  const { strings } = panel
  const { status } = message
  const editable = status === 'sent' || status === 'failed'
  // Once it is on its way, its message takes the place of the field.
  useLayoutEffect(() => {
    if (!editable) onClose()
  }, [editable])
  if (editable) return <QuestionEditor {...props} />
  if (status !== 'queued') return null
  return (
    <div class="footnote">
      {strings.queued}
      <button type="button" class="text-button" onClick={() => onEdit(message.key)}>
        {strings.edit}
      </button>
    </div>
  )
}

/** In the place of the question, so that what is in the composer stays there. */
function QuestionEditor({ panel, message, onClose }: QuestionToolsProps) {
  const { strings, store } = panel
  const [text, setText] = useState(message.text)
  const field = useRef<HTMLTextAreaElement>(null)
  const guard = useMemo(createCompositionGuard, [])
  const [sending, setSending] = useState(false)
  const sent = useRef(false)
  const sendable = text.trim() !== '' && !sending

  useLayoutEffect(() => {
    panel.addStyles(questionToolStyles)
    field.current?.focus()
    field.current?.setSelectionRange(text.length, text.length)
  }, [])

  // The keyboard goes on where one writes; on a phone that would call it up.
  useLayoutEffect(() => {
    const root = field.current?.getRootNode() as ParentNode | undefined
    return () => {
      if (!sent.current || !matchMedia('(hover: hover)').matches) return
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
        if (guard.owns(event)) return
        if (event.key === 'Escape') {
          event.stopPropagation()
          cancel()
        } else if (event.key === 'Enter' && !event.shiftKey && event.target === field.current) {
          event.preventDefault()
          send()
        }
      }}
    >
      <div class="field" data-text={text}>
        <textarea
          ref={field}
          rows={1}
          dir="auto"
          enterkeyhint="send"
          autocomplete="off"
          aria-label={strings.editQuestion}
          aria-describedby={HINT_ID}
          value={text}
          onInput={(event) => setText(event.currentTarget.value)}
          onCompositionStart={guard.started}
          onCompositionEnd={guard.ended}
        />
      </div>
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
