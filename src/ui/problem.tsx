import { h } from 'preact'
import type { ChatProblem } from '../chat/chat-state.ts'
import { ProblemNotice } from './chunks.ts'
import type { PanelContext } from './panel-props.ts'
import type { ProblemAction } from './problem-text.ts'

/** Says what went wrong; in short where not even those words can be loaded, because the network is what went wrong. */
export function Problem(props: {
  panel: Pick<PanelContext, 'strings' | 'lang' | 'clock' | 'addStyles'>
  problem: ChatProblem
  onAction(action: ProblemAction): void
  onDismiss?: (() => void) | undefined
}) {
  const { strings } = props.panel
  return (
    <ProblemNotice
      {...props}
      failure={
        <p class="footnote">
          {strings.failed}
          <button type="button" class="text-button" onClick={() => props.onAction('retry')}>
            {strings.retry}
          </button>
        </p>
      }
    />
  )
}

/** What went wrong with one message. */
export function MessageProblem(props: {
  panel: PanelContext
  problem: ChatProblem
  messageKey: string
  onEdit(messageKey: string): void
}) {
  const { panel, problem, messageKey, onEdit } = props
  return (
    <Problem
      panel={panel}
      problem={problem}
      onAction={(action) => {
        if (action === 'edit') onEdit(messageKey)
        else if (action === 'new') panel.store.newConversation()
        else panel.store.retry(messageKey)
      }}
    />
  )
}
