import type { UserMessage } from '../chat/chat-state.ts'
import { attachmentsChunk } from './chunks.ts'
import { memo } from './memo.ts'
import type { PanelContext } from './panel-props.ts'
import { ProblemNotice } from './problem-notice.tsx'

/** The visitor's own words: plain text, never parsed. */
export const UserMessageView = memo(
  ({ panel, message, onEdit }: { panel: PanelContext; message: UserMessage; onEdit(messageKey: string): void }) => {
    const { strings, store } = panel
    const files = attachmentsChunk.use(message.attachments.length > 0)
    return (
      <article class="message user">
        <span class="hidden">{strings.youSaid}</span>
        {files && <files.AttachmentList panel={panel} attachments={message.attachments} />}
        {message.text && (
          <div class="bubble" part="user-message" dir="auto">
            {message.text}
          </div>
        )}
        {message.status === 'queued' && (
          <div class="footnote">
            {strings.queued}
            <button type="button" class="text-button" onClick={() => onEdit(message.key)}>
              {strings.edit}
            </button>
          </div>
        )}
        {message.status === 'failed' && (
          <ProblemNotice
            panel={panel}
            problem={message.problem ?? { code: 'internal', retryable: true }}
            onAction={(action) => {
              if (action === 'edit') onEdit(message.key)
              else if (action === 'new') store.newConversation()
              else store.retry(message.key)
            }}
          />
        )}
      </article>
    )
  },
)
