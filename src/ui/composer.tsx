import type { RefObject } from 'preact'
import { useMemo, useRef } from 'preact/hooks'
import type { Question } from '../chat/chat-transport.ts'
import { attachmentsChunk } from './chunks.ts'
import { createCompositionGuard } from './composing.ts'
import { Icon, IconButton, icons } from './icons.tsx'
import type { PanelContext } from './panel-props.ts'
import type { PendingUploads } from './pending-uploads.ts'

export function Composer(props: {
  panel: PanelContext
  text: string
  /** Undefined until a file was added. */
  uploads: PendingUploads | undefined
  /** An answer is under way: it can be stopped; what is sent now waits for its turn. */
  busy: boolean
  /** Nothing can be sent; the notice above says why. */
  blocked: boolean
  input: RefObject<HTMLTextAreaElement | null>
  onText(text: string): void
  onFiles(files: readonly File[]): void
  onSend(question: Question): void
  onStop(): void
}) {
  const { panel, text, uploads, busy, input } = props
  const { strings } = panel
  const guard = useMemo(createCompositionGuard, [])
  const picker = useRef<HTMLInputElement>(null)
  const items = uploads?.getItems() ?? []
  const tray = attachmentsChunk.use(items.length > 0)
  const full = text.trim() !== '' || items.some((item) => item.attachment)
  const sendable = full && !props.blocked && items.every((item) => item.attachment || item.failed)
  const placeholder = panel.placeholder ?? strings.placeholder

  const send = () => {
    if (sendable) props.onSend({ text: text.trim(), attachments: uploads?.take() ?? [] })
  }

  return (
    <form
      class="composer"
      part="composer"
      onSubmit={(event) => {
        event.preventDefault()
        send()
      }}
      onPaste={(event) => {
        const files = [...(event.clipboardData?.files ?? [])]
        if (!panel.features?.attachments || files.length === 0) return
        event.preventDefault()
        props.onFiles(files)
      }}
    >
      {tray && uploads && <tray.AttachmentTray panel={panel} items={items} onRemove={uploads.remove} />}
      <div class="row">
        {/* The mirror behind the text field has the same words and so gives the row its height: nothing is measured. */}
        <div class="field" data-text={text}>
          <textarea
            ref={input}
            part="input"
            rows={1}
            // An empty field has no words to tell its direction from.
            dir={text ? 'auto' : panel.dir}
            enterkeyhint="send"
            autocomplete="off"
            aria-label={placeholder}
            placeholder={placeholder}
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
        {panel.features?.attachments && (
          <>
            <IconButton path={icons.attach} label={strings.attach} onClick={() => picker.current?.click()} />
            <input
              ref={picker}
              type="file"
              multiple
              hidden
              aria-label={strings.attach}
              onChange={(event) => {
                props.onFiles([...(event.currentTarget.files ?? [])])
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
            part="send-button"
            aria-label={strings.send}
            title={strings.send}
            disabled={!sendable}
          >
            <Icon path={icons.send} />
          </button>
        )}
      </div>
    </form>
  )
}
