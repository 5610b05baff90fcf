import { h } from 'preact'
import type { AssistantMessage } from '../chat/chat-state.ts'
import { AnswerTools, Asides, AttachmentList } from './chunks.ts'
import { component } from './component.ts'
import { IconButton, icons } from './icons.tsx'
import { MessageText } from './message-text.tsx'
import type { PanelContext } from './panel-props.ts'
import { MessageProblem } from './problem.tsx'
import { timeOfDay } from './time-of-day.ts'

/** How long the copy button says that it worked. */
const COPIED_MS = 1600

export const AssistantMessageView = component(
  () =>
    (props: {
      panel: PanelContext
      message: AssistantMessage
      /** What is read out before the answer. */
      said: string
      /** The answer to the last question, with nothing under way: it can be asked for again. */
      repeatable: boolean
      onEdit(messageKey: string): void
    }) => {
      const { panel, message } = props
      const { strings } = panel
      const { status, text, attachments } = message
      const done = status !== 'streaming'
      return (
        <article class="message assistant" part="assistant-message">
          <span class="hidden">{props.said}</span>
          {(message.reasoning || message.steps[0]) && <Asides panel={panel} message={message} />}
          {text && <MessageText panel={panel} text={text} revision={message.textRevision} done={done} />}
          {attachments[0] && <AttachmentList panel={panel} attachments={attachments} />}
          {status === 'stopped' && <div class="footnote">{strings.stopped}</div>}
          {(status === 'failed' || status === 'interrupted') && (
            <MessageProblem
              panel={panel}
              messageKey={message.key}
              problem={message.problem ?? { code: 'interrupted', retryable: true }}
              onEdit={props.onEdit}
            />
          )}
          {done && <Actions panel={panel} message={message} repeatable={props.repeatable} />}
        </article>
      )
    },
)

interface ActionsProps {
  panel: PanelContext
  message: AssistantMessage
  repeatable: boolean
}

const Actions = component<ActionsProps>((life) => {
  let copied: ReturnType<typeof setTimeout> | undefined
  const showCopied = () => {
    clearTimeout(copied)
    copied = setTimeout(() => {
      copied = undefined
      life.redraw()
    }, COPIED_MS)
    life.redraw()
  }
  life.ended = () => clearTimeout(copied)

  return ({ panel, message, repeatable }) => {
    const { strings, store } = panel
    const { key, text, feedback, createdAt } = message
    const thumb = (kind: 'like' | 'unlike') => (
      <IconButton
        path={icons.like}
        turn={kind === 'unlike' && 'turned'}
        label={strings[kind]}
        pressed={feedback === kind}
        onClick={() => store.rate(key, feedback === kind ? undefined : kind)}
      />
    )
    return (
      <div class={repeatable ? 'actions always' : 'actions'}>
        {text && (
          <IconButton
            path={copied ? icons.check : icons.copy}
            label={copied ? strings.copied : strings.copy}
            // Refused without a permission or on plain http; then nothing is claimed.
            onClick={() => navigator.clipboard?.writeText(text).then(showCopied, () => {})}
          />
        )}
        {repeatable && (
          <IconButton
            path={icons.again}
            label={strings.regenerate}
            // What was kept of the last visit waits for the server's list.
            disabled={store.getState().phase !== 'ready'}
            onClick={() => store.regenerate()}
          />
        )}
        {text && message.status === 'complete' && [thumb('like'), thumb('unlike')]}
        {(feedback === 'unlike' || store.getState().agent?.voice) && <AnswerTools panel={panel} message={message} />}
        <time dateTime={new Date(createdAt).toISOString()}>{timeOfDay(createdAt, panel.lang)}</time>
      </div>
    )
  }
})
