import type { ChatMessage } from '../../chat/chat-state.ts'
import { Guard } from '../guard.ts'
import type { PanelContext } from '../panel-context.ts'
import { AssistantMessageView } from './assistant-message.tsx'
import { UserMessageView } from './user-message.tsx'

interface MessageViewProps {
  panel: PanelContext
  message: ChatMessage
  /** What is read out before an answer: who says it. */
  speaker: string
  /** The question can be put in other words, or the answer asked for again. */
  renewable: boolean
  onEdit(messageKey: string): void
}

/** One message of either side. What cannot be drawn is read as it was written. */
export function MessageView({ panel, message, speaker, renewable, onEdit }: MessageViewProps) {
  return (
    <Guard instead={() => <p class="message">{message.text}</p>}>
      {message.role === 'user' ? (
        <UserMessageView panel={panel} message={message} editable={renewable} onEdit={onEdit} />
      ) : (
        <AssistantMessageView
          panel={panel}
          message={message}
          speaker={speaker}
          repeatable={renewable}
          onEdit={onEdit}
        />
      )}
    </Guard>
  )
}
