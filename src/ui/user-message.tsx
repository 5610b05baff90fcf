import { h } from 'preact'
import type { UserMessage } from '../chat/chat-state.ts'
import { AttachmentList } from './chunks.ts'
import { component } from './component.ts'
import type { PanelContext } from './panel-props.ts'
import { MessageProblem } from './problem.tsx'

/** The visitor's own words: plain text, never parsed. */
export const UserMessageView = component(
  () =>
    ({ panel, message, onEdit }: { panel: PanelContext; message: UserMessage; onEdit(messageKey: string): void }) => {
      const { strings } = panel
      return (
        <article class="message user">
          <span class="hidden">{strings.youSaid}</span>
          {message.attachments.length > 0 && <AttachmentList panel={panel} attachments={message.attachments} />}
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
            <MessageProblem
              panel={panel}
              messageKey={message.key}
              problem={message.problem ?? { code: 'internal', retryable: true }}
              onEdit={onEdit}
            />
          )}
        </article>
      )
    },
)
