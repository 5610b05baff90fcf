import { createRef, h, type RefObject } from 'preact'
import type { AgentProfile } from '../chat/chat-state.ts'
import type { Question } from '../chat/chat-transport.ts'
import { AttachmentTray, ComposerTools } from './chunks.ts'
import { component } from './component.ts'
import { createCompositionGuard } from './composing.ts'
import { IconButton, icons } from './icons.tsx'
import type { PanelContext } from './panel-props.ts'
import type { PendingFiles, PendingUploads } from './pending-uploads.ts'

interface ComposerProps {
  panel: PanelContext
  agent: AgentProfile | undefined
  text: string
  /** Undefined until a file was added. */
  uploads: PendingUploads | undefined
  files: PendingFiles | undefined
  /** An answer is under way: it can be stopped; what is sent now waits for its turn. */
  busy: boolean
  /** Nothing can be sent; the notice above says why. */
  blocked: boolean
  input: RefObject<HTMLTextAreaElement | null>
  onText(text: string): void
  onFiles(files: FileList): void
  onSend(question: Question): void
  onStop(): void
}

export const Composer = component<ComposerProps>(() => {
  const guard = createCompositionGuard()
  const picker = createRef<HTMLInputElement>()

  return ({ panel, agent, text, uploads, files, busy, blocked, input, onText, onFiles, onSend, onStop }) => {
    const { strings } = panel
    const items = files?.items ?? []
    const full = text.trim() !== '' || items.some((item) => item.attachment)
    const sendable = full && !blocked && items.every((item) => item.attachment || item.failed)
    const placeholder = panel.placeholder ?? strings.placeholder

    const send = () => {
      if (sendable) onSend({ text: text.trim(), attachments: uploads?.take() ?? [] })
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
          const pasted = event.clipboardData?.files
          if (!pasted?.length) return
          event.preventDefault()
          onFiles(pasted)
        }}
      >
        {uploads && files && <AttachmentTray panel={panel} uploads={uploads} files={files} />}
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
              onInput={(event) => onText(event.currentTarget.value)}
              onCompositionStart={guard.started}
              onCompositionEnd={guard.ended}
              onKeyDown={(event) => {
                if (event.key !== 'Enter' || event.shiftKey || guard.owns(event)) return
                event.preventDefault()
                send()
              }}
            />
          </div>
          <IconButton path={icons.attach} label={strings.attach} onClick={() => picker.current?.click()} />
          <input
            ref={picker}
            type="file"
            multiple
            hidden
            aria-label={strings.attach}
            onChange={(event) => {
              const picked = event.currentTarget.files
              if (picked) onFiles(picked)
              event.currentTarget.value = ''
            }}
          />
          {(agent?.voice || agent?.shortcuts[0]) && (
            <ComposerTools panel={panel} text={text} input={input} onText={onText} />
          )}
          {busy && <IconButton class="round stop" label={strings.stop} onClick={onStop} />}
          {(!busy || full) && (
            <IconButton
              type="submit"
              class="round"
              part="send-button"
              path={icons.send}
              label={strings.send}
              disabled={!sendable}
            />
          )}
        </div>
      </form>
    )
  }
})
