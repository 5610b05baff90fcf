import type { RefObject } from 'preact'
import { useEffect, useMemo, useRef, useState } from 'preact/hooks'
import type { Question } from '../chat/chat-transport.ts'
import { AttachmentTray } from './attachment-tray.tsx'
import { createCompositionGuard } from './composing.ts'
import { formatsFor } from './formats.ts'
import { Icon, IconButton } from './icons.tsx'
import type { PanelProps } from './panel-props.ts'
import { MAX_FILE_BYTES, MAX_FILES, type PendingUploads } from './pending-uploads.ts'
import { fill } from './strings.ts'

export function Composer(props: {
  panel: PanelProps
  text: string
  uploads: PendingUploads
  /** An answer is under way: it can be stopped; what is sent now waits for its turn. */
  busy: boolean
  /** Nothing can be sent; the notice above says why. */
  blocked: boolean
  input: RefObject<HTMLTextAreaElement | null>
  onText(text: string): void
  onSend(question: Question): void
  onStop(): void
}) {
  const { panel, text, uploads, busy, input } = props
  const { strings, lang } = panel
  const guard = useMemo(createCompositionGuard, [])
  const picker = useRef<HTMLInputElement>(null)
  const [complaint, setComplaint] = useState('')
  const items = uploads.getItems()
  const attachments = panel.features?.attachments === true
  const full = text.trim() !== '' || items.some((item) => item.attachment)
  const sendable = full && !props.blocked && items.every((item) => item.attachment || item.failed)

  useEffect(() => setComplaint(''), [items.length])

  const send = () => {
    if (sendable) props.onSend({ text: text.trim(), attachments: uploads.take() })
  }
  const add = (files: FileList | null | undefined) => {
    if (!attachments || !files?.length) return false
    const { tooLarge, tooMany } = uploads.add([...files])
    if (tooLarge) {
      const size = formatsFor(lang).megabytes(MAX_FILE_BYTES)
      setComplaint(fill(strings.fileTooLarge, { name: tooLarge.name, size }))
    } else if (tooMany) setComplaint(fill(strings.tooManyFiles, { count: MAX_FILES }))
    return true
  }
  const limits = `${strings.attach} (≤ ${MAX_FILES}, ≤ ${formatsFor(lang).megabytes(MAX_FILE_BYTES)})`

  return (
    <form
      class="composer"
      part="composer"
      onSubmit={(event) => {
        event.preventDefault()
        send()
      }}
      onPaste={(event) => {
        if (add(event.clipboardData?.files)) event.preventDefault()
      }}
    >
      {items.length > 0 && <AttachmentTray strings={strings} items={items} onRemove={uploads.remove} />}
      {complaint && (
        <p class="footnote" role="alert">
          {complaint}
        </p>
      )}
      {/* The mirror behind the text field has its words and so gives the grid cell its height: nothing is measured. */}
      <div class="field" data-text={text}>
        <textarea
          ref={input}
          part="input"
          rows={1}
          dir="auto"
          enterkeyhint="send"
          autocomplete="off"
          aria-label={panel.placeholder ?? strings.placeholder}
          placeholder={panel.placeholder ?? strings.placeholder}
          value={text}
          onInput={(event) => props.onText(event.currentTarget.value)}
          onCompositionStart={guard.started}
          onCompositionEnd={guard.ended}
          onKeyDown={(event) => {
            if (event.key !== 'Enter' || event.shiftKey || guard.owns(event)) return
            event.preventDefault()
            send()
          }}
        />
      </div>
      <div class="tools">
        {attachments && (
          <>
            <IconButton icon="attach" label={limits} onClick={() => picker.current?.click()} />
            <input
              ref={picker}
              type="file"
              multiple
              hidden
              onChange={(event) => {
                add(event.currentTarget.files)
                event.currentTarget.value = ''
              }}
            />
          </>
        )}
        {busy && (
          <button
            type="button"
            class="round stop"
            aria-label={strings.stop}
            title={strings.stop}
            onClick={props.onStop}
          />
        )}
        {(!busy || full) && (
          <button
            type="submit"
            class="round"
            part="send"
            aria-label={strings.send}
            title={strings.send}
            disabled={!sendable}
          >
            <Icon name="send" />
          </button>
        )}
      </div>
    </form>
  )
}
