import type { ChatProblem } from '../../chat/chat-state.ts'
import type { PanelContext } from '../panel-context.ts'
import { Problem } from './problem.tsx'

/** What went wrong with a question or an answer, where it stands. */
export function MessageProblem(props: {
  panel: PanelContext
  messageKey: string
  problem: ChatProblem
  onEdit(messageKey: string): void
}) {
  const { panel, messageKey, problem, onEdit } = props
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
