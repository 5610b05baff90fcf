import type { ChatProblem } from '../../chat/chat-state.ts'
import type { PanelContext } from '../panel-context.ts'
import { Problem } from '../problems/problem.tsx'

interface ProblemBarProps {
  panel: PanelContext
  problem: ChatProblem
  /** The chat could not be opened. */
  failed: boolean
  onNewConversation(): void
  onReopen(): void
  onDismiss(): void
}

/** What has gone wrong with the chat as a whole, above the field. */
export function ProblemBar({ panel, problem, failed, onNewConversation, onReopen, onDismiss }: ProblemBarProps) {
  return (
    <div role="alert">
      <Problem
        panel={panel}
        problem={problem}
        shut={failed}
        onAction={(action) => (action === 'new' ? onNewConversation() : onReopen())}
        // An open chat has nothing to open again: the sentence is read and put away.
        onDismiss={failed ? undefined : onDismiss}
      />
    </div>
  )
}
