import { useEffect, useState } from 'preact/hooks'
import type { AgentStep, AssistantMessage, Reasoning } from '../chat/chat-state.ts'
import { AttachmentList } from './attachment-list.tsx'
import { formatsFor } from './formats.ts'
import { Icon, IconButton } from './icons.tsx'
import { MarkdownText } from './markdown-text.tsx'
import { memo } from './memo.ts'
import type { PanelProps } from './panel-props.ts'
import { ProblemNotice } from './problem-notice.tsx'
import { fill } from './strings.ts'

/** How long the copy button says that it worked. */
const COPIED_MS = 1600

export const AssistantMessageView = memo(
  (props: {
    panel: PanelProps
    message: AssistantMessage
    agentName: string
    /** The answer to the last question, with nothing under way: it can be asked for again. */
    repeatable: boolean
  }) => {
    const { panel, message, repeatable } = props
    const { strings, store } = panel
    const streaming = message.status === 'streaming'
    return (
      <article class="message assistant" part="assistant-message">
        <span class="hidden">{fill(strings.agentSaid, { name: props.agentName })}</span>
        {message.reasoning && (
          <ReasoningView panel={panel} reasoning={message.reasoning} thinking={streaming && !message.text} />
        )}
        {message.steps.map((step) => (
          <StepView key={step.id} panel={panel} step={step} />
        ))}
        {message.text && (
          <MarkdownText panel={panel} text={message.text} revision={message.textRevision} done={!streaming} />
        )}
        <AttachmentList panel={panel} attachments={message.attachments} />
        {message.status === 'stopped' && <div class="footnote">{strings.stopped}</div>}
        {(message.status === 'failed' || message.status === 'interrupted') && (
          <ProblemNotice
            panel={panel}
            problem={message.problem ?? { code: 'interrupted', retryable: true }}
            onAction={(action) => (action === 'new' ? store.newConversation() : store.retry(message.key))}
          />
        )}
        {!streaming && <Actions panel={panel} message={message} repeatable={repeatable} />}
      </article>
    )
  },
)

function ReasoningView(props: { panel: PanelProps; reasoning: Reasoning; thinking: boolean }) {
  const { panel, reasoning, thinking } = props
  const { strings } = panel
  const { durationMs } = reasoning
  const title = thinking
    ? strings.thinking
    : durationMs === undefined
      ? strings.thought
      : fill(strings.thoughtFor, {
          duration: formatsFor(panel.lang).seconds(Math.max(1, Math.round(durationMs / 1000))),
        })
  return (
    <details class="aside" part="reasoning">
      <summary class={thinking ? 'shimmer' : ''}>
        <Icon name="spark" />
        <span>{title}</span>
        <Icon name="chevron" />
      </summary>
      <div class="aside-body" dir="auto">
        {reasoning.text}
      </div>
    </details>
  )
}

function StepView({ panel, step }: { panel: PanelProps; step: AgentStep }) {
  const { strings } = panel
  const kind = { tool: strings.stepTool, knowledge: strings.stepKnowledge, other: strings.stepOther }[step.kind]
  const line = (
    <>
      <Icon name={step.status === 'failed' ? 'alert' : step.kind === 'knowledge' ? 'list' : 'spark'} />
      <span>
        {kind}
        {step.title && <b> {step.title}</b>}
        {step.status === 'failed' && ` · ${strings.stepFailed}`}
      </span>
    </>
  )
  const running = step.status === 'running' ? 'shimmer' : ''
  if (!step.input && !step.output) return <div class={`aside line ${running}`}>{line}</div>
  return (
    <details class="aside">
      <summary class={running}>
        {line}
        <Icon name="chevron" />
      </summary>
      <dl class="aside-body">
        {step.input && <Fact name={strings.stepInput} text={step.input} />}
        {step.output && <Fact name={strings.stepOutput} text={step.output} />}
      </dl>
    </details>
  )
}

function Fact({ name, text }: { name: string; text: string }) {
  return (
    <>
      <dt>{name}</dt>
      <dd dir="auto">{text}</dd>
    </>
  )
}

function Actions(props: { panel: PanelProps; message: AssistantMessage; repeatable: boolean }) {
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
          icon={copied ? 'check' : 'copy'}
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
      {repeatable && <IconButton icon="again" label={strings.regenerate} onClick={() => store.regenerate()} />}
      {rated && (
        <>
          <IconButton
            icon="like"
            label={strings.like}
            pressed={message.feedback === 'like'}
            onClick={() => rate('like')}
          />
          <IconButton
            icon="unlike"
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
