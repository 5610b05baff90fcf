import { useLayoutEffect, useState } from 'preact/hooks'
import type { UserMessage } from '../../chat/chat-state.ts'
import { memo } from '../memo.ts'
import { ActionRow } from '../message-actions/action-row.tsx'
import type { PanelContext } from '../panel-context.ts'
import { AttachmentList, QuestionEditor } from '../part-components.tsx'
import { MessageProblem } from '../problems/message-problem.tsx'
import { IconButton, icons } from '../theme/icons.tsx'
import { useStyles } from '../theme/use-styles.ts'
import { useParts } from '../use-part.ts'
import messageStyles from './message.css?inline'

interface UserMessageProps {
  panel: PanelContext
  message: UserMessage
  /** The newest question, with nothing under way: it can be put in other words. */
  editable: boolean
  onEdit(messageKey: string): void
}

/** The visitor's own words: plain text, never parsed. */
export const UserMessageView = memo(({ panel, message, editable, onEdit }: UserMessageProps) => {
  useStyles(panel, messageStyles)
  const { strings } = panel
  const { status, text, attachments } = message
  const parts = useParts()
  const [edited, setEdited] = useState(false)
  // Once it is on its way, its message takes the place of the editor.
  const still = status === 'sent' || status === 'failed'
  const editing = edited && still
  useLayoutEffect(() => {
    if (!still) setEdited(false)
  }, [still])
  /** What cannot be loaded cannot be edited: then the question stays where it is. */
  const edit = () => {
    parts?.messageActions.load().then(
      () => setEdited(true),
      () => {},
    )
  }
  return (
    <article class="message user">
      <span class="hidden">{strings.youSaid}</span>
      {attachments.length > 0 && <AttachmentList panel={panel} attachments={attachments} />}
      {text && !editing && (
        <div class="bubble" part="user-message">
          {text}
          {editable && panel.features.edit && status === 'sent' && (
            <ActionRow panel={panel}>
              <IconButton path={icons.edit} label={strings.edit} onClick={edit} />
            </ActionRow>
          )}
        </div>
      )}
      {editing && <QuestionEditor panel={panel} message={message} onClose={() => setEdited(false)} />}
      {status === 'queued' && (
        <div class="footnote">
          {strings.queued}
          <button type="button" class="text-button" onClick={() => onEdit(message.key)}>
            {strings.edit}
          </button>
        </div>
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
})
