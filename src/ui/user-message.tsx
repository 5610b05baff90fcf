import { h } from 'preact'
import type { UserMessage } from '../chat/chat-state.ts'
import { AttachmentList, QuestionTools } from './chunks.ts'
import { component } from './component.ts'
import { IconButton, icons } from './icons.tsx'
import type { PanelContext } from './panel-props.ts'
import { MessageProblem } from './problem.tsx'

interface UserMessageProps {
  panel: PanelContext
  message: UserMessage
  /** The newest question, with nothing under way: it can be put in other words. */
  editable: boolean
  onEdit(messageKey: string): void
}

/** The visitor's own words: plain text, never parsed. */
export const UserMessageView = component<UserMessageProps>((life) => {
  let editing = false
  const setEditing = (is: boolean) => {
    editing = is
    life.redraw()
  }
  return ({ panel, message, editable, onEdit }) => {
    const { strings } = panel
    const { status } = message
    const bubble = message.text && (
      <div class="bubble" part="user-message" dir="auto">
        {message.text}
        {editable && status === 'sent' && (
          <div class="actions" dir={panel.dir}>
            <IconButton path={icons.compose} label={strings.edit} onClick={() => setEditing(true)} />
          </div>
        )}
      </div>
    )
    return (
      <article class="message user">
        <span class="hidden">{strings.youSaid}</span>
        {message.attachments[0] && <AttachmentList panel={panel} attachments={message.attachments} />}
        {!editing && bubble}
        {(editing || status === 'queued') && (
          <QuestionTools
            panel={panel}
            message={message}
            onEdit={onEdit}
            onClose={() => setEditing(false)}
            fallback={editing && bubble}
          />
        )}
        {status === 'failed' && (
          <MessageProblem
            panel={panel}
            messageKey={message.key}
            problem={message.problem ?? { code: 'internal', retryable: true }}
            onEdit={onEdit}
          />
        )}
      </article>
    )
  }
})
