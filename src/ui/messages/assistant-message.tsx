import type { AssistantMessage } from '../../chat/chat-state.ts'
import { Guard } from '../guard.ts'
import { memo } from '../memo.ts'
import { AnswerActions } from '../message-actions/answer-actions.tsx'
import type { PanelContext } from '../panel-context.ts'
import { AttachmentList, ReasoningAndSteps } from '../part-components.tsx'
import { MessageProblem } from '../problems/message-problem.tsx'
import { useStyles } from '../theme/use-styles.ts'
import messageStyles from './message.css?inline'
import { MessageText } from './message-text.tsx'

interface AssistantMessageProps {
  panel: PanelContext
  message: AssistantMessage
  /** Sound or pictures that came after its words. */
  more: AssistantMessage | undefined
  /** What is read out before the answer: who says it. */
  speaker: string
  /** The answer to the last question, with nothing under way: it can be asked for again. */
  repeatable: boolean
  onEdit(messageKey: string): void
}

export const AssistantMessageView = memo(
  ({ panel, message, more, speaker, repeatable, onEdit }: AssistantMessageProps) => {
    useStyles(panel, messageStyles)
    const { status, text, attachments, reasoning } = message
    const steps = panel.steps === 'none' ? 0 : message.steps.length
    const done = status !== 'streaming'
    return (
      <article
        class={message.contentType === 'card' ? 'message assistant card' : 'message assistant'}
        part="assistant-message"
      >
        <span class="hidden">{speaker}</span>
        {(reasoning || steps > 0) && <ReasoningAndSteps panel={panel} message={message} />}
        {text && <MessageText panel={panel} text={text} revision={message.textRevision} done={done} />}
        {attachments.length > 0 && <AttachmentList panel={panel} attachments={attachments} />}
        {more && <AttachmentList panel={panel} attachments={more.attachments} />}
        {status === 'stopped' && <div class="footnote">{panel.strings.stopped}</div>}
        {(status === 'failed' || status === 'interrupted') && (
          <MessageProblem
            panel={panel}
            messageKey={message.key}
            problem={message.problem ?? { code: 'interrupted', retryable: true }}
            onEdit={onEdit}
          />
        )}
        {done && (
          <Guard>
            <AnswerActions panel={panel} message={message} repeatable={repeatable} />
          </Guard>
        )}
      </article>
    )
  },
)
