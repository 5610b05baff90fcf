import { useEffect, useState } from 'preact/hooks'
import type { AssistantMessage } from '../chat/chat-state.ts'
import { asidesChunk, attachmentsChunk } from './chunks.ts'
import { formatsFor } from './formats.ts'
import { IconButton, icons } from './icons.tsx'
import { MarkdownText } from './markdown-text.tsx'
import { memo } from './memo.ts'
import type { PanelContext } from './panel-props.ts'
import { ProblemNotice } from './problem-notice.tsx'
import { fill } from './strings.ts'

/** How long the copy button says that it worked. */
const COPIED_MS = 1600

export const AssistantMessageView = memo(
  (props: {
    panel: PanelContext
    message: AssistantMessage
    agentName: string
    /** The answer to the last question, with nothing under way: it can be asked for again. */
    repeatable: boolean
    onEdit(messageKey: string): void
  }) => {
    const { panel, message, repeatable } = props
    const { strings, store } = panel
    const streaming = message.status === 'streaming'
    const asides = asidesChunk.use(message.reasoning !== undefined || message.steps.length > 0)
    const files = attachmentsChunk.use(message.attachments.length > 0)
    return (
      <article class="message assistant" part="assistant-message">
        <span class="hidden">{fill(strings.agentSaid, { name: props.agentName })}</span>
        {asides && <asides.Asides panel={panel} message={message} />}
        {message.text && (
          <MarkdownText panel={panel} text={message.text} revision={message.textRevision} done={!streaming} />
        )}
        {files && <files.AttachmentList panel={panel} attachments={message.attachments} />}
        {message.status === 'stopped' && <div class="footnote">{strings.stopped}</div>}
        {(message.status === 'failed' || message.status === 'interrupted') && (
          <ProblemNotice
            panel={panel}
            problem={message.problem ?? { code: 'interrupted', retryable: true }}
            onAction={(action) => {
              if (action === 'edit') props.onEdit(message.key)
              else if (action === 'new') store.newConversation()
              else store.retry(message.key)
            }}
          />
        )}
        {!streaming && <Actions panel={panel} message={message} repeatable={repeatable} />}
      </article>
    )
  },
)

function Actions(props: { panel: PanelContext; message: AssistantMessage; repeatable: boolean }) {
  const { panel, message, repeatable } = props
  const { strings, store, features } = panel
  const [copied, setCopied] = useState(false)
  useEffect(() => {
    if (!copied) return
    const timer = setTimeout(() => setCopied(false), COPIED_MS)
    return () => clearTimeout(timer)
  }, [copied])

  const rate = (kind: 'like' | 'unlike') => {
    store.rate(message.key, message.feedback === kind ? undefined : kind)
  }
  const rated = features?.feedback && message.id && message.status === 'complete'
  return (
    <div class={`actions ${repeatable ? 'always' : ''}`}>
      {message.text && (
        <IconButton
          path={copied ? icons.check : icons.copy}
          label={copied ? strings.copied : strings.copy}
          onClick={() => {
            // Refused without a permission or on plain http; then nothing is claimed.
            navigator.clipboard?.writeText(message.text).then(
              () => setCopied(true),
              () => {},
            )
          }}
        />
      )}
      {repeatable && <IconButton path={icons.again} label={strings.regenerate} onClick={() => store.regenerate()} />}
      {rated && (
        <>
          <IconButton
            path={icons.like}
            label={strings.like}
            pressed={message.feedback === 'like'}
            onClick={() => rate('like')}
          />
          <IconButton
            path={icons.unlike}
            label={strings.unlike}
            pressed={message.feedback === 'unlike'}
            onClick={() => rate('unlike')}
          />
        </>
      )}
      <time dateTime={new Date(message.createdAt).toISOString()}>{formatsFor(panel.lang).time(message.createdAt)}</time>
    </div>
  )
}
