/** What the agent says: its answers, and the greeting before them. */
import type { AssistantMessage } from '../../chat/chat-state.ts'
import { isImageAllowed } from '../attachments/image-hosts.ts'
import { useLightbox } from '../attachments/use-lightbox.ts'
import { ErrorBoundary } from '../error-boundary.ts'
import { memo } from '../memo.ts'
import { AnswerActions } from '../message-actions/answer-actions.tsx'
import type { PanelContext } from '../panel-context.ts'
import { AttachmentList, ReasoningAndSteps } from '../part-components.tsx'
import { MessageProblem } from '../problems/message-problem.tsx'
import { useStyles } from '../theme/use-styles.ts'
import { usePart } from '../use-part.ts'
import messageStyles from './message.css?inline'
import { isPlain, paragraphsOf } from './plain-text.ts'

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

export const AssistantMessageView = memo((props: AssistantMessageProps) => {
  const { panel, message, more, speaker, repeatable, onEdit } = props
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
        <ErrorBoundary>
          <AnswerActions panel={panel} message={message} repeatable={repeatable} />
        </ErrorBoundary>
      )}
    </article>
  )
})

export function Greeting({ panel, text }: { panel: PanelContext; text: string }) {
  useStyles(panel, messageStyles)
  return (
    <article class="message assistant greeting">
      <MessageText panel={panel} text={text} revision={0} done={true} />
    </article>
  )
}

interface MessageTextProps {
  panel: PanelContext
  text: string
  /** The text grows at its end while this number stays the same. */
  revision: number
  /** Nothing follows. */
  done: boolean
}

/** Text without any Markdown in it, and all text until the Markdown view has come, is drawn as plain paragraphs. */
function MessageText(props: MessageTextProps) {
  return isPlain(props.text) ? <PlainText text={props.text} /> : <RichText {...props} />
}

function RichText(props: MessageTextProps) {
  const { panel } = props
  const enlarge = useLightbox(panel)
  const markdown = usePart('markdown')
  if (!markdown) return <PlainText text={props.text} />
  return (
    <ErrorBoundary instead={() => <PlainText text={props.text} />}>
      <markdown.MarkdownText
        {...props}
        imageAllowed={(url) => isImageAllowed(url, panel)}
        onImage={(button) => enlarge(button)}
      />
    </ErrorBoundary>
  )
}

function PlainText({ text }: { text: string }) {
  return (
    <div class="markdown" part="markdown" dir="auto">
      {paragraphsOf(text).map((paragraph) => (
        <p>{paragraph}</p>
      ))}
    </div>
  )
}
