import type { RefObject } from 'preact'
import { useRef, useState } from 'preact/hooks'
import type { ChatState } from '../../chat/chat-state.ts'
import type { Question } from '../../chat/chat-transport.ts'
import { isOfInputMethod } from '../../platform/page/input-method.ts'
import type { PanelContext } from '../panel-context.ts'
import { AddMenu, AttachmentTray, ShortcutMenu, VoiceInput } from '../part-components.tsx'
import type { PendingUploads } from '../parts.ts'
import { IconButton, icons } from '../theme/icons.tsx'
import { useStyles } from '../theme/use-styles.ts'
import composerStyles from './composer.css?inline'
import { TextField } from './text-field.tsx'
import { transferredText } from './transferred-text.ts'

/** Of a panel of 376 pixels: with less, the words of an empty field are cut. */
const CROWDED_BELOW_PX = 352

interface ComposerProps {
  panel: PanelContext
  state: ChatState
  text: string
  /** Undefined until a file was added. */
  uploads: PendingUploads | undefined
  /** Nothing can be sent; the notice above says why. */
  blocked: boolean
  hidden: boolean | undefined
  input: RefObject<HTMLTextAreaElement | null>
  onText(text: string): void
  onFiles(files: FileList): void
  onSend(question: Question): void
  onStop(): void
}

export function Composer(props: ComposerProps) {
  const { panel, state, text, uploads, blocked, hidden, input, onText, onFiles, onSend, onStop } = props
  useStyles(panel, composerStyles)
  const picker = useRef<HTMLInputElement>(null)
  const { strings, features } = panel
  const { shortcuts = [] } = state.agent ?? {}
  const voice = features.voice && state.agent?.voice
  const files = uploads?.getFiles()
  const items = files?.items ?? []
  /** An answer is under way: it can be stopped; what is sent now waits for its turn. */
  const busy = state.turn.phase !== 'idle'
  const isFull = (words: string) => words.trim() !== '' || items.some((item) => item.attachment)
  const isSendable = (words: string) =>
    isFull(words) && !blocked && items.every((item) => item.attachment || item.failed)
  const placeholder = panel.placeholder ?? strings.placeholder

  const crowded = voice || shortcuts.length > 0
  const [adding, setAdding] = useState<HTMLElement>()
  const pick = () => picker.current?.click()

  const send = () => {
    // What stands in the field: an Enter may come before the keys that led to it have been drawn.
    const words = input.current?.value ?? text
    if (isSendable(words)) onSend({ text: words.trim(), attachments: uploads?.take() ?? [] })
  }

  return (
    <form
      class="composer"
      part="composer"
      hidden={hidden}
      onSubmit={(event) => {
        event.preventDefault()
        send()
      }}
      onPaste={(event) => {
        const pasted = event.clipboardData
        if (!features.upload || !pasted?.files.length || transferredText(pasted)) return
        event.preventDefault()
        onFiles(pasted.files)
      }}
    >
      {uploads && files && <AttachmentTray panel={panel} uploads={uploads} files={files} />}
      <div class="row">
        <TextField
          panel={panel}
          input={input}
          text={text}
          onText={onText}
          part="input"
          // An empty field has no words to tell its direction from.
          dir={text ? 'auto' : panel.dir}
          aria-label={placeholder}
          placeholder={placeholder}
          onKeyDown={(event) => {
            if (event.key !== 'Enter' || event.shiftKey || isOfInputMethod(event)) return
            event.preventDefault()
            send()
          }}
        />
        {(features.upload || crowded) && (
          <IconButton
            class={features.upload ? 'icon-button' : 'icon-button unfolds'}
            path={icons.attach}
            label={features.upload ? strings.attach : strings.addMore}
            onClick={({ currentTarget }) => {
              const button = currentTarget as HTMLButtonElement
              // What has no room beside it is behind it (`composer.css`).
              if (crowded && (button.form?.offsetWidth ?? 0) < CROWDED_BELOW_PX) setAdding(adding ? undefined : button)
              else pick()
            }}
          />
        )}
        {adding && <AddMenu panel={panel} opener={adding} onClose={() => setAdding(undefined)} onFiles={pick} />}
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
        {shortcuts.length > 0 && (
          <ShortcutMenu panel={panel} shortcuts={shortcuts} text={text} input={input} onText={onText} />
        )}
        {voice && (
          // Words belong where they were said: in another conversation it is another recording.
          <VoiceInput key={state.conversationId} panel={panel} text={text} input={input} onText={onText} />
        )}
        {busy && <IconButton class="round stop" label={strings.stop} onClick={onStop} />}
        {(!busy || isFull(text)) && (
          <IconButton
            type="submit"
            class="round"
            part="send-button"
            path={icons.send}
            label={strings.send}
            disabled={!isSendable(text)}
          />
        )}
      </div>
    </form>
  )
}
