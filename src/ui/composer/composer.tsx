import type { RefObject } from 'preact'
import type { ChatState } from '../../chat/chat-state.ts'
import type { Question } from '../../chat/chat-transport.ts'
import { isOfInputMethod } from '../../platform/page/input-method.ts'
import type { PanelContext } from '../panel-context.ts'
import { AttachmentTray, ShortcutMenu, VoiceInput } from '../part-components.tsx'
import type { PendingUploads } from '../parts.ts'
import { IconButton, icons } from '../theme/icons.tsx'
import { useStyles } from '../theme/use-styles.ts'
import { AttachButton } from './attach-button.tsx'
import composerStyles from './composer.css?inline'
import { TextField } from './text-field.tsx'
import { transferredText } from './transferred-text.ts'

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
        <AttachButton panel={panel} crowded={voice || shortcuts.length > 0} onFiles={onFiles} />
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
